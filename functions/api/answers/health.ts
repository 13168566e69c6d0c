import * as z from 'zod';
import { timeMs } from './answer.ts';

const troubleAnswer = z
  .strictObject({ message: z.string(), failures: z.int(), permanent: z.boolean() })
  .describe('The problem that stops a source from being read; absent if there is none.');

export const partitionAnswer = z
  .strictObject({
    topic: z.string(),
    partition: z.int(),
    lagRecords: z.number().describe('The number of records that the stage has not handled yet.'),
    trouble: troubleAnswer.optional(),
  })
  .describe('A partition that a stage reads.');

export const queueAnswer = z
  .strictObject({
    queue: z.string(),
    waiting: z
      .number()
      .describe('Messages that are not settled: visible, in flight, and those that wait for a later try.'),
    deadLetters: z.number().describe('Messages in the queue of dead letters.'),
    trouble: troubleAnswer.optional(),
  })
  .describe('A queue that a stage reads.');

export const stageAnswer = z.strictObject({
  name: z.string(),
  trouble: z.string().optional().describe('Why its topics cannot be read; absent if they can.'),
  sources: z.array(z.union([partitionAnswer, queueAnswer])),
});

export const receiverHealthAnswer = z
  .strictObject({
    name: z.string().describe('The name in the settings.'),
    status: z
      .enum(['ok', 'failing', 'refusing'])
      .describe(
        '`failing`: the last attempt failed. `refusing`: the last three messages or more were refused permanently. ' +
          'It is not `ok` only while a message for the receiver waits or was given up.',
      ),
    failingSinceMs: timeMs.optional(),
    failures: z.int().describe('The number of failed attempts in a row.'),
    reason: z.string().optional().describe('Why the last attempt failed.'),
    waiting: z.int().describe('The number of messages that wait for it.'),
  })
  .meta({ id: 'ReceiverHealth' });

export const reachedLimitAnswer = z
  .strictObject({
    stage: z.string(),
    partition: z.int().describe('The partition of `samples`.'),
    entity: z.string().optional().describe('The entity that has reached its limit; absent if the whole partition has.'),
    sinceMs: timeMs.describe('The append time at which the limit was reached first. Ms since 1970.'),
    newestMs: timeMs.describe('The append time at which the limit was reached last. Ms since 1970.'),
    newest: z.string().describe('The last series that met the limit, cut after 300 characters.'),
    forgotten: z.int().describe('The number of series that were forgotten for new ones since then.'),
    refused: z.int().describe('The number of samples that were refused because of a new series.'),
    remedy: z.string(),
  })
  .meta({ id: 'ReachedLimit', description: 'An entity or a partition that has as many series as are kept.' });

const numbers = z.record(z.string(), z.number());

export const healthAnswer = z
  .strictObject({
    status: z
      .enum(['ok', 'degraded', 'held up'])
      .describe(
        '`held up` if a stage or a source has a problem, or, deployed, a transaction was not sent in time; `degraded` if a receiver ' +
          'has failed for a minute, or a limit for series is reached.',
      ),
    stages: z.array(stageAnswer),
    receivers: z.array(receiverHealthAnswer).describe('The receivers of the settings.'),
    pending: z
      .array(z.strictObject({ stage: z.string(), partition: z.int(), ageMs: z.number() }))
      .describe('Decided transactions whose effects may not be sent yet. The age counts from the decision.'),
    full: z.array(reachedLimitAnswer),
    totals: numbers.describe('Totals of the store, since it was created.'),
    counts: numbers.describe('Counters of this process since its start, by name and dimensions.'),
    uses: z.record(z.string(), z.string()).describe('The implementation of each port: `{ eventLog: "SQLite" }`.'),
  })
  .meta({ id: 'Health', description: 'The health of the pipeline, and its counts.' });
