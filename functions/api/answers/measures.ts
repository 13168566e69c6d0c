import * as z from 'zod';
import { severities } from '../../shared/domain/anomaly.ts';
import { measureNames } from '../../shared/domain/catalogue/measures.ts';
import { entitySchema } from '../../shared/domain/entity.ts';
import { troubleSchema } from './alert-summary.ts';
import { stepValues, timeMs } from './charts.ts';

const name = z.enum(measureNames);

export const measuresAnswer = z.strictObject({
  fromMs: timeMs,
  toMs: timeMs,
  stepMs: z.int().describe('The length of a step, ms.'),
  source: z.enum(['samples', 'minutes', 'hours']).describe('What the values were read from.'),
  times: z.array(timeMs).describe('The beginning of each step.'),
  measures: z
    .array(z.strictObject({ name, title: z.string(), unit: z.string().describe('`1` is a share of the whole.') }))
    .describe('The measures of which any entity has values, in the order of columns.'),
  total: z.partialRecord(name, stepValues).describe('Over all entities: the sum of rates, the mean of shares.'),
  totalMax: z
    .partialRecord(name, stepValues)
    .describe('The greatest value of each step of these totals, where a step has more than one.'),
  rows: z
    .array(
      z.strictObject({
        entity: entitySchema,
        path: z.string(),
        trouble: troubleSchema,
        newestMs: timeMs.describe('Its newest document.'),
        measures: z.partialRecord(
          name,
          z.strictObject({
            values: stepValues.describe('The mean of each step; null where there is no data.'),
            min: stepValues.optional().describe('The least value of each step; absent if no step has more than one.'),
            max: stepValues
              .optional()
              .describe('The greatest value of each step; absent if no step has more than one.'),
            last: z.number().nullable().describe('The newest value, not the mean of its step.'),
            series: z.array(z.string()).describe('The series that it is made of, at most 20.'),
            anomalies: z.array(
              z.strictObject({ fromMs: timeMs, toMs: timeMs.nullable(), severity: z.enum(severities) }),
            ),
          }),
        ),
      }),
    )
    .describe('The entities, those in trouble first, then by name.'),
  count: z.int().describe('The number of all entities that match.'),
  troubled: z.int().describe('The number of those of them that an open alert suspects.'),
  next: z.string().optional().describe('The cursor of the next page.'),
  note: z.string().optional().describe('What is not as exact as it could be.'),
});
export type Measures = z.infer<typeof measuresAnswer>;
export type MeasuredRow = Measures['rows'][number];
