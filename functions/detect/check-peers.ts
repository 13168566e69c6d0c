import { isGap } from '../shared/domain/counter.ts';
import { hourMs, minuteMs } from '../shared/domain/durations.ts';
import type { Effect } from '../shared/log/record.ts';
import { comparesEntities } from '../shared/log/topics.ts';
import { anomalyEffect } from './emit.ts';
import type { ClosedBecause } from './episode.ts';
import { cadenceMs, subjectOf } from './group.ts';
import type { Closing } from './observe.ts';
import {
  newPeerWatch,
  noPeerWatches,
  type PeerEpisode,
  type PeerWatch,
  reportPeers,
  reportPeersClosed,
} from './peer-watch.ts';
import { type Comparison, compareAll, differFrom } from './peers.ts';
import type { Group } from './series-group.ts';
import type { DetectState } from './state.ts';

/** The comparisons in a row that open an episode, and that close it: one a minute, or one a value where these are rarer. */
const inARow = 5;
/** An episode goes on down to half of the distance that begins it: otherwise the swing of a day opens it again and again. */
const endsBelow = differFrom / 2;
/** The median, as a share of the floor, below which no usual multiple is learned: multiples of nearly nothing are chance. */
const learnedFrom = 0.1;
/** The intervals for which a value counts. */
const freshIntervals = 2;
/** The time in which the usual multiple of a series moves half of the way to what is, and the most that one comparison teaches, ms. */
const halfLifeMs = 24 * hourMs;
const taughtAtOnceMs = hourMs;
/** The largest multiple that is learned: beyond it, a series is no larger one of its like. */
const usualMax = 100;

/** A series that is compared, with its state. */
interface Compared {
  readonly group: Group;
  readonly index: number;
  readonly watch: PeerWatch;
}

/** Notes a value for the next comparison with the peers of its series. Series that are not compared are left alone. */
export function notePeerValue({ group, index }: Pick<Compared, 'group' | 'index'>, value: number): void {
  if (group.metrics[index]!.rule.peers === undefined) return;
  const watch = group.peerWatches.get(index) ?? startWatch(group, index);
  watch.sum += value;
  watch.count += 1;
  watch.heardMs = group.heardMs;
}

/** A scope, and its time before and now, ms. */
export interface Comparing {
  readonly scope: string;
  readonly beforeMs: number | undefined;
  readonly nowMs: number;
}

/**
 * Compares the series of a scope with their peers, once a minute of stage time, and reports episodes that begin or end. It needs
 * nothing that was learned. `O(n log n)` a minute for `n` compared series, and nothing for others.
 */
export function checkPeers(state: DetectState, { scope, beforeMs, nowMs }: Comparing, effects: Effect[]): void {
  if (beforeMs === undefined || Math.floor(beforeMs / minuteMs) >= Math.floor(nowMs / minuteMs)) return;
  const sets = new Map<string, Compared[]>();
  for (const group of state.table.all()) {
    if (group.peerWatches.size === 0 || group.identity.scope !== scope) continue;
    for (const [index, watch] of group.peerWatches) {
      const key = setKey(group, index);
      if (key === undefined) continue;
      const set = sets.get(key);
      if (set === undefined) sets.set(key, [{ group, index, watch }]);
      else set.push({ group, index, watch });
    }
  }
  for (const key of [...sets.keys()].sort()) compareSet(state, sets.get(key)!, nowMs, effects);
}

/** Returns what all peers of a series have in common; `undefined` for a series that has none. */
function setKey({ identity, metrics }: Group, index: number): string | undefined {
  const { entity, dataset, dimensions } = identity;
  const { name, rule } = metrics[index]!;
  if (rule.peers === undefined) return undefined;
  const { dimension } = rule.peers;
  const ofDimension = dimension !== undefined && Object.hasOwn(dimensions, dimension);
  if (dimension === undefined ? !comparesEntities(entity.kind) : !ofDimension) return undefined;
  const parts = [entity.cluster, entity.kind, dimension === undefined ? '' : entity.name, dataset, name];
  for (const [key, value] of Object.entries(dimensions)) if (key !== dimension) parts.push(key, value);
  return parts.join('\u0000');
}

