import * as z from 'zod';
import { deliveryStates } from '../parameters.ts';
import { next, note, timeMs } from './answer.ts';

export const deliveryAnswer = z
  .strictObject({
    receiver: z.string(),
    alertId: z.string(),
    revision: z.int(),
    state: z.enum(deliveryStates),
    sinceMs: timeMs.optional().describe('When it first could not be delivered, was given up, or was delivered.'),
    reason: z.string().optional().describe('Why it waits or was given up.'),
    answeredStatus: z.int().optional().describe('The HTTP status of the last answer, as far as the warehouse knows.'),
    tries: z.int().optional().describe('The number of failed attempts so far; only while it waits.'),
    nextTryMs: timeMs.optional().describe('The time of the next attempt; only while it waits.'),
  })
  .meta({ id: 'Delivery', description: 'One revision of an alert for one receiver.' });

export const deliveriesAnswer = z.strictObject({ deliveries: z.array(deliveryAnswer), next, note });
