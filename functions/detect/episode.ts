import type { Anomaly, Severity } from '../shared/domain/anomaly.ts';
import { shownRange } from '../shared/domain/expected-range.ts';
import { anomalyId } from '../shared/domain/ids.ts';
import type { Series } from '../shared/domain/series.ts';
import { floorAt } from './detector/paging.ts';
import { inUnitInterval } from './detector/reading.ts';
import { quietSentence, reasonSentence } from './reason.ts';
import type { SeriesRule } from './rule.ts';
import type { Verdict } from './verdict.ts';

/** A period in which a series is off its baseline. Only series that are off have an episode. */
export interface Episode {
  readonly kind: 'deviation' | 'quiet';
  readonly startsAtMs: number;
  /** The revision of the newest record sent; 0 before the first record. */
  revision: number;
  /** The stage time of that record. */
  reportedAtMs: number;
  /** The deviation that the record reported, ≥ 0, in the unit judged. */
  reportedSize: number;
  severity: Severity;
  /** The value furthest from what was expected so far; the next four fields are those of its verdict. */
  peak: number;
  expected: number;
  lower: number;
  upper: number;
  z: number;
  /** The range of values that were not off when the episode began. */
  readonly lowerAtStart: number;
  readonly upperAtStart: number;
  /** The texts of some log records of the peak; empty if the series counts none. */
  lines: readonly string[];
}

/** The series that an episode belongs to, as its anomalies describe it. */
export interface Subject {
  readonly series: Series;
  readonly dataset: string;
  readonly scope: string;
  readonly rule: SeriesRule;
  /** The usual time between two of its values, ms; 0 while it is not known. */
  readonly periodMs: number;
}

/** The reasons for which an anomaly closes. */
export type ClosedBecause =
  | 'back to normal'
  | 'new level learned'
  | 'judged in another way'
  | 'ignored by settings'
  | 'no more samples'
  | 'no data'
  | 'no peers to compare with'
  | 'data again'
  | 'series forgotten'
  | 'replay ended';

/** An anomaly is reported again when its deviation has doubled since the last report. */
const worseFactor = 2;
/** The revision after which an anomaly that only worsens is no longer reported for it. */
const revisionsMax = 20;
/** Milliseconds between two reports of an open anomaly, because `alert` closes an anomaly that is not repeated. */
export const repeatMs = 600_000;
const rank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/** Returns an episode that begins with `value` as its peak and is not reported yet. */
export function beginEpisode(startsAtMs: number, value: number, verdict: Verdict, rule: SeriesRule): Episode {
  const { expected, lower, upper, z } = verdict;
  return {
    kind: verdict.isQuiet ? 'quiet' : 'deviation',
    startsAtMs,
    revision: 0,
    reportedAtMs: 0,
    reportedSize: 0,
    severity: severityOf(value, expected, rule),
    peak: value,
    expected,
    lower,
    upper,
    z,
    lowerAtStart: lower,
    upperAtStart: upper,
    lines: [],
  };
}

/**
 * Adds a value that is off to an episode. A severity is raised and never lowered.
 * @returns whether the value is the new peak
 */
export function addToEpisode(episode: Episode, value: number, verdict: Verdict, rule: SeriesRule): boolean {
  if (Math.abs(value - verdict.expected) <= sizeOf(episode)) return false;
  episode.peak = value;
  episode.expected = verdict.expected;
  episode.lower = verdict.lower;
  episode.upper = verdict.upper;
  episode.z = verdict.z;
  const severity = severityOf(value, verdict.expected, rule);
  if (rank[severity] > rank[episode.severity]) episode.severity = severity;
  return true;
}

/**
 * Returns why an episode ends when its values are not off any more: they are where they were before, or their new level has
 * been learned in the meantime. A value that is still nearer to the peak than to what was usual is not back, although what is
 * expected has hardly moved: so it is with a drift, of which the latter follows just enough.
 * @param value    the newest value
 * @param expected the value expected now
 */
export function closingReason(episode: Episode, value: number, expected: number): ClosedBecause {
  const { lowerAtStart, upperAtStart, peak } = episode;
  const isBack = (one: number): boolean => one >= lowerAtStart && one <= upperAtStart;
  const edge = peak > upperAtStart ? upperAtStart : lowerAtStart;
  const isAtPeak = !isBack(peak) && (value - edge) / (peak - edge) > 0.5;
  return isBack(value) || (isBack(expected) && !isAtPeak) ? 'back to normal' : 'new level learned';
}

/** Returns the deviation of an episode's peak, ≥ 0, in the unit judged. */
const sizeOf = ({ peak, expected }: Episode): number => Math.abs(peak - expected);

/**
 * Returns whether the last report understates the episode: the severity rose, or the deviation doubled.
 * @param severityBefore the severity before the newest sample
 */
export function isMateriallyWorse(episode: Episode, severityBefore: Severity): boolean {
  if (episode.severity !== severityBefore) return true;
  return episode.revision < revisionsMax && sizeOf(episode) >= worseFactor * episode.reportedSize;
}

/** Returns the next record of an open episode, and notes in the episode what it reports. */
export function reportOpen(episode: Episode, subject: Subject, stageMs: number): Anomaly {
  return { ...report(episode, subject, stageMs), state: 'open' };
}

/** The end of an episode. */
export interface EpisodeEnd {
  /** The stage time of the last record. */
  readonly stageMs: number;
  /** The time of the newest sample that was off. */
  readonly endsAtMs: number;
  readonly closedBecause: ClosedBecause;
}

/** Returns the last record of an episode. */
export function reportClosed(
  episode: Episode,
  subject: Subject,
  { stageMs, endsAtMs, closedBecause }: EpisodeEnd,
): Anomaly {
  return { ...report(episode, subject, stageMs), state: 'closed', endsAtMs, closedBecause };
}

function report(episode: Episode, subject: Subject, stageMs: number): Omit<Anomaly, 'state'> {
  const { series, dataset, scope, rule, periodMs } = subject;
  const { startsAtMs, peak, expected, z, severity, lines } = episode;
  const [lower, upper] = shownRange(episode, { isCounter: rule.kind === 'counter', max: rule.max });
  episode.revision += 1;
  episode.reportedAtMs = stageMs;
  episode.reportedSize = sizeOf(episode);
  return {
    id: anomalyId(series, startsAtMs),
    revision: episode.revision,
    kind: episode.kind,
    series,
    dataset,
    startsAtMs,
    updatedAtMs: stageMs,
    peak,
    expected,
    lower,
    upper,
    unit: rule.unit,
    score: inUnitInterval(Math.abs(z)),
    zScore: z,
    // A series that goes quiet lacks activity, even where the value that it repeats is not low.
    direction: peak < expected || (episode.kind === 'quiet' && peak <= upper) ? 'down' : 'up',
    ...(periodMs === 0 ? {} : { periodMs }),
    detector: 'ewma',
    severity,
    reason:
      episode.kind === 'quiet'
        ? quietSentence(series, rule.unit, { repeated: peak, forMs: stageMs - startsAtMs })
        : reasonSentence(series, rule.unit, { seen: peak, lower, upper }, lines[0]),
    ...(lines.length === 0 ? {} : { lines: [...lines] }),
    scope,
  };
}

function severityOf(value: number, expected: number, rule: SeriesRule): Severity {
  const floor = floorAt(rule, expected, value < expected ? -1 : 1);
  return Math.abs(value - expected) >= rule.criticalAt * floor ? 'critical' : 'warning';
}
