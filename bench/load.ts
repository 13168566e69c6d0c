import { laneText } from '../functions/shared/domain/lane.ts';
import { liveScope, type Sample, sampleVersion } from '../functions/shared/domain/sample.ts';
import { tickVersion } from '../functions/shared/domain/signal.ts';
import { positionText } from '../functions/shared/log/position.ts';
import { header, type LogRecord } from '../functions/shared/log/record.ts';
import { sampleKey, topics } from '../functions/shared/log/topics.ts';

/** The metrics of a sample in the benchmarks: counters that Metricbeat ships for a disk and a network card. */
export const metrics = [
  'system.diskio.read.bytes',
  'system.diskio.write.bytes',
  'system.diskio.read.count',
  'system.diskio.write.count',
  'system.diskio.io.time',
  'system.network.in.bytes',
  'system.network.out.bytes',
  'system.network.in.packets',
  'system.network.out.packets',
  'system.network.in.dropped',
] as const;

/** A time twenty seconds before a minute's end: that minute contains the first two documents, and the tick with nth 5 closes it. */
const startMs = 1_700_000_020_000;

/** Milliseconds between two documents of a device. */
export const cadenceMs = 10_000;

/** Returns the time of the nth documents of all devices, ms since the epoch. */
export const timeOf = (nth: number): number => startMs + nth * cadenceMs;

/** A record's partition and offset in `samples`. */
export interface Shape {
  readonly partition: number;
  readonly offset: number;
}

/** Returns the nth document of one device, in the form that normalise sends. */
export function sampleRecord(host: number, device: string, nth: number, place: Shape): LogRecord {
  const timestampMs = timeOf(nth);
  const sample: Sample = {
    entity: { cluster: 'bench', kind: 'host', name: `node-${host}` },
    timestampMs,
    dataset: 'system.diskio',
    dimensions: { device },
    measurements: Object.fromEntries(metrics.map((metric, at) => [metric, 1e9 + nth * 1234 * (at + 1) + host])),
    source: 'metricbeat',
  };
  return recordOf(sampleVersion, sample, { key: sampleKey(sample.entity), timestampMs, ...place });
}

/** Returns the tick after the nth documents. */
export const tickRecord = (nth: number, place: Shape): LogRecord => tickRecordAt(timeOf(nth), place);

/** Returns a live tick that is appended when it is due. */
export function tickRecordAt(timeMs: number, place: Shape): LogRecord {
  return recordOf(tickVersion, { scope: liveScope, timeMs }, { key: liveScope, timestampMs: timeMs, ...place });
}

function recordOf(
  schema: string,
  value: object,
  { key, timestampMs, partition, offset }: Shape & Pick<LogRecord, 'key' | 'timestampMs'>,
): LogRecord {
  const producer = `normalise/${topics.beats}/${partition}`;
  return {
    topic: topics.samples,
    partition,
    offset,
    timestampMs,
    key,
    value: Buffer.from(JSON.stringify(value)),
    headers: {
      [header.schema]: schema,
      [header.lane]: laneText({ index: 0, of: 1 }),
      [header.position]: positionText({ producer, epoch: 0, number: offset, ordinal: 0 }),
      [header.sourceTime]: String(timestampMs),
    },
  };
}
