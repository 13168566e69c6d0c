import { type Lane, laneText } from '../shared/domain/lane.ts';
import { liveScope } from '../shared/domain/sample.ts';
import { type Tick, tickVersion } from '../shared/domain/signal.ts';
import type { Layout } from '../shared/log/layout.ts';
import { type Effect, header, type LogRecord } from '../shared/log/record.ts';
import { topics } from '../shared/log/topics.ts';
import { liveTicks } from '../shared/time/live-ticks.ts';

/** Returns the lane of a record of `beats`, which is its partition. */
export function laneOfBeat({ partition }: Pick<LogRecord, 'partition'>, { partitions }: Layout): Lane {
  return { index: partition, of: Math.max(partitions[topics.beats], partition + 1) };
}

/**
 * Returns the live ticks that are due before a record of `beats`, each for every partition of `samples`. They depend on
 * append time alone: no document and no header can move live time.
 * @param beforeMs append time of the newest record before this one, ms; 0 before the first
 */
export function ticksBefore(record: LogRecord, beforeMs: number, layout: Layout): Effect[] {
  const times = liveTicks(beforeMs, record.timestampMs);
  if (times.length === 0) return [];
  const lane = laneOfBeat(record, layout);
  return times.flatMap((timeMs) => timeForAll({ scope: liveScope, timeMs }, tickVersion, lane, layout));
}

/** Returns a tick or an end for every partition of `samples`. */
export function timeForAll(tick: Tick, schema: string, lane: Lane, { partitions }: Layout): Effect[] {
  const value = JSON.stringify(tick);
  return Array.from({ length: partitions[topics.samples] }, (_, partition) => ({
    topic: topics.samples,
    partition,
    key: tick.scope,
    value,
    headers: { [header.schema]: schema, [header.lane]: laneText(lane) },
  }));
}
