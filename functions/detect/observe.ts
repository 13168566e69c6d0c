import type { Effect } from '../shared/log/record.ts';
import type { SeriesCursor } from './cursor.ts';
import { anomalyEffect } from './emit.ts';
import {
  addToEpisode,
  beginEpisode,
  type ClosedBecause,
  isAccepted,
  isMateriallyWorse,
  reportClosed,
  reportOpen,
} from './episode.ts';
import { endEpisode, openEpisode, seriesAt, subjectOf } from './group.ts';
import { lastOffMs, noteOff, runStartMs } from './persistence.ts';
import type { Group } from './series-group.ts';
import { detector, slot } from './slot.ts';
import { judge, learn } from './verdict.ts';

/** The two times of an observation, and what it counts. */
export interface Moment {
  /** The sample's own time. */
  readonly timestampMs: number;
  /** The stage time, which anomalies carry as the time of their change. */
  readonly stageMs: number;
  /** The texts of some log records that the value counts. */
  readonly lines?: readonly string[] | undefined;
}

/**
 * Judges one value of one series by what was known before it, reports an episode that begins, worsens or ends with it,
 * and then learns the value.
 * @param cursor  the series; its verdict is overwritten with how the value compares
 * @param value   finite; a rate where the metric is a counter, a minute's sum where it is a delta
 * @param effects receives the anomalies
 */
export function observe(cursor: SeriesCursor, value: number, moment: Moment, effects: Effect[]): void {
  const { group, index, verdict } = cursor;
  judge(cursor, value, cursor.metric.rule, verdict);
  const episode = group.episodes.get(index);
  learn(cursor, value, verdict, episode !== undefined);
  if (!verdict.ready) return;
  const run = noteOff(cursor, verdict.off, moment.timestampMs);
  if (episode === undefined) {
    if (run === 'off') open(cursor, value, moment, effects);
  } else if (run === 'quiet') {
    close(group, index, { stageMs: moment.stageMs, because: 'back to normal' }, effects);
  } else if (isAccepted(episode, moment.timestampMs)) {
    detector.restart(cursor.values, cursor.at + slot.detector, value);
    close(group, index, { stageMs: moment.stageMs, because: 'new level accepted' }, effects);
  } else if (verdict.off) {
    continueEpisode(cursor, value, moment, effects);
  }
}

function open(cursor: SeriesCursor, value: number, { stageMs, lines = [] }: Moment, effects: Effect[]): void {
  const { group, index, verdict } = cursor;
  const subject = subjectOf(group, index);
  const episode = beginEpisode(runStartMs(cursor), value, verdict, subject.rule);
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
  const series = seriesAt(group, index);
  const episode = group.episodes.get(index)!;
  const endsAtMs = Math.max(episode.startsAtMs, lastOffMs(series));
  endEpisode(group, index);
  series.values[series.at + slot.offBits] = 0;
  effects.push(
    anomalyEffect(reportClosed(episode, subjectOf(group, index), { stageMs, endsAtMs, closedBecause: because })),
  );
}
