import { isGap, nextCadence, rateOf } from '../shared/domain/counter.ts';
import { minuteMs } from '../shared/domain/durations.ts';
import { liveScope, type Sample } from '../shared/domain/sample.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { deadLetter } from '../shared/log/dead-letter.ts';
import { laneOf } from '../shared/log/lane-header.ts';
import type { Effect, LogRecord } from '../shared/log/record.ts';
import { wasAhead } from '../shared/time/append-time.ts';
import { type FullCapacity, scopedPath } from './capacity.ts';
import { closeMinutes, isClosed } from './close-minutes.ts';
import { SeriesCursor } from './cursor.ts';
import { findCapacity, type Newcomer, noteSeen, secondsOf, seriesOfNewcomer } from './evict-groups.ts';
import { metricIndex, metricOf } from './group.ts';
import { noteLane, timeOf } from './lanes.ts';
import { addDelta, addToMinute } from './minute.ts';
import { observe } from './observe.ts';
import type { Group, GroupIdentity, Metric } from './series-group.ts';
import { minuteOf, minuteParity, noMinute, type SeriesValues, slot } from './slot.ts';
import type { DetectState } from './state.ts';
import { groupKey } from './table.ts';

/**
 * The largest magnitude that is learned: the square of a number beyond 1e154 is infinite, and nothing measured is so
 * large.
 */
const magnitudeMax = 1e100;

/** A sample as it is applied: what all of its measurements share. */
interface Applied {
  readonly state: DetectState;
  readonly group: Group;
  readonly timestampMs: number;
  readonly stageMs: number;
  /** The newest tick of the group's lanes, ms; `undefined` before the first tick. */
  readonly newestMs: number | undefined;
  /** The minute that contains the sample, ms. */
  readonly minute: number;
  readonly effects: Effect[];
}

/** The last series of a sample that was refused, and the capacity that was full. */
interface Refused {
  readonly full: FullCapacity;
  readonly newcomer: Newcomer;
}

/**
 * Applies a sample: learns and judges each of its measurements.
 * @returns anomalies, summaries and, where a new series was refused, a dead letter
 */
export function applySample(state: DetectState, sample: Sample, record: LogRecord, settings: Settings): Effect[] {
  const { entity, dataset, dimensions, timestampMs } = sample;
  const identity: GroupIdentity = { scope: sample.scope ?? liveScope, entity, dataset, dimensions };
  const lane = laneOf(record)?.index ?? 0;
  const appendedS = secondsOf(record.timestampMs);
  const key = groupKey(identity);
  const group = state.table.find(key) ?? state.table.prepare(key, identity, { lane, atS: appendedS });
  noteSeen(state, group, appendedS);
  noteLane(group, lane, state.clocks);
  const time = timeOf(group, state.clocks);
  const applied: Applied = {
    state,
    group,
    timestampMs,
    stageMs: Math.max(time?.tickMs ?? 0, timestampMs),
    newestMs: time?.newestMs,
    minute: minuteOf(timestampMs),
    effects: [],
  };
  const isOpen = openMinute(applied, time?.closedByMs);
  if (!isOpen) state.count('after summary');
  const refused = applyMeasurements(applied, isOpen, sample, { record, settings });
  if (group.metrics.length > 0) state.table.markChanged(group);
  if (refused !== undefined) refuse(applied, refused, record);
  return applied.effects;
}

/** @returns the last measurement whose series was refused */
function applyMeasurements(
  applied: Applied,
  isOpen: boolean,
  { measurements, kinds, units }: Sample,
  { record, settings }: { readonly record: LogRecord; readonly settings: Settings },
): Refused | undefined {
  const { state, group, timestampMs, minute, effects } = applied;
  const appendedMs = record.timestampMs;
  const cursor = new SeriesCursor(group);
  let hint = 0;
  let refused: Refused | undefined;
  for (const name in measurements) {
    let index = metricIndex(group, name, hint);
    if (index < 0) {
      const carried = { name, kind: ownEntry(kinds, name), unit: ownEntry(units, name) };
      const metric = metricOf(group.identity, carried, settings);
      const newcomer: Newcomer = { group, metric, timestampMs, appendedMs };
      // A capacity that was full for one series of the sample is full for the others: it is not searched again.
      const full = fullAlready(refused, metric) ?? findCapacity(state, newcomer, effects);
      if (full !== undefined) {
        refused = { full, newcomer };
        continue;
      }
      // If series of this group were forgotten to find capacity, all of its minutes may have been closed.
      if (isOpen) group.minutes[minuteParity(minute)] = minute;
      index = state.table.add(group, metric, secondsOf(appendedMs));
    }
    hint = index + 1;
    cursor.moveTo(index);
    applyMeasurement(applied, cursor, measurements[name]!, isOpen);
  }
  return refused;
}

