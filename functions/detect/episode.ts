import type { Anomaly, Severity } from '../shared/domain/anomaly.ts';
import { hourMs } from '../shared/domain/durations.ts';
import { anomalyId } from '../shared/domain/ids.ts';
import type { Series } from '../shared/domain/series.ts';
import { floorAt, type Judgement } from './judgement.ts';
import { reasonSentence } from './reason.ts';
import { detector } from './slot.ts';
import type { Verdict } from './verdict.ts';
import { tailScore } from './z-score.ts';

/** One series off its baseline, while it lasts. Only series that are off have one. */
export interface Episode {
  readonly startsAtMs: number;
  /** Of the last record sent; 0 before the first. */
  revision: number;
  /** Stage time of that record, and the deviation it told, in spreads, ≥ 0. */
  toldAtMs: number;
  toldZ: number;
  severity: Severity;
  /** The value furthest from its expectation so far, and what was expected of it. */
  peak: number;
  expected: number;
  spread: number;
  z: number;
}

/** What an episode is an episode of. */
export interface Subject {
  readonly series: Series;
  readonly dataset: string;
  readonly scope: string;
  readonly judgement: Judgement;
}

/** Why an anomaly is over. */
export type ClosedBecause =
  | 'back to normal'
  | 'new level accepted'
  | 'ignored by settings'
  | 'no more samples'
  | 'series forgotten'
  | 'replay ended';

/** An anomaly is told again when it has become twice as bad, but not for ever. */
const worseFactor = 2;
const revisionsMax = 20;
/** Whoever closes what is not repeated needs to hear of it this often. */
export const repeatMs = 600_000;
/** What lasts this long is how things are now. */
const acceptAfterMs = 6 * hourMs;

const rank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/** An episode that begins with `value` as its peak; nothing of it was told yet. */
export function beginEpisode(startsAtMs: number, value: number, verdict: Verdict, judgement: Judgement): Episode {
  const { expected, spread, z } = verdict;
  const severity = severityOf(value, expected, judgement);
  return { startsAtMs, revision: 0, toldAtMs: 0, toldZ: 0, severity, peak: value, expected, spread, z };
}

/** Takes an off sample into the episode. */
export function worsen(episode: Episode, value: number, verdict: Verdict, judgement: Judgement): void {
  if (Math.abs(verdict.z) <= Math.abs(episode.z)) return;
  episode.peak = value;
  episode.expected = verdict.expected;
  episode.spread = verdict.spread;
  episode.z = verdict.z;
  const severity = severityOf(value, verdict.expected, judgement);
  if (rank[severity] > rank[episode.severity]) episode.severity = severity;
}

/** Whether what was told of the episode understates it by now. */
export function isMateriallyWorse(episode: Episode, severityBefore: Severity): boolean {
  if (episode.severity !== severityBefore) return true;
  return episode.revision < revisionsMax && Math.abs(episode.z) >= worseFactor * episode.toldZ;
}

/** Whether it has lasted so long that its level is the new normal. */
export function isAccepted(episode: Episode, timestampMs: number): boolean {
  return timestampMs - episode.startsAtMs >= acceptAfterMs;
}

/** The next record of the episode, still open. */
export function tellOpen(episode: Episode, subject: Subject, stageMs: number): Anomaly {
  return { ...tell(episode, subject, stageMs), state: 'open' };
}

/** The last record of the episode. @param endsAtMs when it was last off */
export function tellClosed(
  episode: Episode,
  subject: Subject,
  stageMs: number,
  endsAtMs: number,
  closedBecause: ClosedBecause,
): Anomaly {
  return { ...tell(episode, subject, stageMs), state: 'closed', endsAtMs, closedBecause };
}

function tell(episode: Episode, subject: Subject, stageMs: number): Omit<Anomaly, 'state'> {
  const { series, dataset, scope, judgement } = subject;
  const { startsAtMs, peak, expected, spread, z, severity } = episode;
  const [lower, upper] = expectedRange(expected, spread * judgement.threshold);
  episode.revision += 1;
  episode.toldAtMs = stageMs;
  episode.toldZ = Math.abs(z);
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
    unit: judgement.unit,
    score: tailScore(Math.abs(z)),
    zScore: z,
    direction: z < 0 ? 'down' : 'up',
    detector: detector.name,
    severity,
    reason: reasonSentence(series, peak, lower, upper, judgement.unit),
    scope,
  };
}

/** Nobody expects a negative number of bytes: of what is usually positive, the range ends at zero. */
function expectedRange(expected: number, reach: number): [lower: number, upper: number] {
  if (expected >= 0) return [Math.max(0, expected - reach), expected + reach];
  return [expected - reach, expected + reach];
}

function severityOf(value: number, expected: number, judgement: Judgement): Severity {
  const floor = floorAt(judgement, expected);
  return Math.abs(value - expected) >= judgement.criticalAt * floor ? 'critical' : 'warning';
}
