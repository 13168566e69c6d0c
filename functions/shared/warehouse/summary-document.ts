import { type Summary, summaryVersion } from '../domain/summary.ts';
import { type CodecsOf, type ComputedField, computed, documentOf } from './codec.ts';
import { long } from './codecs.ts';
import { dataset, entity, eventKind, labels, schema, timestamp } from './common-fields.ts';
import { summarisedMetrics } from './metric-fields.ts';

const codecs: CodecsOf<Summary> = {
  entity,
  minuteMs: timestamp,
  dataset,
  dimensions: labels,
  metrics: summarisedMetrics,
};

const computedFields: readonly ComputedField<Summary>[] = [
  computed(eventKind, () => 'metric'),
  computed(schema, () => summaryVersion),
];

/** One minute of one entity, dataset and set of dimensions. */
export const summaryDocument = documentOf<Summary>(codecs, computedFields);

/** One hour, added up from its minutes; `minuteMs` is its start. */
export interface HourSummary extends Summary {
  readonly minutes: number;
}

/** One hour of one entity, dataset and set of dimensions. */
export const hourDocument = documentOf<HourSummary>(
  { ...codecs, minutes: long('offbeat.minutes', 'minutes that the hour is made of, at most 60; the version') },
  computedFields,
);
