import { catalogueRows } from '../shared/domain/catalogue/catalogue.ts';
import type { CatalogueRow } from '../shared/domain/catalogue/row.ts';
import type { Family } from '../shared/ports/warehouse.ts';

/**
 * `text`: a keyword that is searched by its words too, under `.text`. `kept`: given back, never searched.
 * `named by others`: fields below it, however many, of the type `below`.
 */
export type FieldType = 'date' | 'keyword' | 'text' | 'long' | 'double' | 'boolean' | 'kept' | 'named by others';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly below?: 'keyword' | 'double';
  /** Of numbers only. */
  readonly unit?: string;
  readonly meaning: string;
}

const field = (name: string, type: FieldType, meaning: string, unit?: string): Field => ({
  name,
  type,
  meaning,
  ...(unit === undefined ? {} : { unit }),
});

const keywords = (...names: readonly (readonly [name: string, meaning: string])[]): Field[] =>
  names.map(([name, meaning]) => field(name, 'keyword', meaning));

/** Of every document. */
const common: readonly Field[] = [
  field('@timestamp', 'date', 'when it was; which daily index it lies in follows from it'),
  ...keywords(
    ['event.kind', '`metric`, `signal`, `alert`, or `event` (a silence, a delivery), as in ECS'],
    ['event.dataset', 'the dataset of the beat, as shipped: `system.diskio`'],
    ['host.name', 'of entities that are hosts'],
    ['agent.type', 'what shipped the beat: `metricbeat`, `filebeat`, `collectd`'],
    ['offbeat.schema', 'contract and version: `sample/1`'],
    ['offbeat.scope', '`live`, or the cluster of a replay; absent in a sample means live'],
    ['offbeat.entity.cluster', 'cluster'],
    ['offbeat.entity.kind', '`host`, `chunkserver`, `storage-master`, `broker`, `topic`, …'],
    ['offbeat.entity.name', 'name within the cluster'],
    ['offbeat.entity.path', '`cluster/kind/name`'],
  ),
  {
    name: 'labels',
    type: 'named by others',
    below: 'keyword',
    meaning: 'dimensions of the series, labels of an alert',
  },
];

const others: Field = {
  name: 'other',
  type: 'named by others',
  below: 'double',
  meaning: 'metrics that the catalogue does not know, by their own name; at most 1,000 in a day',
};

/** What was measured, as shipped. */
const measurements: readonly Field[] = [
  ...catalogueRows.map(({ metric, unit, meaning }) => field(metric, 'double', meaning, unit)),
  others,
];

const sampleFields: readonly Field[] = [
  ...common,
  field('offbeat.units', 'kept', 'units of metrics that the catalogue does not know, or knows otherwise'),
  field('offbeat.kinds', 'kept', 'their kinds: `gauge`, `counter` or `delta`'),
  ...measurements,
];

/** What a minute or an hour says of each metric. Units are those of the metric as it is judged. */
export const figures: readonly (readonly [name: string, type: 'double' | 'long', meaning: string])[] = [
  ['avg', 'double', 'mean; of a counter its rate per second, of a delta the sum of a minute'],
  ['min', 'double', 'lowest'],
  ['max', 'double', 'highest'],
  ['last', 'double', 'newest'],
  ['count', 'long', 'samples'],
  ['expected', 'double', 'what the detector expected; absent while it warms up'],
  ['spread', 'double', 'deviation that it expected'],
  ['score', 'double', 'how unusual at worst, 0 to 1'],
];

const summaryFields: readonly Field[] = [
  ...common,
  ...catalogueRows.flatMap((row) =>
    figures.map(([figure, type, meaning]) => field(`${row.metric}.${figure}`, type, meaning, figureUnit(row, figure))),
  ),
  others,
];

/** A counter is summarised by its rate. */
export function figureUnit({ kind, unit }: Pick<CatalogueRow, 'kind' | 'unit'>, figure: string): string {
  if (figure === 'count' || figure === 'score') return '1';
  return kind === 'counter' ? `${unit}/s` : unit;
}

