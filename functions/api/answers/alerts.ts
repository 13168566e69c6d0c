import * as z from 'zod';
import { alertSchema } from '../../shared/domain/alert.ts';
import { anomalySchema } from '../../shared/domain/anomaly.ts';
import { commentSchema } from '../../shared/domain/comment.ts';
import { next, note } from './answer.ts';
import { deliveryAnswer } from './deliveries.ts';

export const alertAnswer = alertSchema.meta({ id: 'Alert', description: 'The anomalies of one incident.' });
export const anomalyAnswer = anomalySchema.meta({
  id: 'Anomaly',
  description: 'One series that is not as it should be, from start to end.',
});

/** One alert with what a person needs to judge it. */
export const alertDetailAnswer = alertSchema
  .extend({
    comments: z.array(commentSchema).describe('The comments of operators, the oldest first.'),
    evidence: z
      .array(
        z.strictObject({
          anomaly: anomalyAnswer,
          role: z
            .enum(['cause', 'effect', 'reaction'])
            .describe('`reaction`: it began later than the cause and was over while the cause still lasted.'),
        }),
      )
      .describe('The anomaly of each suspect that the warehouse has, in the order of the suspects.'),
    others: z
      .array(anomalyAnswer)
      .describe('Its anomalies that are not those of suspects, at most 20, in the order in which they joined it.'),
    deliveries: z.array(deliveryAnswer).describe('Those that wait, were given up, and were delivered.'),
    runbook: z.string().optional().describe('The address of the runbook of the likely cause.'),
    checks: z.array(z.string()).describe('Questions to answer first, at the likely cause.'),
  })
  .meta({ id: 'AlertDetail', description: 'An alert with its evidence and its deliveries.' });

export const alertsAnswer = z.strictObject({ alerts: z.array(alertAnswer), next, note });
export const anomaliesAnswer = z.strictObject({ anomalies: z.array(anomalyAnswer), next, note });
