import type { Anomaly, Severity } from '../shared/domain/anomaly.ts';
import { hourMs } from '../shared/domain/durations.ts';
import { anomalyId } from '../shared/domain/ids.ts';
import type { Series } from '../shared/domain/series.ts';
import { reasonSentence } from './reason.ts';
import { floorAt, type SeriesRule } from './rule.ts';
import { detector } from './slot.ts';
import type { Verdict } from './verdict.ts';
import { tailScore } from './z-score.ts';

/** A period in which a series is off its baseline. Only series that are off have an episode. */
export interface Episode {
  readonly startsAtMs: number;
  /** The revision of the newest record sent; 0 before the first record. */
  revision: number;
  /** The stage time of that record. */
  reportedAtMs: number;
  /** The deviation that the record reported, in spreads, ≥ 0. */
  reportedZ: number;
  severity: Severity;
  /** The value furthest from what was expected so far; the next three fields are those of its verdict. */
  peak: number;
  expected: number;
  spread: number;
  z: number;
  /** The texts of some log records of the peak; empty if the series counts none. */
  lines: readonly string[];
}

/** The series that an episode belongs to, as its anomalies describe it. */
export interface Subject {
  readonly series: Series;
  readonly dataset: string;
  readonly scope: string;
  readonly rule: SeriesRule;
}

/** The reasons for which an anomaly closes. */
export type ClosedBecause =
  | 'back to normal'
  | 'new level accepted'
  | 'judged in another way'
  | 'ignored by settings'
  | 'no more samples'
  | 'series forgotten'
  | 'replay ended';

/** An anomaly is reported again when its deviation has doubled since the last report. */
const worseFactor = 2;
/** The revision after which an anomaly that only worsens is no longer reported for it. */
const revisionsMax = 20;
/** Milliseconds between two reports of an open anomaly, because `alert` closes an anomaly that is not repeated. */
export const repeatMs = 600_000;
/** An episode that lasts for this long is accepted as the series' new level. */
const acceptAfterMs = 6 * hourMs;

const rank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/** Returns an episode that begins with `value` as its peak and is not reported yet. */
export function beginEpisode(startsAtMs: number, value: number, verdict: Verdict, rule: SeriesRule): Episode {
  const { expected, spread, z } = verdict;
  const severity = severityOf(value, expected, rule);
  return {
    startsAtMs,
    revision: 0,
    reportedAtMs: 0,
    reportedZ: 0,
    severity,
    peak: value,
    expected,
    spread,
    z,
    lines: [],
  };
}

/**
 * Adds a sample that is off to an episode. A severity is raised and never lowered.
 * @returns whether the sample is the new peak
 */
export function addToEpisode(episode: Episode, value: number, verdict: Verdict, rule: SeriesRule): boolean {
  if (Math.abs(verdict.z) <= Math.abs(episode.z)) return false;
  episode.peak = value;
  episode.expected = verdict.expected;
  episode.spread = verdict.spread;
  episode.z = verdict.z;
  const severity = severityOf(value, verdict.expected, rule);
  if (rank[severity] > rank[episode.severity]) episode.severity = severity;
  return true;
}

/**
 * Returns whether the last report understates the episode: the severity rose, or the deviation doubled.
 * @param severityBefore the severity before the newest sample
 */
export function isMateriallyWorse(episode: Episode, severityBefore: Severity): boolean {
  if (episode.severity !== severityBefore) return true;
  return episode.revision < revisionsMax && Math.abs(episode.z) >= worseFactor * episode.reportedZ;
}

/** Returns whether the episode has lasted for so long that its level is accepted as normal. */
export function isAccepted(episode: Episode, timestampMs: number): boolean {
  return timestampMs - episode.startsAtMs >= acceptAfterMs;
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
  const { series, dataset, scope, rule } = subject;
  const { startsAtMs, peak, expected, spread, z, severity, lines } = episode;
  const [lower, upper] = expectedRange(expected, spread * rule.threshold);
  episode.revision += 1;
  episode.reportedAtMs = stageMs;
  episode.reportedZ = Math.abs(z);
  return {
    id: anomalyId(series, startsAtMs),
    revision: episode.revision,
    series,
    dataset,
    startsAtMs,
    updatedAtMs: stageMs,
    peak,
    expected,
    lower,
    upper,
    unit: rule.unit,
    score: tailScore(Math.abs(z)),
    zScore: z,
    direction: z < 0 ? 'down' : 'up',
    detector: detector.name,
    severity,
    reason: reasonSentence(series, rule.unit, { seen: peak, lower, upper }, lines[0]),
    ...(lines.length === 0 ? {} : { lines: [...lines] }),
    scope,
  };
}

/**
 * Returns the range of values that are not off. It ends at zero for a series that is usually positive, such as bytes.
 */
function expectedRange(expected: number, reach: number): [lower: number, upper: number] {
  if (expected >= 0) return [Math.max(0, expected - reach), expected + reach];
  return [expected - reach, expected + reach];
}

function severityOf(value: number, expected: number, rule: SeriesRule): Severity {
  const floor = floorAt(rule, expected);
  return Math.abs(value - expected) >= rule.criticalAt * floor ? 'critical' : 'warning';
}