const anomalyFields: readonly Field[] = [
  ...common,
  field('event.start', 'date', 'when it began'),
  field('event.end', 'date', 'when it ended; absent while it is open'),
  field('event.reason', 'text', 'a sentence a person can read'),
  ...keywords(
    ['offbeat.anomaly.id', 'made of series and start'],
    ['offbeat.anomaly.state', '`open` or `closed`'],
    ['offbeat.anomaly.series', '`prod/host/node-a system.diskio.write.bytes{device=sda}`'],
    ['offbeat.anomaly.metric', 'its metric'],
    ['offbeat.anomaly.unit', 'unit of `peak`, `expected`, `lower` and `upper`'],
    ['offbeat.anomaly.direction', '`up` or `down`'],
    ['offbeat.anomaly.detector', 'what found it: `ewma`'],
    ['offbeat.anomaly.severity', '`critical`, `warning` or `info`'],
    ['offbeat.anomaly.closed_because', '`back to normal`, `no more samples`, …'],
  ),
  field('offbeat.anomaly.revision', 'long', 'rises with every change, from 1; the version of the document', '1'),
  field('offbeat.anomaly.updated', 'date', 'time of this revision'),
  field('offbeat.anomaly.peak', 'double', 'value furthest from what was expected', 'offbeat.anomaly.unit'),
  field('offbeat.anomaly.expected', 'double', 'what was expected of it', 'offbeat.anomaly.unit'),
  field('offbeat.anomaly.lower', 'double', 'lower end of what was expected', 'offbeat.anomaly.unit'),
  field('offbeat.anomaly.upper', 'double', 'upper end of what was expected', 'offbeat.anomaly.unit'),
  field('offbeat.anomaly.score', 'double', 'how unusual, 0 to 1: a tail probability, the same for every series', '1'),
  field('offbeat.anomaly.z_score', 'double', 'deviations away from what was expected', '1'),
];

const seriesFields = (prefix: string): Field[] => [
  ...keywords(
    [`${prefix}.entity.cluster`, 'cluster'],
    [`${prefix}.entity.kind`, 'kind'],
    [`${prefix}.entity.name`, 'name'],
  ),
];

const alertFields: readonly Field[] = [
  ...common,
  field('event.start', 'date', 'when the incident began'),
  field('event.end', 'date', 'when it was over; absent before'),
  field('event.reason', 'text', 'the headline: one sentence'),
  ...keywords(
    ['offbeat.alert.id', 'made of cluster and opening anomaly'],
    ['offbeat.alert.transition', '`opened`, `updated`, `acknowledged`, `repeated`, `resolved`'],
    ['offbeat.alert.status', '`open`, `acknowledged` or `resolved`'],
    ['offbeat.alert.severity', '`critical`, `warning` or `info`'],
    ['offbeat.alert.anomalies', 'ids, in order of joining'],
  ),
  field('offbeat.alert.title', 'text', 'title'),
  field('offbeat.alert.revision', 'long', 'rises with every transition, from 1; the version of the document', '1'),
  field(
    'offbeat.alert.first_page_revision',
    'long',
    'the first revision that receivers were told of; absent before it',
    '1',
  ),
  field('offbeat.alert.notify', 'boolean', 'whether receivers are told of this revision'),
  field('offbeat.alert.updated', 'date', 'time of this revision'),
  field('offbeat.alert.annotations', 'kept', 'what was left out of an alert that is too large'),
  ...seriesFields('offbeat.alert.suspects'),
  ...seriesFields('offbeat.alert.suspects.series'),
  ...keywords(
    ['offbeat.alert.suspects.anomalyId', 'the anomaly that made it one'],
    ['offbeat.alert.suspects.series.metric', 'metric'],
    ['offbeat.alert.suspects.why', 'why it is suspected'],
  ),
  field('offbeat.alert.suspects.series.dimensions', 'kept', 'dimensions'),
  field('offbeat.alert.suspects.start', 'date', 'when its anomaly began'),
  field('offbeat.alert.suspects.score', 'double', 'how likely the cause, against the others', '1'),
  field('offbeat.alert.trace.at', 'date', 'when it was decided'),
  ...keywords(
    ['offbeat.alert.trace.stage', 'which small stage decided: `correlate`, `silence`, `group`, …'],
    ['offbeat.alert.trace.reason', '`first notification`, `silenced by …`, `nothing new`, …'],
    ['offbeat.alert.trace.detail', 'what it is about'],
  ),
];

