import { type Facts, type Line, type Sample, sampleVersion } from '../domain/sample.ts';
import { computed, documentOf, type FieldCodec, objectCodec } from './codec.ts';
import { date, flat, long, optionalTexts, text } from './codecs.ts';
import { dataset, entity, eventKind, labels, schema, scope, source, timestamp } from './common-fields.ts';
import { measurements } from './metric-fields.ts';

const someLine = objectCodec<Line>({
  id: long('offbeat.line.id', 'hash of the place of a log record in its file'),
  text: text('message', 'text of a log record'),
});
const line: FieldCodec<Line> = {
  ...someLine,
  read: (from) => (from.message === undefined ? undefined : someLine.read(from)),
};

export const facts = flat<Facts>(
  'offbeat.facts',
  'texts of the document that are no dimensions: versions, states, addresses',
);
export const period = long('offbeat.period', 'time between two samples, if the shipper states it', 'ms');

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
    facts,
    startMs: date('offbeat.start', 'moment since which the counters count, if the shipper states it'),
    periodMs: period,
    line,
    source,
    scope,
  },
  [computed(eventKind, () => 'metric'), computed(schema, () => sampleVersion)],
);
