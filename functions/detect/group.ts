import { caseOf } from '../shared/domain/catalogue/catalogue.ts';
import { shippedLimits } from '../shared/domain/catalogue/limits.ts';
import { byKey } from '../shared/domain/order.ts';
import { type Dimensions, seriesOf } from '../shared/domain/series.ts';
import type { Settings } from '../shared/domain/settings.ts';
import type { Episode, Subject } from './episode.ts';
import { type Filling, noFillings } from './filling.ts';
import { type LimitWatch, noWatches } from './limit-watch.ts';
import { noPeerWatches, type PeerWatch } from './peer-watch.ts';
import { growProfiles, keepProfiles } from './profiles.ts';
import { ruleOf } from './rule.ts';
import type { CarriedMetric, Group, GroupIdentity, Metric } from './series-group.ts';
import { groupSize, growBy, keptSize } from './size.ts';
import { noMinute, type SeriesValues, slot, slotDoubles } from './slot.ts';
import { isRising } from './trend.ts';

/** An empty map that all groups without episodes share, because a map of its own takes as many bytes as a series. */
export const noEpisodes: ReadonlyMap<number, Episode> = new Map();

/** Adds an episode to a group. */
export function openEpisode(group: Group, index: number, episode: Episode): void {
  if (group.episodes === noEpisodes) group.episodes = new Map();
  (group.episodes as Map<number, Episode>).set(index, episode);
}

/** Removes an episode from a group. */
export function endEpisode(group: Group, index: number): void {
  if (group.episodes === noEpisodes) return;
  (group.episodes as Map<number, Episode>).delete(index);
  if (group.episodes.size === 0) group.episodes = noEpisodes;
}

/** Returns the open episodes with the indices of their metrics, in the order of the indices. */
export function episodesInOrder(group: Group): [number, Episode][] {
  return [...group.episodes].sort(([a], [b]) => a - b);
}

/** Returns the open episodes of watched series with the indices of their metrics, in the order of the indices. */
export function openInOrder<Episode>(
  watched: ReadonlyMap<number, { readonly episode: Episode | undefined }>,
): [number, Episode][] {
  return [...watched]
    .flatMap(([index, { episode }]): [number, Episode][] => (episode === undefined ? [] : [[index, episode]]))
    .sort(([a], [b]) => a - b);
}

/** The place of a new group in the state, and the append time of its first sample, in seconds. */
export interface NewGroup {
  readonly block: number;
  readonly lane: number;
  readonly atS: number;
}

/** Returns a group without metrics. */
export function newGroup(key: string, identity: GroupIdentity, { block, lane, atS }: NewGroup): Group {
  return {
    key,
    identity: { ...identity, dimensions: sorted(identity.dimensions) },
    block,
    lanes: lane,
    metrics: [],
    values: new Float64Array(0),
    size: groupSize(key, identity, []),
    sinceS: atS,
    seenS: atS,
    heardFirstMs: 0,
    heardMs: 0,
    isSettled: false,
    minutes: [noMinute, noMinute],
    episodes: noEpisodes,
    watches: noWatches,
    fillings: noFillings,
    peerWatches: noPeerWatches,
  };
}

/** Sorts dimensions as the stored state does, so that anomalies are the same before and after the state is stored. */
function sorted(dimensions: Dimensions): Dimensions {
  return Object.fromEntries(Object.entries(dimensions).sort(byKey));
}

/**
 * Metrics that groups share, by settings and name. As long as no override of the settings distinguishes series, metrics
 * of one name, kind and unit have equal rules in every group, so that a million series need no copies. The key is the
 * name alone, because nearly always there is one metric of a name, and a longer key would slow down loading a state.
 */
const shared = new WeakMap<Settings, Map<string, Metric[]>>();
/** The most names that are shared, because shippers choose names freely; beyond it, each group has its own metrics. */
const sharedMax = 10_000;
/** The most metrics of one name that are shared, because shippers choose units freely, too. */
const sharedOfNameMax = 10;

/** Returns a metric with the rule that these settings give it. */
export function metricOf(identity: GroupIdentity, carried: CarriedMetric, settings: Settings): Metric {
  if (settings.catalogue.length > 0) return newMetric(identity, carried, settings);
  const { name, kind, unit } = carried;
  let known = shared.get(settings);
  if (known === undefined) {
    known = new Map();
    shared.set(settings, known);
  }
  // Series of one metric with different rows of the catalogue are judged by different rules.
  const nth = caseOf(name, identity.dimensions);
  const key = nth < 0 ? name : `${name}\0${nth}`;
  const ofName = known.get(key);
  const limits = shippedLimits({ metric: name, dimensions: identity.dimensions });
  const found = ofName?.find((metric) => metric.kind === kind && metric.unit === unit && metric.rule.limits === limits);
  if (found !== undefined) return found;
  const metric = newMetric(identity, carried, settings);
  if (ofName === undefined && known.size < sharedMax) known.set(key, [metric]);
  else if (ofName !== undefined && ofName.length < sharedOfNameMax) ofName.push(metric);
  return metric;
}

