import * as z from 'zod';
import { metricKinds } from '../../shared/domain/sample.ts';
import { metricSummarySchema } from '../../shared/domain/summary.ts';
import { next, timeMs } from './answer.ts';

const seriesText = z.string().describe('The text of the series.');
const counts = z.record(z.string(), z.int());

export const datasetAnswer = z
  .strictObject({
    dataset: z.string(),
    samples: z
      .int()
      .describe('The number of samples that were read; of groups that have only minutes, that of minutes.'),
    series: z.int(),
    metrics: z.int(),
    entities: z
      .strictObject({ count: z.int(), first: z.array(z.string()) })
      .describe('The number of entities, and the paths of the first five in alphabetical order.'),
    dimensions: counts.describe('The number of different values of each dimension.'),
    facts: counts.describe('The number of different values of each fact: a text that is no dimension.'),
  })
  .meta({ id: 'Dataset', description: 'What the documents of a dataset became.' });

export const seriesAnswer = z.strictObject({
  series: z.array(z.string()).describe('Texts of series, in alphabetical order.'),
  count: z.int().describe('The number of all series that were found.'),
  next,
  datasets: z.array(datasetAnswer).optional().describe('Only if the request names datasets.'),
});

export const samplesAnswer = z.strictObject({
  series: seriesText,
  kind: z.enum(metricKinds),
  unit: z.string().describe('The unit of the values: per second if the metric is a counter.'),
  points: z
    .array(z.strictObject({ timeMs, value: z.number() }))
    .describe('The oldest first. Those of a counter are its rates per second, as they are judged.'),
});

export const minutesAnswer = z.strictObject({
  series: seriesText,
  minutes: z.array(metricSummarySchema.extend({ minuteMs: timeMs })).describe('The oldest first.'),
});

export const documentsAnswer = z.strictObject({
  documents: z
    .array(z.record(z.string(), z.unknown()))
    .describe('Samples as the warehouse has them, the oldest first.'),
});
