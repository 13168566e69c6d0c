import { computed, signal } from '@preact/signals';
import type { InventoryItem } from '../api/inventory-types.ts';
import type { AlertSummary, Overview } from '../api/types.ts';
import { momentText } from '../format/moment.ts';
import { now } from './clock.ts';
import { spanOf } from './range/span.ts';
import { cluster, type Range, range, standardRange, zone } from './where.ts';

/** A cluster that was replayed from a recording, and its newest sample, ms. */
export interface Replay {
  readonly cluster: string;
  readonly endMs: number;
}

/** The clusters that were replayed, of the newest overview. */
export const replays = signal<readonly Replay[]>([]);

/** The range that a replay is shown in, and what is added after its newest sample. Ms. */
const shownMs = 30 * 60_000;
const afterMs = 20_000;

/** Learns from an overview which clusters are replays. */
export function learnReplays({ status, freshness }: Overview): void {
  const found = status.clusters
    .filter(({ isReplay }) => isReplay === true)
    .map(({ cluster: name }) => ({
      cluster: name,
      endMs: Math.max(0, ...freshness.filter((one) => one.cluster === name).map(({ newestMs }) => newestMs)),
    }))
    .filter(({ endMs }) => endMs > 0);
  if (JSON.stringify(found) !== JSON.stringify(replays.peek())) replays.value = found;
}

/** Returns the replay of a cluster; `undefined` for a live one. */
export const replayOf = (name: string): Replay | undefined => replays.value.find((replay) => replay.cluster === name);

/** The replay that is looked at; `undefined` while the chosen cluster is live, or none is chosen. */
export const shownReplay = computed(() => (cluster.value === '' ? undefined : replayOf(cluster.value)));

/** Returns the time of an alert's cluster: that of the server, or the end of its replay. Ms. */
export function nowOf({
  isReplay,
  cluster: name,
}: {
  readonly isReplay?: boolean | undefined;
  readonly cluster: string;
}): number {
  return isReplay === true ? (replayOf(name)?.endMs ?? now.value) : now.value;
}

/** Returns the moment that counts as now: that of the server, or the end of the replay that is looked at. Ms. */
export const presentMs = (): number => shownReplay.value?.endMs ?? now.value;

/** Returns the range in which a replay is shown: its last half hour. */
export function rangeOf({ endMs }: Replay): Range {
  return { from: String(endMs + afterMs - shownMs), to: String(endMs + afterMs) };
}

/** Chooses a cluster. That of a replay moves the range to its own time; a live one returns to live. */
export function chooseCluster(name: string): void {
  const [before, after] = [shownReplay.peek(), replayOf(name)];
  cluster.value = name;
  if (after !== undefined) range.value = rangeOf(after);
  else if (before !== undefined) range.value = standardRange;
}

/** Returns a range as it is shown: while a recording is looked at, its end is the `now` of a range. */
export function shownRangeOf(chosen: Range): Range {
  const replay = shownReplay.value;
  if (replay === undefined || chosen.to !== 'now') return chosen;
  const { fromMs, toMs } = spanOf(chosen, replay.endMs + afterMs);
  return { from: String(fromMs), to: String(toMs) };
}

/** Returns the alerts that count as the present: those of replays only while their cluster is chosen. */
export function present<T extends Pick<AlertSummary, 'isReplay'>>(alerts: readonly T[]): readonly T[] {
  return shownReplay.value === undefined ? alerts.filter(isLive) : alerts;
}

const isLive = ({ isReplay }: Pick<AlertSummary, 'isReplay'>): boolean => isReplay !== true;

/**
 * Returns components as they are at the moment that counts as now. What nothing is heard of is unknown, and says when it was last seen:
 * that holds for what a replay contains, too, unless its cluster is chosen.
 */
export function presentItems(items: readonly InventoryItem[]): InventoryItem[] {
  return items.map((item) => {
    const { scope, ...rest } = item;
    const isOver = scope !== undefined && shownReplay.value === undefined;
    if (!isOver && (item.status !== 'unknown' || item.sinceMs !== item.seenMs)) return item;
    const nowMs = nowOf({ cluster: item.entity.cluster, isReplay: scope !== undefined && !isOver });
    const reason = `last seen ${momentText(item.seenMs, zone.value, nowMs)}`;
    return {
      ...rest,
      ...(isOver || scope === undefined ? {} : { scope }),
      status: 'unknown',
      sinceMs: item.seenMs,
      reason,
    };
  });
}

/** Returns an overview without the replays, unless the cluster of one is chosen: they are no trouble of the present. */
export const presentOf = (overview: Overview): Overview =>
  shownReplay.value === undefined ? withoutReplays(overview) : overview;

/** Returns the alerts of an overview that are neither of one cluster nor of a replay. */
export function elsewhereOf(overview: Overview, chosen: string): Overview {
  const { open, clusters, resolved } = overview.alerts;
  const isOther = (each: { readonly cluster: string }): boolean => each.cluster !== chosen;
  const alerts = {
    ...overview.alerts,
    open: open.filter(isOther),
    clusters: clusters.filter(isOther),
    resolved: resolved.filter(isOther),
  };
  return withoutReplays({ ...overview, alerts });
}

function withoutReplays(overview: Overview): Overview {
  const names = new Set(replays.value.map((replay) => replay.cluster));
  const { open, clusters, resolved } = overview.alerts;
  const kept = clusters.filter(({ isReplay }) => isReplay !== true);
  return {
    ...overview,
    status: { ...overview.status, clusters: overview.status.clusters.filter(({ isReplay }) => isReplay !== true) },
    alerts: {
      open: open.filter(isLive),
      openCount: kept.reduce((sum, each) => sum + each.open, 0),
      silenced: kept.reduce((sum, each) => sum + each.silenced, 0),
      clusters: kept,
      resolved: resolved.filter(isLive),
    },
    freshness: overview.freshness.filter((one) => !names.has(one.cluster)),
  };
}