function newMetric(
  { entity, dimensions }: GroupIdentity,
  { name, kind, unit }: CarriedMetric,
  settings: Settings,
): Metric {
  return { name, kind, unit, rule: ruleOf(seriesOf(entity, name, dimensions), kind, unit, settings) };
}

/** A group with more metrics is wide: the cost of finding or adding a metric must not grow with their number. */
const narrowMax = 128;
/** The share by which the doubles of a wide group grow at once. */
const spareShare = 1 / 8;

/**
 * Adds a metric to a group.
 * @returns the new metric's index
 */
export function addMetric(group: Group, metric: Metric): number {
  const index = group.metrics.push(metric) - 1;
  const count = index + 1;
  if (count * slotDoubles > group.values.length) {
    const capacity = count > narrowMax ? Math.ceil((1 + spareShare) * count) : count;
    const values = new Float64Array(capacity * slotDoubles);
    values.set(group.values);
    group.values = values;
    growProfiles(group, capacity);
  }
  growBy(group.size, metric);
  group.indices?.set(metric.name, index);
  return index;
}

/** Returns the doubles of a group's metrics, without spare ones. */
export function valuesOf({ values, metrics }: Group): Float64Array {
  return values.subarray(0, metrics.length * slotDoubles);
}

/** Keeps the metrics for which `keep` returns true. Forgets the others and their episodes. */
export function keepMetrics(group: Group, keep: (index: number) => boolean): void {
  const kept = group.metrics.map((_, index) => index).filter(keep);
  const values = new Float64Array(kept.length * slotDoubles);
  const episodes = new Map<number, Episode>();
  const watches = new Map<number, LimitWatch>();
  const fillings = new Map<number, Filling>();
  const peerWatches = new Map<number, PeerWatch>();
  for (const [to, from] of kept.entries()) {
    values.set(group.values.subarray(from * slotDoubles, (from + 1) * slotDoubles), to * slotDoubles);
    const episode = group.episodes.get(from);
    if (episode !== undefined) episodes.set(to, episode);
    const watch = group.watches.get(from);
    if (watch !== undefined) watches.set(to, watch);
    const filling = group.fillings.get(from);
    if (filling !== undefined) fillings.set(to, filling);
    const compared = group.peerWatches.get(from);
    if (compared !== undefined) peerWatches.set(to, compared);
  }
  group.metrics.splice(0, group.metrics.length, ...kept.map((index) => group.metrics[index]!));
  group.values = values;
  keepProfiles(group, kept);
  group.size = keptSize(group, group.metrics);
  group.indices = undefined;
  group.episodes = episodes.size === 0 ? noEpisodes : episodes;
  group.watches = watches.size === 0 ? noWatches : watches;
  group.fillings = fillings.size === 0 ? noFillings : fillings;
  group.peerWatches = peerWatches.size === 0 ? noPeerWatches : peerWatches;
}

/**
 * Returns the index of a metric, or -1 if the group has no metric of that name. Documents list their metrics in the
 * same order nearly every time, so it looks at `hint` first. A narrow group is searched, because an index of names
 * would need too much memory.
 */
export function metricIndex(group: Group, name: string, hint: number): number {
  const { metrics } = group;
  if (metrics[hint]?.name === name) return hint;
  if (metrics.length <= narrowMax) return metrics.findIndex((metric) => metric.name === name);
  group.indices ??= new Map(metrics.map((metric, index) => [metric.name, index]));
  return group.indices.get(name) ?? -1;
}

/** Returns the floats that share their memory with the doubles of a group. */
export const floatsOf = ({ buffer, byteOffset, byteLength }: Float64Array): Float32Array =>
  new Float32Array(buffer, byteOffset, byteLength / Float32Array.BYTES_PER_ELEMENT);

/** Returns the doubles of one of a group's metrics. */
export const seriesAt = ({ values }: Group, index: number): SeriesValues => ({ values, at: index * slotDoubles });

/** Returns the subject of an anomaly of one of a group's metrics. */
export function subjectOf(group: Group, index: number): Subject {
  const { name, rule } = group.metrics[index]!;
  const { entity, dimensions, dataset, scope } = group.identity;
  const judged = rule.kindIsGuessed && isRising(seriesAt(group, index)) ? { ...rule, unit: `${rule.unit}/s` } : rule;
  const periodMs = Math.round(cadenceMs(group, index));
  return { series: seriesOf(entity, name, dimensions), dataset, scope, rule: judged, periodMs };
}

/** Returns the time of a metric's newest sample, ms. */
export function lastSeenMs({ values }: Group, index: number): number {
  return values[index * slotDoubles + slot.lastMs]!;
}

/** Returns the usual time between a metric's samples, ms; 0 while it is not known. */
export function cadenceMs({ values }: Group, index: number): number {
  return values[index * slotDoubles + slot.cadenceMs]!;
}
