import * as z from 'zod';
import { statusWords } from '../../shared/domain/inventory.ts';
import { stepValues, timeMs } from './charts.ts';

const named = { path: z.string().describe('The path of the entity.'), cluster: z.string(), name: z.string() };
const state = {
  status: z.enum(statusWords).describe('`unknown` where the inventory does not have it.'),
  reason: z.string().optional(),
};
const seriesText = z.string().describe('The text of a series, for a chart; empty where there is none.');
const lag = z.number().nullable();

export const queuesAnswer = z.strictObject({
  fromMs: timeMs,
  toMs: timeMs,
  stepMs: z.int().describe('The length of a step, ms.'),
  source: z.enum(['samples', 'minutes', 'hours']),
  times: z.array(timeMs).describe('The beginning of each step.'),
  topics: z.array(
    z.strictObject({
      ...named,
      partitions: z.int(),
      in: stepValues.describe('Messages written a second.'),
      out: stepValues.describe('Messages that all groups together read a second.'),
      bytes: stepValues.optional().describe('Bytes written a second, an estimate; absent where nobody estimates them.'),
      ...state,
      inSeries: seriesText,
      outSeries: seriesText,
    }),
  ),
  groups: z.array(
    z.strictObject({
      ...named,
      topics: z.array(z.string()),
      lag: stepValues.describe('Messages that are not read, in all partitions.'),
      lagS: stepValues.describe('The longest time for which a message waits, s; null where it is not known.'),
      isLagSEstimated: z
        .literal(true)
        .optional()
        .describe('Present if it is not measured: the lag, divided by the messages that are written a second.'),
      last: z.strictObject({ lag, lagS: lag }),
      ...state,
      stalled: z.boolean().describe('Whether messages arrive and it reads none.'),
      partitions: z.array(z.strictObject({ topic: z.string(), partition: z.int(), lag, lagS: lag })),
      lagSeries: seriesText,
    }),
  ),
  queues: z
    .array(
      z.strictObject({
        ...named,
        waiting: stepValues.describe('Messages that wait.'),
        oldestS: stepValues.describe('The age of the oldest, s.'),
        waitingSeries: seriesText,
      }),
    )
    .describe('Queues of SQS.'),
  note: z.string().optional(),
});
export type Queues = z.infer<typeof queuesAnswer>;
export type TopicRow = Queues['topics'][number];
export type GroupRow = Queues['groups'][number];
export type QueueRow = Queues['queues'][number];
