import { minuteMs } from '../shared/domain/durations.ts';
import { entityPath } from '../shared/domain/entity.ts';
import { liveScope, type Sample } from '../shared/domain/sample.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { deadLetter } from '../shared/log/dead-letter.ts';
import { laneOf } from '../shared/log/lane-header.ts';
import type { Effect, LogRecord } from '../shared/log/record.ts';
import { wasAhead } from '../shared/time/append-time.ts';
import type { Applied } from './applied.ts';
import { adoptCounter, applyReading } from './apply-reading.ts';
import { type FullCapacity, scopedPath } from './capacity.ts';
import { closeMinutes, isClosed } from './close-minutes.ts';
import { SeriesCursor } from './cursor.ts';
import { inDoubles } from './detector/layout.ts';
import { profileFromMs } from './detector/state.ts';
import { entityEffect } from './emit.ts';
import { findCapacity, type Newcomer, noteSeen, secondsOf, seriesOfNewcomer } from './evict-groups.ts';
import { metricIndex, metricOf } from './group.ts';
import { beginLog, isRepeated, keepLine } from './group-log.ts';
import { noteLane, timeOf } from './lanes.ts';
import { addDelta } from './minute.ts';
import { noteReturn } from './miss-entities.ts';
import { type Group, type GroupIdentity, type Metric, onlyWarmed } from './series-group.ts';
import { minuteOf, minuteParity, noMinute, type SeriesValues, slot, slotDoubles } from './slot.ts';
import type { DetectState } from './state.ts';
import { groupKey } from './table.ts';

/**
 * The largest magnitude that is learned: the square of a number beyond 1e154 is infinite, and nothing measured is so
 * large.
 */
export const magnitudeMax = 1e100;

/** The age from which on a log is known, and the time that a level which was silent in it is assumed to have been silent, ms. */
const knownLogMs = 20 * minuteMs;
const assumedMs = 61 * minuteMs;

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
  if (group.heardFirstMs === onlyWarmed) group.lanes = lane;
  noteLane(group, lane, state.clocks);
  const time = timeOf(group, state.clocks);
  const applied: Applied = {
    state,
    group,
    timestampMs,
    isHistory: false,
    stageMs: Math.max(time?.tickMs ?? 0, timestampMs),
    newestMs: time?.newestMs,
    minute: minuteOf(timestampMs),
    startMs: sample.startMs,
    periodMs: sample.periodMs,
    contradicts: false,
    isClose: false,
    effects: [],
  };
  noteHeard(group, time?.tickMs);
  noteReturn(state, group.identity, applied.stageMs, applied.effects);
  const isOpen = openMinute(applied, time?.closedByMs);
  if (!isOpen) state.count('after summary');
  const { line } = sample;
  if (line !== undefined) group.log ??= beginLog(state.table, group.identity, applied.minute);
  const repeats = isOpen && line !== undefined && isRepeated(group, applied.minute, line);
  if (repeats) state.count('duplicate');
  const refused = repeats ? undefined : applyMeasurements(applied, isOpen, sample, { record, settings });
  if (isOpen && !repeats && line !== undefined && group.metrics.length > 0) {
    const kept = keepLine(group, applied.minute, line, state.table.hasRoom);
    if (kept === 'full') state.count('line not compared');
  }
  noteCollision(applied, sample, record);
  const place = state.places.note(group, sample, time?.tickMs ?? timestampMs);
  if (place !== undefined) applied.effects.push(entityEffect(place));
  if (group.metrics.length > 0) state.table.markChanged(group);
  if (refused !== undefined) refuse(applied, refused, record);
  return applied.effects;
}

function noteHeard(group: Group, tickMs = 0): void {
  group.heardMs = tickMs;
  if (group.heardFirstMs === 0 || group.heardFirstMs === onlyWarmed) group.heardFirstMs = tickMs;
}

/** Counts and reports a document of another thing that came as this series. */
function noteCollision(applied: Applied, { facts = {}, periodMs }: Sample, record: LogRecord): void {
  const { state, group, timestampMs, contradicts, isClose, effects } = applied;
  if (!contradicts && !isClose && !state.collisions.follows(group)) return;
  const document = { timestampMs, facts, contradicts, isClose, hasPeriod: periodMs !== undefined };
  const { isTooClose, report } = state.collisions.note(group, document, record.timestampMs);
  if (isTooClose) state.count('collision');
  if (report !== undefined) effects.push(deadLetter(record, 'detect', 'collision', report));
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
  growWithAge(state, group, timestampMs);
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
      if (metric.rule.kind === 'delta') assumeZeros(group, index, minute);
    }
    hint = index + 1;
    cursor.moveTo(index);
    if (cursor.metric.rule.kindIsGuessed && ownEntry(kinds, name) === 'counter')
      adoptCounter(applied, cursor, settings);
    applyMeasurement(applied, cursor, measurements[name]!, isOpen);
  }
  return refused;
}

/** Gives a group the profiles that are worth their memory by now. @param timestampMs the time of the sample that comes next */
export function growWithAge(state: DetectState, group: Group, timestampMs: number): void {
  if (isOldEnough(group, timestampMs)) state.table.addProfiles(group);
  else if (wantsWeeks(group)) state.table.addWeeks(group, timestampMs);
}

/** Returns whether a group without day profiles is so old that they are worth their memory. */
function isOldEnough({ profiles, metrics, values }: Group, timestampMs: number): boolean {
  if (profiles !== undefined) return false;
  const judged = metrics.findIndex(({ rule }) => rule.isJudged);
  if (judged < 0) return false;
  const firstMs = values[judged * slotDoubles + slot.detector + inDoubles.firstMs]!;
  return firstMs > 0 && timestampMs - firstMs >= profileFromMs;
}

/**
 * Returns whether one of a group's series pages against its day, and none knows its week yet: most groups never page, and
 * need no memory for it.
 */
const wantsWeeks = ({ profiles, weeks, episodes }: Group): boolean =>
  profiles !== undefined && weeks === undefined && episodes.size > 0;

/**
 * Lets the first log record of a level be judged, if its log was known before: until then, each minute had none. So the
 * first errors of a known host are no baseline. A log that has been known for 20 minutes stands for an hour.
 */
function assumeZeros({ log, values }: Group, index: number, minute: number): void {
  const isKnown = log !== undefined && minute - log.sinceMs >= knownLogMs;
  if (isKnown) values[index * slotDoubles + slot.lastRaw] = minute - assumedMs;
}

/** Returns a record's own entry: shippers choose names freely, and `constructor` must not find JavaScript's. */
export function ownEntry<Value>(record: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
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
  const entity = entityPath(group.identity.entity);
  const subject = of === 'entity' ? entity : `this partition (newest: ${entity})`;
  const detail = `${subject}: new series are not watched; remove fields with unbounded names before they are shipped`;
  effects.push(deadLetter(record, 'detect', 'too many series', detail));
}
