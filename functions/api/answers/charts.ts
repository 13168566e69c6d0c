import * as z from 'zod';
import { severities } from '../../shared/domain/anomaly.ts';
import { entitySchema } from '../../shared/domain/entity.ts';

export const timeMs = z.int().describe('Time in ms since 1970.');
/** A value for each step. */
export const stepValues = z
  .array(z.number().nullable())
  .describe('A value for each step; null where there is no data.');

export const markSchema = z.strictObject({
  id: z.string(),
  fromMs: timeMs,
  toMs: timeMs.nullable().describe('Its end; null while it is open.'),
  severity: z.enum(severities),
  direction: z.enum(['up', 'down']),
});

const chartSeries = z.strictObject({
  series: z.string().describe('The text of the series.'),
  entity: entitySchema,
  metric: z.string(),
  dimensions: z.record(z.string(), z.string()),
  kind: z.enum(['counter', 'gauge']).describe('The values of a counter are its rates per second.'),
  unit: z.string().describe('The unit of the values: `By/s` of a counter of bytes.'),
  values: stepValues.describe('The mean of each step; null where there is no data.'),
  min: stepValues.optional().describe('The least value of each step; absent if no step has more than one.'),
  max: stepValues.optional().describe('The greatest value of each step; absent if no step has more than one.'),
  lower: stepValues
    .optional()
    .describe(
      'The lower end of the expected range, that an anomaly in its time is judged by; absent if it is not asked for, or not learned.',
    ),
  upper: stepValues.optional().describe('The upper end of it.'),
  anomalies: z.array(markSchema).describe('Its anomalies within the range, the oldest first.'),
  last: z.strictObject({ timeMs, value: z.number() }).optional().describe('Its newest value within the range.'),
  note: z.string().optional().describe('Why it has no values.'),
});

export const chartsAnswer = z.strictObject({
  fromMs: timeMs,
  toMs: timeMs,
  stepMs: z.int().describe('The length of a step, ms.'),
  source: z.enum(['samples', 'minutes', 'hours']).describe('What the values were read from.'),
  times: z.array(timeMs).describe('The beginning of each step, the same for all series.'),
  charts: z.array(chartSeries).describe('The series in the order asked for.'),
});
export type Charts = z.infer<typeof chartsAnswer>;
export type ChartSeries = Charts['charts'][number];
export type Mark = z.infer<typeof markSchema>;