const silenceFields: readonly Field[] = [
  ...common,
  field('event.start', 'date', 'when it starts'),
  field('event.end', 'date', 'when it ends unless somebody ends it before'),
  field('event.reason', 'text', 'the note of who made it'),
  ...keywords(
    ['offbeat.silence.id', 'id of the command that made it'],
    ['offbeat.silence.state', '`pending`, `active` or `over`'],
    ['offbeat.silence.by', 'who made it'],
    ['offbeat.silence.matchers.label', 'label, or `entity`'],
    ['offbeat.silence.matchers.pattern', 'the glob that the label must match'],
    ['offbeat.silence.ended_by', 'who ended it before its end; absent where nobody did'],
  ),
  field('offbeat.silence.end_note', 'text', 'the note of who ended it'),
  field('offbeat.silence.revision', 'long', 'rises with every change, from 1; the version of the document', '1'),
  field('offbeat.silence.updated', 'date', 'time of this revision'),
];

const deliveryFields: readonly Field[] = [
  ...common,
  ...keywords(
    ['event.outcome', '`success` or `failure`, as in ECS'],
    ['event.reason', 'why it was not delivered, from a closed list: `server error`, `time-out`, `gone`'],
  ),
  field('event.duration', 'long', 'how long the try took', 'ns'),
  field('http.response.status_code', 'long', 'what the receiver answered; absent where no answer came', '1'),
  ...keywords(
    ['offbeat.delivery.id', 'the `webhook-id`: made of transition and receiver, the same on every try'],
    ['offbeat.delivery.receiver', 'name of the receiver'],
    ['offbeat.delivery.alert', 'id of the alert'],
    ['offbeat.delivery.transition', '`opened`, `updated`, `acknowledged`, `repeated`, `resolved`'],
    ['offbeat.delivery.severity', '`critical`, `warning` or `info`'],
    ['offbeat.delivery.outcome', '`delivered`, `failed` (it is tried again) or `given up`'],
  ),
  field('offbeat.delivery.revision', 'long', 'revision of the alert', '1'),
  field('offbeat.delivery.failing_since', 'date', 'since when its receiver fails; only of what was not delivered'),
  field('offbeat.delivery.next_try', 'date', 'when it is tried again at the earliest; only of a `failed` one'),
];

/** Every field of every family. */
export const fieldsOf: Readonly<Record<Family, readonly Field[]>> = {
  'offbeat-samples': sampleFields,
  'offbeat-summaries': summaryFields,
  'offbeat-summaries-1h': [
    ...summaryFields,
    field('offbeat.minutes', 'long', 'minutes it is made of, 60 at most; the version of the document', '1'),
  ],
  'offbeat-anomalies': anomalyFields,
  'offbeat-alerts': alertFields,
  'offbeat-silences': silenceFields,
  'offbeat-deliveries': deliveryFields,
  'offbeat-inventory': [...common, ...measurements],
};

/** The field that takes what a document has under `name`; `undefined` where an index would refuse it. */
export function fieldFor(family: Family, name: string): Field | undefined {
  return fieldsOf[family].find(
    (known) =>
      known.name === name ||
      ((known.type === 'named by others' || known.type === 'kept') && name.startsWith(`${known.name}.`)),
  );
}
