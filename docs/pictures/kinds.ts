import { Random } from '../../bench/quality/random.ts';
import { detectStep } from '../../functions/detect/detect.ts';
import type { Anomaly, AnomalyKind } from '../../functions/shared/domain/anomaly.ts';
import { minuteMs, secondMs } from '../../functions/shared/domain/durations.ts';
import type { Entity } from '../../functions/shared/domain/entity.ts';
import { liveScope, sampleVersion } from '../../functions/shared/domain/sample.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { tickVersion } from '../../functions/shared/domain/signal.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { header, type LogRecord } from '../../functions/shared/log/record.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import type { KindPicture, Row } from './draw.ts';

const startMs = Date.UTC(2026, 0, 5);
/** The time between two ticks, ms: rarer ones are a pause, in which nothing is missed. */
const tickMs = 10 * secondMs;

/** A story of one metric, a value a minute for each entity; `undefined` where none comes. The first entity is drawn. */
interface Story extends Pick<KindPicture, 'name' | 'title'> {
  readonly kind: AnomalyKind;
  readonly metric: string;
  readonly entities: readonly Entity[];
  readonly values: readonly (readonly (number | undefined)[])[];
  /** Returns the band of a minute from the values of the other entities. */
  readonly band: (others: readonly number[]) => readonly [lower: number, upper: number];
}

function recordOf(schema: string, timestampMs: number, value: object): LogRecord {
  return {
    topic: topics.samples,
    partition: 0,
    offset: 0,
    timestampMs,
    key: null,
    value: Buffer.from(JSON.stringify(value)),
    headers: { [header.schema]: schema, [header.lane]: '0/1' },
  };
}

/** Judges a story with the real step. */
function rowsOf({ kind, metric, entities, values, band }: Story): Row[] {
  const context = { settings: defaultSettings, layout: defaultLayout, topic: topics.samples, partition: 0 };
  const state = detectStep.open(new Map(), context);
  let isOpen = false;
  let last = 0;
  return values.map((ofMinute, nth) => {
    const timestampMs = startMs + nth * minuteMs;
    const samples = ofMinute.flatMap((value, which) => {
      const parts = { entity: entities[which], timestampMs, dataset: 'd', dimensions: {}, source: 'drawn' };
      return value === undefined
        ? []
        : [recordOf(sampleVersion, timestampMs, { ...parts, measurements: { [metric]: value } })];
    });
    const ticks = Array.from({ length: minuteMs / tickMs }, (_, which) => {
      const timeMs = timestampMs - minuteMs + (which + 1) * tickMs;
      return recordOf(tickVersion, timeMs, { scope: liveScope, timeMs });
    });
    const records = [...ticks, ...samples];
    const found = records
      .flatMap((record) => [...detectStep.apply(state, record, context)])
      .filter(({ topic }) => topic === topics.signals)
      .map((effect): Anomaly => JSON.parse(effect.value.toString()))
      .filter((one) => one.kind === kind);
    const page = found.some((one) => one.state === 'open' && one.revision === 1);
    if (found.length > 0) isOpen = found.at(-1)!.state === 'open';
    const [value, ...others] = ofMinute;
    last = value ?? last;
    const [lower, upper] = band(others.filter((one) => one !== undefined));
    return { value: last, lower, upper, page, isAnomalous: isOpen, isMissing: value === undefined };
  });
}

const entity = (name: string, kind: Entity['kind'] = 'host'): Entity => ({ cluster: 'c', kind, name });
const noiseOf = (random: Random, usual: number): number => usual * random.normal();

/** Returns one value for each of some minutes. */
const each = (minutes: number, valueAt: (nth: number) => (number | undefined)[]): (number | undefined)[][] =>
  Array.from({ length: minutes }, (_, nth) => valueAt(nth));

const random = new Random(1);
const used = 'system.filesystem.used.pct';

const stories: readonly Story[] = [
  {
    name: 'limit',
    title: 'A file system above its limit of 90 %; it pages after a minute, and closes after five values within',
    kind: 'limit',
    metric: used,
    entities: [entity('node-a')],
    values: each(90, (nth) => [0.8 + noiseOf(random, 0.003) + (nth >= 40 && nth < 65 ? 0.13 : 0)]),
    band: () => [0.75, 0.9],
  },
  {
    name: 'no-data',
    title: 'A host that ships nothing any more: ten of its intervals later it is missing, until its next sample',
    kind: 'no data',
    metric: 'system.load.norm.1',
    entities: [entity('node-a')],
    values: each(90, (nth) => (nth >= 45 && nth < 75 ? [undefined] : [1 + noiseOf(random, 0.1)])),
    band: () => [0.6, 1.4],
  },
  {
    name: 'forecast',
    title: 'A file system that will be full within 24 h, an hour after it is known',
    kind: 'forecast',
    metric: used,
    entities: [entity('node-a')],
    values: each(180, (nth) => [0.6 + 0.0005 * nth + noiseOf(random, 0.0005)]),
    band: () => [0.55, 1],
  },
  {
    name: 'peers',
    title: 'A chunkserver fills while its five peers (the band) do not: it pages after five minutes',
    kind: 'peers',
    metric: 'moosefs.chunkserver.space.used.pct',
    entities: [5, 0, 1, 2, 3, 4].map((number) => entity(`cs-${number}`, 'chunkserver')),
    values: each(120, (nth) => {
      const own = 0.61 + (nth < 90 ? Math.min(0.25, Math.max(0, 0.01 * (nth - 20))) : 0);
      return [own, 0.6, 0.61, 0.62, 0.63, 0.64].map((level) => level + noiseOf(random, 0.003));
    }),
    band: (others) => [Math.min(...others), Math.max(...others)],
  },
];

/** The pictures of the kinds of anomalies that need no baseline. */
export const kindPictures: readonly KindPicture[] = stories.map((story) => ({
  name: story.name,
  title: story.title,
  rows: rowsOf(story),
}));
