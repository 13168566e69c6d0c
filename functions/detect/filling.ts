import type { Anomaly } from '../shared/domain/anomaly.ts';
import { anomalyId } from '../shared/domain/ids.ts';
import type { EpisodeEnd, Subject } from './episode.ts';
import type { FillTrend, Forecast } from './fill-trend.ts';
import { forecastSentence } from './reason.ts';

/** A period in which a capacity will be full soon. */
export interface FillEpisode {
  readonly startsAtMs: number;
  revision: number;
  reportedAtMs: number;
  severity: 'warning' | 'critical';
  /** The level and the interval of the newest sample that says so, the interval in hours. */
  level: number;
  soonest: number;
  latest: number;
  lastMs: number;
}

/** The state of a capacity: its trend, and how long it says the same. */
export interface Filling {
  trend: FillTrend;
  /** The samples in a row that contradict the state: that it is soon full, or, while an episode is open, that it is not. */
  contradicting: number;
  /** The time of the first of them, ms; 0 if there is none. */
  sinceMs: number;
  episode: FillEpisode | undefined;
}

/** An empty map that all groups without capacities share. */
export const noFillings: ReadonlyMap<number, Filling> = new Map();

/** The hours until full from which on it is an anomaly, and a critical one. */
const warningH = 24;
const criticalH = 4;
/** The share of a capacity that must be in use: noise on an empty disk pages nobody. */
const usedFrom = 0.5;

/**
 * Returns the severity of a forecast: that of its latest time, so that a rise that noise may explain is none.
 * @returns `undefined` if it is not soon
 */
export function severityOfForecast(
  forecast: Forecast | undefined,
  level: number,
  fullAt: number,
): FillEpisode['severity'] | undefined {
  if (forecast === undefined || level < usedFrom * fullAt || forecast.latest >= warningH) return undefined;
  return forecast.latest < criticalH ? 'critical' : 'warning';
}

/** Returns the next record of an open episode, and notes in the episode that it was reported. */
export function reportFilling(episode: FillEpisode, subject: Subject, stageMs: number): Anomaly {
  return { ...report(episode, subject, stageMs), state: 'open' };
}

/** Returns the last record of an episode. */
export function reportFillingClosed(episode: FillEpisode, subject: Subject, end: EpisodeEnd): Anomaly {
  const { stageMs, endsAtMs, closedBecause } = end;
  return { ...report(episode, subject, stageMs), state: 'closed', endsAtMs, closedBecause };
}

function report(episode: FillEpisode, subject: Subject, stageMs: number): Omit<Anomaly, 'state'> {
  const { series, dataset, scope, rule } = subject;
  const { startsAtMs, level, severity } = episode;
  episode.revision += 1;
  episode.reportedAtMs = stageMs;
  return {
    id: anomalyId(series, startsAtMs, 'forecast'),
    revision: episode.revision,
    kind: 'forecast',
    series,
    dataset,
    startsAtMs,
    updatedAtMs: stageMs,
    peak: level,
    ...(rule.fullAt === undefined ? {} : { upper: rule.fullAt }),
    unit: rule.unit,
    score: 1,
    direction: 'up',
    detector: 'trend',
    severity,
    reason: forecastSentence(series, rule.unit, episode),
    scope,
  };
}
