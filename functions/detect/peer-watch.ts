import type { Anomaly } from '../shared/domain/anomaly.ts';
import type { PeersRow } from '../shared/domain/catalogue/peers.ts';
import { anomalyId } from '../shared/domain/ids.ts';
import { inUnitInterval } from './detector/reading.ts';
import type { EpisodeEnd, Subject } from './episode.ts';
import type { Comparison } from './peers.ts';
import { peersSentence } from './reason.ts';

/** The value of an episode that is furthest from what is expected, and what it was compared with. */
export interface PeerPeak extends Comparison {
  readonly value: number;
}

/** A period in which a series differs from its peers. */
export interface PeerEpisode {
  readonly startsAtMs: number;
  /** The revision of the newest record sent; 0 before the first record. */
  revision: number;
  /** The stage time of that record, ms. */
  reportedAtMs: number;
  peak: PeerPeak;
  /** The time of the newest comparison in which it differed, ms. */
  lastOffMs: number;
}

/** The state of a series that is compared with its peers. Only metrics of the catalogue's `peers.ts` have one. */
export interface PeerWatch {
  /** The sum and the number of the values since the last comparison. */
  sum: number;
  count: number;
  /** The mean of the values before the last comparison; the newest one where `count` is 0. */
  value: number;
  /** The tick at which its newest value came, ms. */
  heardMs: number;
  /** The usual multiple of the peers' median; 1 at first. */
  usual: number;
  /** The time of its last comparison, ms; 0 before the first. */
  comparedMs: number;
  /** The comparisons in a row that contradict the state: that it differs or, while an episode is open, that it does not. */
  contradicting: number;
  /** The time of the first of them, ms. */
  sinceMs: number;
  episode: PeerEpisode | undefined;
}

/** An empty map that all groups without such series share. */
export const noPeerWatches: ReadonlyMap<number, PeerWatch> = new Map();

/** Returns the state of a series before its first value. */
export const newPeerWatch = (): PeerWatch => ({
  sum: 0,
  count: 0,
  value: 0,
  heardMs: 0,
  usual: 1,
  comparedMs: 0,
  contradicting: 0,
  sinceMs: 0,
  episode: undefined,
});

/** Returns the next record of an open episode, and notes in the episode that it was reported. */
export function reportPeers(
  episode: PeerEpisode,
  subject: Subject,
  row: PeersRow | undefined,
  stageMs: number,
): Anomaly {
  return { ...report(episode, subject, row, stageMs), state: 'open' };
}

/** Returns the last record of an episode. */
export function reportPeersClosed(
  episode: PeerEpisode,
  subject: Subject,
  row: PeersRow | undefined,
  { stageMs, endsAtMs, closedBecause }: EpisodeEnd,
): Anomaly {
  return { ...report(episode, subject, row, stageMs), state: 'closed', endsAtMs, closedBecause };
}

/** @param row `undefined` if the settings do not compare the series any more */
function report(
  episode: PeerEpisode,
  { series, dataset, scope, rule }: Subject,
  row: PeersRow | undefined,
  stageMs: number,
): Omit<Anomaly, 'state'> {
  const { startsAtMs, peak } = episode;
  const { value, median, lower, upper, excess } = peak;
  episode.revision += 1;
  episode.reportedAtMs = stageMs;
  return {
    id: anomalyId(series, startsAtMs, 'peers'),
    revision: episode.revision,
    kind: 'peers',
    series,
    dataset,
    startsAtMs,
    updatedAtMs: stageMs,
    peak: value,
    expected: median,
    lower,
    upper,
    unit: rule.unit,
    score: inUnitInterval(Math.max(0, excess)),
    direction: value < median ? 'down' : 'up',
    detector: 'peers',
    severity: 'warning',
    reason: peersSentence(series, rule.unit, { ...peak, because: row?.because }),
    scope,
  };
}
