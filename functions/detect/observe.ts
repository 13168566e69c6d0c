import type { Effect } from '../shared/log/record.ts';
import type { SeriesCursor } from './cursor.ts';
import { endCandidate } from './detector/paging.ts';
import type { Reading } from './detector/reading.ts';
import { anomalyEffect } from './emit.ts';
import {
  addToEpisode,
  beginEpisode,
  type ClosedBecause,
  closingReason,
  isMateriallyWorse,
  reportClosed,
  reportOpen,
} from './episode.ts';
import { endEpisode, floatsOf, openEpisode, seriesAt, subjectOf } from './group.ts';
import type { Group } from './series-group.ts';
import { slot } from './slot.ts';
import { setVerdict, type Verdict } from './verdict.ts';

/** The two times of an observation, and what it counts. */
export interface Moment {
  /** The sample's own time. */
  readonly timestampMs: number;
  /** The stage time, which anomalies carry as the time of their change. */
  readonly stageMs: number;
  /** Means that the value is of the past: it is learned, and opens no episode. */
  readonly isHistory?: boolean;
  /** The texts of some log records that the value counts. */
  readonly lines?: readonly string[] | undefined;
}

/**
 * Judges one value of one series by what was known before it, learns it, and reports an episode that begins, worsens or ends
 * with it.
 * @param cursor  the series; its verdict is overwritten with how the value compares
 * @param value   finite; a rate where the metric is a counter, a minute's sum where it is a delta
 * @param effects receives the anomalies
 */
export function observe(cursor: SeriesCursor, value: number, moment: Moment, effects: Effect[]): void {
  const { group, index, verdict } = cursor;
  verdict.ready = false;
  if (!cursor.metric.rule.isJudged) return;
  const reading = cursor.step(moment.timestampMs, value);
  setVerdict(reading, value, cursor.metric.rule, verdict);
  noteTimes(cursor, reading, moment.timestampMs);
  const episode = group.episodes.get(index);
  if (episode === undefined) {
    if (reading.page && hasScale(cursor, reading)) {
      if (moment.isHistory) cursor.endCandidate();
      else open(cursor, value, moment, effects);
    } else if (reading.isOpen && isWithin(verdict, value)) cursor.endCandidate();
  } else if (!reading.isOpen) {
    close(
      group,
      index,
      { stageMs: moment.stageMs, because: closingReason(episode, value, (reading.lower + reading.upper) / 2) },
      effects,
    );
  } else if (reading.isOff) {
    continueEpisode(cursor, value, moment, effects);
  }
}

/**
 * Returns whether anything says how much of a deviation matters. A floor that is a share of what is expected says nothing about
 * a value that has only ever been 0: a first 1 is learned, and pages nobody. A series that goes quiet needs no scale.
 */
const hasScale = ({ metric: { rule }, verdict }: SeriesCursor, { isQuiet }: Reading): boolean =>
  isQuiet || rule.floor > 0 || rule.relativeFloor === 0 || verdict.lower < verdict.upper;

/** Returns whether a value is where values were before an episode that nobody was told of: the next one is judged anew. */
const isWithin = ({ lower, upper }: Verdict, value: number): boolean => value >= lower && value <= upper;

/** Notes when the present candidate or episode began, and its newest value that was off. */
function noteTimes({ values, at }: SeriesCursor, reading: Reading, timestampMs: number): void {
  if (reading.candidateValues === 1 && reading.isOff && !reading.isOpen) values[at + slot.sinceMs] = timestampMs;
  if (!reading.isOff) return;
  // A series that has gone quiet was quiet before anybody could tell.
  if (reading.page && reading.isQuiet)
    values[at + slot.sinceMs] = Math.round(timestampMs - reading.run * values[at + slot.cadenceMs]!);
  if (reading.isByEvidence)
    values[at + slot.sinceMs] = Math.round(timestampMs - (reading.candidateValues - 1) * values[at + slot.cadenceMs]!);
  values[at + slot.lastOffMs] = timestampMs;
}

function open(cursor: SeriesCursor, value: number, { stageMs, lines = [] }: Moment, effects: Effect[]): void {
  const { group, index, verdict } = cursor;
  const subject = subjectOf(group, index);
  const episode = beginEpisode(cursor.values[cursor.at + slot.sinceMs]!, value, verdict, subject.rule);
  episode.lines = lines;
  openEpisode(group, index, episode);
  effects.push(anomalyEffect(reportOpen(episode, subject, stageMs)));
}

function continueEpisode(cursor: SeriesCursor, value: number, moment: Moment, effects: Effect[]): void {
  const { stageMs, lines = [] } = moment;
  const { group, index, verdict } = cursor;
  const episode = group.episodes.get(index)!;
  const before = episode.severity;
  if (addToEpisode(episode, value, verdict, cursor.metric.rule)) episode.lines = lines;
  if (isMateriallyWorse(episode, before)) {
    effects.push(anomalyEffect(reportOpen(episode, subjectOf(group, index), stageMs)));
  }
}

/** The stage time at which an episode closes, and the reason. */
export interface Closing {
  readonly stageMs: number;
  readonly because: ClosedBecause;
}

/**
 * Closes the open episode of a series, as of the newest sample that was off. The samples that were off until now are
 * forgotten, so that they do not open another episode.
 */
export function close(group: Group, index: number, { stageMs, because }: Closing, effects: Effect[]): void {
  const { values, at } = seriesAt(group, index);
  const episode = group.episodes.get(index)!;
  const endsAtMs = Math.max(episode.startsAtMs, values[at + slot.lastOffMs]!);
  endEpisode(group, index);
  forgetCandidate(group, index);
  effects.push(
    anomalyEffect(reportClosed(episode, subjectOf(group, index), { stageMs, endsAtMs, closedBecause: because })),
  );
}

/** Forgets that the newest values of a series were off. */
export function forgetCandidate(group: Group, index: number): void {
  endCandidate(floatsOf(group.values), 2 * (seriesAt(group, index).at + slot.floats));
}
