import { factsFor } from '../shared/domain/catalogue/catalogue.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { liveScope, type Sample } from '../shared/domain/sample.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { shown } from '../shared/domain/shown.ts';
import type { LogRecord } from '../shared/log/record.ts';
import type { Applied } from './applied.ts';
import { applyReading } from './apply-reading.ts';
import { growWithAge, magnitudeMax, ownEntry } from './apply-sample.ts';
import { openSeries } from './close-series.ts';
import { SeriesCursor } from './cursor.ts';
import { noteSeen, secondsOf } from './evict-groups.ts';
import { metricIndex, metricOf } from './group.ts';
import { type Group, type GroupIdentity, onlyWarmed } from './series-group.ts';
import { minuteOf } from './slot.ts';
import type { CountedReason, DetectState } from './state.ts';
import { groupKey } from './table.ts';

/**
 * Learns a sample of the past: a series learns the values that are newer than all that it knows, in their order and at their
 * times, as it would have learned them live. Nothing is reported: no anomaly, no minute, no place of an entity. So a series that
 * has live samples is left as it is, and history that comes twice is learned once. What is not learned is counted.
 *
 * Sums of minutes (deltas, as log records have) are not learned: a minute of history has no end.
 * @throws {RefusedRecordError} `not history` for a sample of a replay
 */
export function applyHistory(state: DetectState, sample: Sample, record: LogRecord, settings: Settings): void {
  const { entity, dataset, dimensions, timestampMs } = sample;
  if (sample.scope !== undefined) {
    throw new RefusedRecordError(
      'not history',
      `scope: expected none, got ${shown(sample.scope)}; warm live series only`,
    );
  }
  const count = Object.keys(sample.measurements).length;
  if (timestampMs > record.timestampMs) {
    state.count('history ahead', count);
    return;
  }
  const identity: GroupIdentity = { scope: liveScope, entity, dataset, dimensions };
  const group = groupOf(state, identity, record);
  const effects: Applied['effects'] = [];
  const applied: Applied = {
    ...{ state, group, timestampMs, effects, isHistory: true },
    ...{ stageMs: timestampMs, newestMs: undefined, minute: minuteOf(timestampMs) },
    ...{ startMs: sample.startMs, periodMs: sample.periodMs, contradicts: false, isClose: false },
  };
  growWithAge(state, group, timestampMs);
  const cursor = new SeriesCursor(group);
  for (const name in sample.measurements) {
    const reason = learn(applied, cursor, name, { sample, record, settings });
    if (reason !== undefined) state.count(reason);
  }
  if (group.metrics.length > 0) state.table.markChanged(group);
}

/** Returns the group of a sample. A new one has no lane of its own: its first live sample chooses it. */
function groupOf(state: DetectState, identity: GroupIdentity, { timestampMs: appendedMs }: LogRecord): Group {
  const key = groupKey(identity);
  const atS = secondsOf(appendedMs);
  const found = state.table.find(key);
  if (found !== undefined) {
    noteSeen(state, found, atS);
    return found;
  }
  const group = state.table.prepare(key, identity, { lane: 0, atS });
  group.heardFirstMs = onlyWarmed;
  return group;
}

interface Given {
  readonly sample: Sample;
  readonly record: LogRecord;
  readonly settings: Settings;
}

/** Learns one measurement. @returns the reason for which it is not learned; `undefined` if it is, or was counted with its reading */
function learn(
  applied: Applied,
  cursor: SeriesCursor,
  name: string,
  { sample, record, settings }: Given,
): CountedReason | undefined {
  const { state, group } = applied;
  const kind = ownEntry(sample.kinds, name);
  const value = sample.measurements[name]!;
  if (factsFor(name, kind).kind === 'delta') return 'history of sums';
  if (Math.abs(value) > magnitudeMax) return 'out of reach';
  let index = metricIndex(group, name, 0);
  if (index < 0) {
    const metric = metricOf(group.identity, { name, kind, unit: ownEntry(sample.units, name) }, settings);
    // Live series are never forgotten for those of the past.
    if (state.table.fullFor(group.identity, metric.rule.isJudged) !== undefined) return 'history without room';
    index = state.table.add(group, metric, secondsOf(record.timestampMs));
  }
  if (openSeries(group).includes(index)) return 'history not newer';
  cursor.moveTo(index);
  applyReading(applied, cursor, value, false);
  return undefined;
}
