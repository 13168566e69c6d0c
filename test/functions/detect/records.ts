import { detectStep } from '../../../functions/detect/detect.ts';
import { type Anomaly, anomalyVersion } from '../../../functions/shared/domain/anomaly.ts';
import { type Lane, laneText } from '../../../functions/shared/domain/lane.ts';
import { liveScope, type Sample, sampleVersion } from '../../../functions/shared/domain/sample.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { endVersion, type Tick, tickVersion } from '../../../functions/shared/domain/signal.ts';
import { type Summary, summaryVersion } from '../../../functions/shared/domain/summary.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { type Effect, header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { Blocks, StepContext } from '../../../functions/shared/runner/step.ts';

export const context: StepContext = {
  settings: defaultSettings,
  layout: defaultLayout,
  topic: topics.samples,
  partition: 0,
};

export type DetectState = ReturnType<typeof detectStep.open>;

/** Returns a sample of host `a`, appended at its own time by default. */
export function sample(parts: Partial<Sample> = {}, appendedMs: number = parts.timestampMs ?? 0): LogRecord {
  const record = recordOf(sampleVersion, {
    entity: { cluster: 'c', kind: 'host', name: 'a' },
    timestampMs: 0,
    dataset: 'system.cpu',
    dimensions: {},
    measurements: {},
    source: 'metricbeat',
    ...parts,
  });
  return { ...record, timestampMs: appendedMs };
}

/** Returns a tick of one lane, appended when it was due by default. */
export const tick = (
  timeMs: number,
  scope: string = liveScope,
  lane: Lane = { index: 0, of: 1 },
  appendedMs: number = timeMs,
): LogRecord => ({ ...throughLane(lane, recordOf(tickVersion, { scope, timeMs })), timestampMs: appendedMs });

export const end = (timeMs: number, scope: string): LogRecord => recordOf(endVersion, { scope, timeMs });

/** Returns the same record with another lane. */
export const throughLane = (lane: Lane, record: LogRecord): LogRecord => ({
  ...record,
  headers: { ...record.headers, [header.lane]: laneText(lane) },
});

export function recordOf(schema: string, value: unknown): LogRecord {
  return {
    topic: topics.samples,
    partition: 0,
    offset: 0,
    timestampMs: 0,
    key: null,
    value: Buffer.from(JSON.stringify(value)),
    headers: { [header.schema]: schema, [header.lane]: '0/1' },
  };
}

/** Applies records in order to the given state, by default to an empty one. */
export function run(
  records: readonly LogRecord[],
  state: DetectState = detectStep.open(new Map(), context),
  where: StepContext = context,
): { readonly state: DetectState; readonly effects: readonly Effect[] } {
  return { state, effects: records.flatMap((record) => [...detectStep.apply(state, record, where)]) };
}

const parsed = <Value>(effects: readonly Effect[], schema: string): Value[] =>
  effects
    .filter((effect) => effect.headers[header.schema] === schema)
    .map((effect) => JSON.parse(effect.value.toString()) as Value);

export const anomaliesOf = (effects: readonly Effect[]): Anomaly[] => parsed(effects, anomalyVersion);
export const summariesOf = (effects: readonly Effect[]): Summary[] => parsed(effects, summaryVersion);
export const ticksOf = (effects: readonly Effect[]): Tick[] => parsed(effects, tickVersion);
export const endsOf = (effects: readonly Effect[]): Tick[] => parsed(effects, endVersion);

/** Returns the blocks that a store contains after these changes. */
export function stored(before: Blocks, changes: ReadonlyMap<string, Uint8Array | null>): Map<string, Uint8Array> {
  const blocks = new Map(before);
  for (const [name, bytes] of changes) {
    if (bytes === null) blocks.delete(name);
    else blocks.set(name, bytes);
  }
  return blocks;
}

export const cpu = 'system.cpu.total.norm.pct';
/** A whole minute. */
export const start = 1_700_000_040_000;
/** Returns the time of the n-th sample of {@link series}, ms. */
export const at = (nth: number): number => start + nth * 10_000;

/** Returns one value of one series every ten seconds, the first at `at(from)`. */
export const series = (
  values: readonly number[],
  from = 0,
  metric: string = cpu,
  parts: Partial<Sample> = {},
): LogRecord[] =>
  values.map((value, nth) => sample({ timestampMs: at(from + nth), measurements: { [metric]: value }, ...parts }));

/** Returns samples of 0.1. */
export const calm = (count: number, from = 0): LogRecord[] => series(Array(count).fill(0.1), from);
