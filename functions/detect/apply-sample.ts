import { isGap, nextCadence, rateOf } from '../shared/domain/counter.ts';
import { minuteMs } from '../shared/domain/durations.ts';
import { liveScope, type Sample } from '../shared/domain/sample.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { deadLetter } from '../shared/log/dead-letter.ts';
import { laneOf } from '../shared/log/lane.ts';
import type { Effect, LogRecord } from '../shared/log/record.ts';
import { wasAhead } from '../shared/time/append-time.ts';
import { type Full, scopedPath } from './capacity.ts';
import { closeMinutes, isClosed } from './close-minutes.ts';
import { findCapacity, type Newcomer, newSeries, secondsOf, seeAt } from './evict-groups.ts';
import { type Group, type GroupIdentity, type Metric, metricIndex, metricOf } from './group.ts';
import { seeInLane, timeOf } from './lanes.ts';
import { addDelta, addToMinute } from './minute.ts';
import { observe } from './observe.ts';
import { minuteOf, minuteParity, noMinute, slot, slotDoubles } from './slot.ts';
import type { DetectState } from './state.ts';
import { groupKey } from './table.ts';
import { blankVerdict } from './verdict.ts';

/** Beyond this a square overflows. Nothing that is measured is so large. */
const reach = 1e100;

/** One for all: steps run one record at a time, and the hot path makes no garbage. */
const verdict = blankVerdict();

interface Moment {
  readonly timestampMs: number;
  readonly stageMs: number;
  /** The newest live tick of the group's lanes, ms; `undefined` before the first, and of a replay. */
  readonly newestMs: number | undefined;
}

/** The last series of a sample that was refused, and the limit that it met. */
interface Refused {
  readonly full: Full;
  readonly newcomer: Newcomer;
}

/** Takes a sample's measurements into their series. @returns anomalies, summaries, a dead letter */
export function takeSample(state: DetectState, sample: Sample, record: LogRecord, settings: Settings): Effect[] {
  const lane = laneOf(record)?.index ?? 0;
  const { entity, dataset, dimensions, timestampMs } = sample;
  const identity: GroupIdentity = { scope: sample.scope ?? liveScope, entity, dataset, dimensions };
  const key = groupKey(identity);
  const appendedS = secondsOf(record.timestampMs);
  const group = state.table.find(key) ?? state.table.prepare(key, identity, lane, appendedS);
  seeAt(state, group, appendedS);
  seeInLane(group, lane, state.clocks);
  const time = timeOf(group, state.clocks);
  const moment = {
    timestampMs,
    stageMs: Math.max(time?.tickMs ?? 0, timestampMs),
    newestMs: identity.scope === liveScope ? time?.newestMs : undefined,
  };
  const effects: Effect[] = [];
  const isOpen = openMinute(group, moment, time?.closedByMs, effects);
  const minute = minuteOf(timestampMs);
  if (!isOpen) state.count('after summary');

  let hint = 0;
  let refused: Refused | undefined;
  for (const name in sample.measurements) {
    const value = sample.measurements[name]!;
    let index = metricIndex(group, name, hint);
    if (index < 0) {
      const metric = metricOf(identity, name, own(sample.kinds, name), own(sample.units, name), settings);
      const newcomer: Newcomer = { group, metric, timestampMs, appendedMs: record.timestampMs };
      // A limit that one series of the sample met holds for the others, without another search for room.
      const full = meets(refused, metric) ?? findCapacity(state, newcomer, effects);
      if (full !== undefined) {
        refused = { full, newcomer };
        continue;
      }
      // Making room may have closed all minutes of this very group.
      if (isOpen) group.minutes[minuteParity(minute)] = minute;
      index = state.table.add(group, metric, appendedS);
    }
    hint = index + 1;
    if (Math.abs(value) > reach) state.count('out of reach');
    else if (group.metrics[index]!.judgement.kind === 'delta') takeDelta(group, index, value, timestampMs, isOpen);
    else takeMeasurement(state, group, index, value, moment, isOpen, effects);
  }
  if (group.metrics.length > 0) state.table.markChanged(group);
  if (refused !== undefined) refuse(state, refused, record, effects);
  return effects;
}

