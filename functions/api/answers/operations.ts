import * as z from 'zod';
import { note, timeMs } from './answer.ts';

const receiverAnswer = z
  .strictObject({
    name: z.string(),
    type: z.string().describe('The kind: `webhook`, `terminal`.'),
    target: z.string().describe('The kind and the host: the rest of an address is often a secret.'),
    status: z.enum(['ok', 'failing', 'refusing']),
    failingSinceMs: timeMs.optional(),
    reason: z.string().optional().describe('Why the last attempt failed.'),
    answeredStatus: z
      .int()
      .optional()
      .describe('The HTTP status of the last answer that was no success; only with `reason`.'),
    lastSuccessMs: timeMs.optional().describe('When it last accepted a message, as far as the warehouse knows.'),
    waiting: z.int().describe('The number of messages that wait for it.'),
    givenUp: z.int().describe('The number of messages that were given up and not sent again.'),
    deliveredLastHour: z.int().nullable().describe('At most 1,000; null without a warehouse.'),
  })
  .meta({ id: 'Receiver', description: 'A receiver of the settings, with what it gets.' });

export const receiversAnswer = z.strictObject({
  receivers: z.array(receiverAnswer).describe('Those that fail first, then in the order of the settings.'),
  note,
});

export const testAnswer = z.strictObject({
  ok: z.boolean(),
  status: z.int().optional().describe('The HTTP status of its answer.'),
  answer: z.string().describe('`accepted`, or the reason why not.'),
  tookMs: z.int(),
});

export const sentAnswer = z.strictObject({ sent: z.int().describe('The number that was sent back.') });

const perHour = z.array(z.int()).describe('The number in each of the last 24 hours, the oldest first.');

const letterGroupAnswer = z
  .strictObject({
    reason: z.string(),
    stage: z.string(),
    topic: z.string().describe('The topic of the records that were refused.'),
    count: z.int(),
    perHour,
    firstMs: timeMs,
    lastMs: timeMs,
    example: z
      .strictObject({
        position: z.string().describe('`topic/partition/offset` of the record.'),
        text: z.string().describe('The record, at most 2,000 characters.'),
        detail: z.string().describe('What is wrong with it.'),
        field: z.string().optional().describe('The field that is wrong.'),
      })
      .describe('The newest of them.'),
    remedy: z.string(),
    setting: z.string().optional().describe('The line to add to the settings.'),
    canRedrive: z.boolean(),
  })
  .meta({ id: 'DeadLetters', description: 'The dead letters that have one reason, stage and topic.' });

const collisionAnswer = z
  .strictObject({
    dataset: z.string(),
    entity: z.string(),
    fields: z.array(z.string()).describe('The texts in which the documents differ.'),
    setting: z.string().optional().describe('The line that tells them apart; absent where no text does.'),
    count: z.int(),
    perHour,
  })
  .meta({ id: 'Collision', description: 'Documents of several things that come as one series.' });

export const deadLettersAnswer = z.strictObject({
  groups: z.array(letterGroupAnswer).describe('The newest first, without those in `collisions`.'),
  collisions: z.array(collisionAnswer),
  note,
});
