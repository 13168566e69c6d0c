import { type Anomaly, type AnomalyKind, anomalyVersion } from '../domain/anomaly.ts';
import type { Series } from '../domain/series.ts';
import { seriesText } from '../domain/series-text.ts';
import { computed, documentOf, objectCodec, type RequiredCodec } from './codec.ts';
import { date, double, keyword, long, text } from './codecs.ts';
import { dataset, entity, eventKind, labels, schema, scope, timestamp } from './common-fields.ts';

/** The field that holds the unit of the values of an anomaly. */
const unitField = 'offbeat.anomaly.unit';

const series = objectCodec<Series>(
  { entity, metric: keyword('offbeat.anomaly.metric', 'metric of the series'), dimensions: labels },
  [
    computed(
      keyword<string>('offbeat.anomaly.series', '`prod/host/node-a system.diskio.write.bytes{device=sda}`'),
      seriesText,
    ),
  ],
);

const storedKind = keyword<AnomalyKind>(
  'offbeat.anomaly.kind',
  '`deviation`, `quiet`, `limit`, `no data` or `forecast`; absent in documents of `anomaly/1`, which are deviations',
);
const kind: RequiredCodec<AnomalyKind> = { ...storedKind, read: (from) => storedKind.read(from) ?? 'deviation' };

/** The newest revision of an anomaly. Its index is that of the day of its start, which never changes. */
export const anomalyDocument = documentOf<Anomaly>(
  {
    id: keyword('offbeat.anomaly.id', 'id, made of series and start'),
    revision: long('offbeat.anomaly.revision', 'rises with every change, from 1; the version of the document'),
    state: keyword('offbeat.anomaly.state', '`open` or `closed`'),
    kind,
    series,
    dataset,
    startsAtMs: date('event.start', 'start of the anomaly'),
    updatedAtMs: date('offbeat.anomaly.updated', 'time of this revision'),
    endsAtMs: date('event.end', 'end of the anomaly; absent while it is open'),
    peak: double('offbeat.anomaly.peak', 'value furthest from the expected one, or from the limit', unitField),
    expected: double('offbeat.anomaly.expected', 'value that was expected in place of the peak', unitField),
    lower: double('offbeat.anomaly.lower', 'lowest value that is not off', unitField),
    upper: double('offbeat.anomaly.upper', 'highest value that is not off', unitField),
    unit: keyword(unitField, 'unit of `peak`, `expected`, `lower` and `upper`'),
    score: double('offbeat.anomaly.score', 'how unusual, 0 to 1; 1 for kinds that estimate nothing'),
    zScore: double('offbeat.anomaly.z_score', 'distance from the usual values, in multiples of the usual variation'),
    direction: keyword('offbeat.anomaly.direction', '`up` or `down`'),
    periodMs: long('offbeat.anomaly.period', 'usual time between two values, ms'),
    detector: keyword('offbeat.anomaly.detector', 'what found it: `ewma`, `limit`, `no data` or `trend`'),
    severity: keyword('offbeat.anomaly.severity', '`critical`, `warning` or `info`'),
    reason: text('event.reason', 'sentence for people'),
    closedBecause: keyword('offbeat.anomaly.closed_because', '`back to normal`, `no data`, `no more samples`, …'),
    lines: text<string[]>('offbeat.anomaly.lines', 'texts of some log records that the peak counts'),
    scope,
  },
  [
    computed(timestamp, ({ startsAtMs }) => startsAtMs),
    computed(eventKind, () => 'signal'),
    computed(schema, () => anomalyVersion),
  ],
);