/** Names are anybody's: a metric called `constructor` has no kind that it did not bring along. */
function own<Value>(record: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/**
 * Makes the sample's minute an open one of the group. One that still holds its place although two minutes have passed, because no
 * tick came, is closed first.
 * @returns false if the minute is closed already
 */
function openMinute(
  group: Group,
  { timestampMs, stageMs, newestMs }: Moment,
  closedByMs: number | undefined,
  effects: Effect[],
): boolean {
  const minute = minuteOf(timestampMs);
  if (closedByMs !== undefined && isClosed(minute, closedByMs)) return false;
  const parity = minuteParity(minute);
  const holder = group.minutes[parity];
  if (holder === minute) return true;
  // What is open ahead of live time was opened by a clock that has been set right.
  const ofWrongClock = newestMs !== undefined && wasAhead(holder, Math.max(newestMs, minute));
  if (holder > minute && !ofWrongClock) return false;
  if (holder !== noMinute) closeMinutes(group, ofWrongClock ? holder : minute - 2 * minuteMs, stageMs, effects);
  group.minutes[parity] = minute;
  return true;
}

/** Sums have no order: every document counts, until its minute is closed. */
function takeDelta(group: Group, index: number, value: number, timestampMs: number, isOpen: boolean): void {
  const at = index * slotDoubles;
  group.state[at + slot.lastMs] = Math.max(group.state[at + slot.lastMs]!, timestampMs);
  group.state[at + slot.cadenceMs] = minuteMs;
  if (isOpen) addDelta(group.state, at, minuteParity(minuteOf(timestampMs)), value);
}

function takeMeasurement(
  state: DetectState,
  group: Group,
  index: number,
  raw: number,
  moment: Moment,
  isOpen: boolean,
  effects: Effect[],
): void {
  const series = group.state;
  const at = index * slotDoubles;
  const { timestampMs } = moment;
  const lastMs = lastOf(series, at, moment);
  if (timestampMs <= lastMs) {
    state.count(timestampMs === lastMs ? 'duplicate' : 'late');
    return;
  }
  const value = group.metrics[index]!.judgement.kind === 'counter' ? rate(state, series, at, raw, timestampMs) : raw;
  const cadenceMs = series[at + slot.cadenceMs]!;
  if (lastMs > 0) series[at + slot.cadenceMs] = nextCadence(cadenceMs, timestampMs - lastMs);
  // What was off before a gap says nothing of what is off after it.
  if (isGap(timestampMs - lastMs, cadenceMs) && !group.episodes.has(index)) series[at + slot.offBits] = 0;
  series[at + slot.lastMs] = timestampMs;
  series[at + slot.lastRaw] = raw;
  if (value === undefined) return;
  observe(group, index, value, moment, verdict, effects);
  if (isOpen) addToMinute(series, at, minuteParity(minuteOf(timestampMs)), value, verdict);
}

/**
 * Time of the newest sample of a series, ms. One ahead of live time was of a clock that was set right meanwhile: the series
 * begins anew, as after a gap, rather than call all that follows late.
 */
function lastOf(series: Float64Array, at: number, { newestMs, timestampMs }: Moment): number {
  const lastMs = series[at + slot.lastMs]!;
  if (newestMs === undefined || !wasAhead(lastMs, Math.max(newestMs, timestampMs))) return lastMs;
  series[at + slot.lastMs] = 0;
  return 0;
}

/** @returns `undefined` where the counter tells no rate this time */
function rate(
  state: DetectState,
  series: Float64Array,
  at: number,
  raw: number,
  timestampMs: number,
): number | undefined {
  const lastMs = series[at + slot.lastMs]!;
  const previous = lastMs === 0 ? undefined : { timestampMs: lastMs, value: series[at + slot.lastRaw]! };
  const told = rateOf(previous, { timestampMs, value: raw }, series[at + slot.cadenceMs]);
  if ('perSecond' in told) return told.perSecond;
  if (told.outcome === 'counter reset' || told.outcome === 'gap') state.count(told.outcome);
  return undefined;
}

/** The limit that a series meets because another one of its sample met it. */
function meets(refused: Refused | undefined, { judgement: { judged } }: Metric): Full | undefined {
  if (refused === undefined) return undefined;
  return refused.full.shownOnly && judged ? undefined : refused.full;
}

/** One letter a day of each limit is enough to act on; known series are still judged. */
function refuse(
  state: DetectState,
  { full: { of, shownOnly }, newcomer }: Refused,
  record: LogRecord,
  effects: Effect[],
): void {
  const { group, timestampMs, appendedMs } = newcomer;
  state.count('too many series');
  if (!shownOnly) state.full.note(of, newSeries(newcomer), { atMs: appendedMs, refused: 1 });
  const path = scopedPath(group.identity);
  if (!state.refuseOnce(of === 'entity' ? path : 'partition full', timestampMs)) return;
  const whose = of === 'entity' ? path : `this partition, of ${path} at last`;
  const detail = `${whose}: new series are not watched; drop fields with unbounded names before they ship`;
  effects.push(deadLetter(record, 'detect', 'too many series', detail));
}