/** Returns a record's own entry: shippers choose names freely, and `constructor` must not find JavaScript's. */
function ownEntry<Value>(record: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/**
 * Opens the minute of a sample in its group. A minute that is still open two minutes later, because no tick came, is
 * closed first.
 * @param closedByMs the time by which minutes are closed; `undefined` before the first tick
 * @returns false if the minute is closed already
 */
function openMinute({ group, minute, stageMs, newestMs, effects }: Applied, closedByMs: number | undefined): boolean {
  if (closedByMs !== undefined && isClosed(minute, closedByMs)) return false;
  const parity = minuteParity(minute);
  const holder = group.minutes[parity];
  if (holder === minute) return true;
  // A minute that is open ahead of the newest tick was opened by a clock that has been set right since.
  const ofWrongClock = newestMs !== undefined && wasAhead(holder, Math.max(newestMs, minute));
  if (holder > minute && !ofWrongClock) return false;
  if (holder !== noMinute) closeMinutes(group, ofWrongClock ? holder : minute - 2 * minuteMs, stageMs, effects);
  group.minutes[parity] = minute;
  return true;
}

function applyMeasurement(applied: Applied, cursor: SeriesCursor, raw: number, isOpen: boolean): void {
  if (Math.abs(raw) > magnitudeMax) applied.state.count('out of reach');
  else if (cursor.metric.rule.kind === 'delta') applyDelta(applied, cursor, raw, isOpen);
  else applyReading(applied, cursor, raw, isOpen);
}

/** Adds a delta to its minute. A sum has no order: every document counts, until its minute is closed. */
function applyDelta({ timestampMs, minute }: Applied, series: SeriesValues, value: number, isOpen: boolean): void {
  const { values, at } = series;
  values[at + slot.lastMs] = Math.max(values[at + slot.lastMs]!, timestampMs);
  values[at + slot.cadenceMs] = minuteMs;
  if (isOpen) addDelta(series, minuteParity(minute), value);
}

/** Applies the value of a gauge or a counter, unless the series has a newer one. */
function applyReading(applied: Applied, cursor: SeriesCursor, raw: number, isOpen: boolean): void {
  const { state, group, timestampMs, minute, effects } = applied;
  const { values, at, index } = cursor;
  const lastMs = lastSampleMs(applied, cursor);
  if (timestampMs <= lastMs) {
    state.count(timestampMs === lastMs ? 'duplicate' : 'late');
    return;
  }
  const value = cursor.metric.rule.kind === 'counter' ? rate(applied, cursor, raw) : raw;
  const cadenceMs = values[at + slot.cadenceMs]!;
  if (lastMs > 0) values[at + slot.cadenceMs] = nextCadence(cadenceMs, timestampMs - lastMs);
  // Samples that were off before a gap do not count together with samples that are off after it.
  if (isGap(timestampMs - lastMs, cadenceMs) && !group.episodes.has(index)) values[at + slot.offBits] = 0;
  values[at + slot.lastMs] = timestampMs;
  values[at + slot.lastRaw] = raw;
  if (value === undefined) return;
  observe(cursor, value, applied, effects);
  if (isOpen) addToMinute(cursor, minuteParity(minute), value, cursor.verdict);
}

/**
 * Returns the time of the newest sample of a series, ms. A time ahead of the newest tick came from a clock that was set right
 * since: then the series starts again, as after a gap, because otherwise all samples that follow would be late.
 */
function lastSampleMs({ newestMs, timestampMs }: Applied, { values, at }: SeriesValues): number {
  const lastMs = values[at + slot.lastMs]!;
  if (newestMs === undefined || !wasAhead(lastMs, Math.max(newestMs, timestampMs))) return lastMs;
  values[at + slot.lastMs] = 0;
  return 0;
}

/** @returns the rate of a counter; `undefined` for a first reading, a reset or a gap */
function rate({ state, timestampMs }: Applied, { values, at }: SeriesValues, raw: number): number | undefined {
  const lastMs = values[at + slot.lastMs]!;
  const previous = lastMs === 0 ? undefined : { timestampMs: lastMs, value: values[at + slot.lastRaw]! };
  const result = rateOf(previous, { timestampMs, value: raw }, values[at + slot.cadenceMs]);
  if ('perSecond' in result) return result.perSecond;
  if (result.outcome === 'counter reset' || result.outcome === 'gap') state.count(result.outcome);
  return undefined;
}

/** Returns the capacity that was full for another series of the sample, if it is full for this metric, too. */
function fullAlready(refused: Refused | undefined, { rule }: Metric): FullCapacity | undefined {
  if (refused === undefined) return undefined;
  return refused.full.shownOnly && rule.isJudged ? undefined : refused.full;
}

/**
 * Counts a refused series. One dead letter a day for each capacity is enough to act on; known series are still judged.
 */
function refuse({ state, effects }: Applied, { full: { of, shownOnly }, newcomer }: Refused, record: LogRecord): void {
  const { group, timestampMs, appendedMs } = newcomer;
  state.count('too many series');
  if (!shownOnly) state.reachedLimits.note(of, seriesOfNewcomer(newcomer), { atMs: appendedMs, refused: 1 });
  const path = scopedPath(group.identity);
  if (!state.refuseOnce(of === 'entity' ? path : 'partition full', timestampMs)) return;
  const subject = of === 'entity' ? path : `this partition (newest: ${path})`;
  const detail = `${subject}: new series are not watched; remove fields with unbounded names before they are shipped`;
  effects.push(deadLetter(record, 'detect', 'too many series', detail));
}