function compareSet(state: DetectState, set: readonly Compared[], nowMs: number, effects: Effect[]): void {
  const fresh = set.filter((one) => isFresh(one, nowMs));
  const inOrder = fresh.sort((a, b) => (a.group.key < b.group.key ? -1 : 1));
  const isNew = inOrder.map(({ watch }) => watch.count > 0);
  for (const { watch } of inOrder) {
    if (watch.count > 0) watch.value = watch.sum / watch.count;
    watch.sum = 0;
    watch.count = 0;
  }
  const first = inOrder[0];
  const row = first?.group.metrics[first.index]?.rule.peers;
  if (row === undefined) return;
  const members = inOrder.map(({ watch: { value, usual } }) => ({ value, usual }));
  const compared = compareAll(members, row);
  for (const [nth, one] of inOrder.entries()) {
    if (!isNew[nth]) continue;
    follow(one, compared[nth], nowMs, effects);
    if (compared[nth] !== undefined) learnUsual(one.watch, compared[nth], row.floor, nowMs);
    one.watch.comparedMs = nowMs;
    state.table.markChanged(one.group);
  }
}

/** Returns whether the newest value of a series is not older than two of its intervals. */
function isFresh({ group, index, watch }: Compared, nowMs: number): boolean {
  const intervalMs = Math.max(minuteMs, cadenceMs(group, index));
  return watch.heardMs > 0 && nowMs - watch.heardMs <= freshIntervals * intervalMs;
}

/** @param comparison `undefined` if there are too few peers */
function follow(one: Compared, comparison: Comparison | undefined, nowMs: number, effects: Effect[]): void {
  const { group, index, watch } = one;
  const { episode } = watch;
  const goesOn = comparison !== undefined && comparison.outcome !== 'no agreement' && comparison.excess > endsBelow;
  if (episode !== undefined && goesOn) {
    goOn(episode, watch, comparison, nowMs);
    return;
  }
  if (episode === undefined && comparison?.outcome === 'differs') {
    if (contradicts(one, nowMs)) {
      watch.contradicting = 0;
      const peak = { ...comparison, value: watch.value };
      watch.episode = { startsAtMs: watch.sinceMs, revision: 0, reportedAtMs: 0, peak, lastOffMs: nowMs };
      const { peers } = group.metrics[index]!.rule;
      effects.push(anomalyEffect(reportPeers(watch.episode, subjectOf(group, index), peers, nowMs)));
    }
    return;
  }
  if (episode === undefined) watch.contradicting = 0;
  else if (contradicts(one, nowMs)) {
    closePeers(group, index, { stageMs: nowMs, because: reasonOf(comparison) }, effects);
  }
}

function goOn(episode: PeerEpisode, watch: PeerWatch, comparison: Comparison, nowMs: number): void {
  watch.contradicting = 0;
  episode.lastOffMs = nowMs;
  if (comparison.excess > episode.peak.excess) episode.peak = { ...comparison, value: watch.value };
}

/** Counts a comparison that contradicts the state. @returns whether it is the last one needed */
function contradicts({ group, index, watch }: Compared, nowMs: number): boolean {
  // A difference before a pause does not count together with one after it.
  const isPause = isGap(nowMs - watch.comparedMs, Math.max(minuteMs, cadenceMs(group, index)));
  if (isPause && watch.episode === undefined) watch.contradicting = 0;
  watch.contradicting += 1;
  if (watch.contradicting === 1) watch.sinceMs = nowMs;
  return watch.contradicting >= inARow;
}

function reasonOf(comparison: Comparison | undefined): ClosedBecause {
  if (comparison === undefined || comparison.outcome === 'no agreement') return 'no peers to compare with';
  return comparison.outcome === 'usual' ? 'new level learned' : 'back to normal';
}

/** Moves the usual multiple of a series towards the present one, whether it differs or not. A small median teaches nothing. */
function learnUsual(watch: PeerWatch, { median }: Comparison, floor: number, nowMs: number): void {
  if (watch.comparedMs === 0 || median < learnedFrom * floor || watch.value < 0) return;
  const forMs = Math.min(taughtAtOnceMs, Math.max(0, nowMs - watch.comparedMs));
  const weight = 1 - 2 ** (-forMs / halfLifeMs);
  watch.usual += weight * (Math.min(usualMax, watch.value / median) - watch.usual);
}

/** Closes the open episode of a series, if there is one. Its usual multiple is kept. */
export function closePeers(group: Group, index: number, { stageMs, because }: Closing, effects: Effect[]): void {
  const watch = group.peerWatches.get(index);
  if (watch?.episode === undefined) return;
  const { episode } = watch;
  watch.episode = undefined;
  watch.contradicting = 0;
  const end = { stageMs, endsAtMs: Math.max(episode.startsAtMs, episode.lastOffMs), closedBecause: because };
  const { peers } = group.metrics[index]!.rule;
  effects.push(anomalyEffect(reportPeersClosed(episode, subjectOf(group, index), peers, end)));
}

function startWatch(group: Group, index: number): PeerWatch {
  if (group.peerWatches === noPeerWatches) group.peerWatches = new Map();
  const watch = newPeerWatch();
  (group.peerWatches as Map<number, PeerWatch>).set(index, watch);
  return watch;
}
