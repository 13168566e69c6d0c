import { type Sample, sampleVersion } from '../domain/sample.ts';
import { computed, documentOf } from './codec.ts';
import { optionalTexts } from './codecs.ts';
import { dataset, entity, eventKind, labels, schema, scope, source, timestamp } from './common-fields.ts';
import { measurements } from './metric-fields.ts';

/** The measurements of one entity at one moment, as shipped: a counter is its total. */
export const sampleDocument = documentOf<Sample>(
  {
    entity,
    timestampMs: timestamp,
    dataset,
    dimensions: labels,
    measurements,
    units: optionalTexts(
      'offbeat.units',
      'units of metrics that the catalogue does not contain, or has another unit for',
    ),
    kinds: optionalTexts('offbeat.kinds', 'kinds of these metrics: `gauge`, `counter` or `delta`'),
    source,
    scope,
  },
  [computed(eventKind, () => 'metric'), computed(schema, () => sampleVersion)],
);
