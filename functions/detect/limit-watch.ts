import type { Anomaly, Severity } from '../shared/domain/anomaly.ts';
import { anomalyId } from '../shared/domain/ids.ts';
import { isSameLimit, type Limit } from '../shared/domain/limit.ts';
import type { EpisodeEnd, Subject } from './episode.ts';
import { limitSentence } from './reason.ts';

/** A limit that the newest values of a series are beyond. */
export interface Beyond {
  readonly limit: Limit;
  /** The time of the first of these values, ms. */
  readonly sinceMs: number;
}

/** A period in which a series is beyond a limit for as long as the limit allows, or longer. */
export interface LimitEpisode {
  readonly startsAtMs: number;
  /** The limit of the highest severity that has held so far. */
  limit: Limit;
  /** The revision of the newest record sent; 0 before the first record. */
  revision: number;
  /** The stage time of that record, ms. */
  reportedAtMs: number;
  /** The value furthest beyond the limit so far. */
  peak: number;
  /** The time of the newest value beyond any limit, ms. */
  lastBeyondMs: number;
  /** The number of values since then. */
  within: number;
}

/** The state of a series that is beyond a limit. Only such series have one. */
export interface LimitWatch {
  beyond: readonly Beyond[];
  episode: LimitEpisode | undefined;
}

/** An empty map that all groups share that are within their limits. */
export const noWatches: ReadonlyMap<number, LimitWatch> = new Map();

/** The number of values in a row within all limits that end an episode: as many as end a deviation. */
const withinToClose = 5;
const rank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/**
 * Returns the limit of the highest severity that holds: all values have been beyond it for as long as it allows. Of several
 * such limits it is the one that has held longest.
 */
export function heldLimit(beyond: readonly Beyond[], timestampMs: number): Beyond | undefined {
  const held = beyond.filter(({ limit, sinceMs }) => timestampMs - sinceMs >= limit.forMs);
  const highest = Math.max(...held.map(({ limit }) => rank[limit.severity]));
  return held
    .filter(({ limit }) => rank[limit.severity] === highest)
    .reduce<Beyond | undefined>(
      (first, one) => (first === undefined || one.sinceMs < first.sinceMs ? one : first),
      undefined,
    );
}

/** Returns the limits that a value is beyond, each with the time since which all values are. */
export function nextBeyond(
  limits: readonly Limit[],
  before: readonly Beyond[],
  timestampMs: number,
): readonly Beyond[] {
  return limits.map((limit) => ({
    limit,
    sinceMs: before.find((known) => isSameLimit(known.limit, limit))?.sinceMs ?? timestampMs,
  }));
}

/** Returns an episode of a limit that holds, with its newest value as its peak. It is not reported yet. */
export const beginLimitEpisode = ({ limit, sinceMs }: Beyond, value: number, timestampMs: number): LimitEpisode => ({
  startsAtMs: sinceMs,
  limit,
  revision: 0,
  reportedAtMs: 0,
  peak: value,
  lastBeyondMs: timestampMs,
  within: 0,
});

/**
 * Adds a value to an episode.
 * @param isBeyondAny whether the value is beyond any limit
 * @returns whether the episode ends with it
 */
export function addWithin(episode: LimitEpisode, value: number, timestampMs: number, isBeyondAny: boolean): boolean {
  episode.within = isBeyondAny ? 0 : episode.within + 1;
  if (!isBeyondAny) return episode.within >= withinToClose;
  episode.lastBeyondMs = timestampMs;
  const { side } = episode.limit;
  episode.peak = side === 'above' ? Math.max(episode.peak, value) : Math.min(episode.peak, value);
  return false;
}

/**
 * Replaces the limit of an episode by one of a higher severity. A severity never falls, as in other episodes.
 * @returns whether the limit was replaced
 */
export function raiseLimit(episode: LimitEpisode, held: Beyond | undefined, value: number): boolean {
  if (held === undefined || rank[held.limit.severity] <= rank[episode.limit.severity]) return false;
  if (held.limit.side !== episode.limit.side) episode.peak = value;
  episode.limit = held.limit;
  return true;
}

/** Returns the next record of an open episode, and notes in the episode that it was reported. */
export function reportLimit(episode: LimitEpisode, subject: Subject, stageMs: number): Anomaly {
  return { ...report(episode, subject, stageMs), state: 'open' };
}

/** Returns the last record of an episode. */
export function reportLimitClosed(episode: LimitEpisode, subject: Subject, end: EpisodeEnd): Anomaly {
  const { stageMs, endsAtMs, closedBecause } = end;
  return { ...report(episode, subject, stageMs), state: 'closed', endsAtMs, closedBecause };
}

function report(episode: LimitEpisode, subject: Subject, stageMs: number): Omit<Anomaly, 'state'> {
  const { series, dataset, scope, rule } = subject;
  const { startsAtMs, limit, peak, lastBeyondMs } = episode;
  // The settings may have been changed since: then the limit is known by its bound alone.
  const because = rule.limits.find((one) => isSameLimit(one, limit))?.because;
  episode.revision += 1;
  episode.reportedAtMs = stageMs;
  return {
    id: anomalyId(series, startsAtMs, 'limit'),
    revision: episode.revision,
    kind: 'limit',
    series,
    dataset,
    startsAtMs,
    updatedAtMs: stageMs,
    peak,
    ...(limit.side === 'above' ? { upper: limit.bound } : { lower: limit.bound }),
    unit: rule.unit,
    score: 1,
    direction: limit.side === 'above' ? 'up' : 'down',
    detector: 'limit',
    severity: limit.severity,
    reason: limitSentence(series, rule.unit, { limit, peak, forMs: lastBeyondMs - startsAtMs, because }),
    scope,
  };
}
