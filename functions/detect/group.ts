import { byKey } from '../shared/domain/order.ts';
import type { MetricKind, Sample } from '../shared/domain/sample.ts';
import { type Dimensions, seriesOf } from '../shared/domain/series.ts';
import type { Settings } from '../shared/domain/settings.ts';
import type { Episode, Subject } from './episode.ts';
import { type Judgement, judgementOf } from './judgement.ts';
import type { GroupLanes } from './lanes.ts';
import { type GroupSize, groupSize, growBy, keptSize } from './size.ts';
import { noMinute, slot, slotDoubles } from './slot.ts';

/** What samples have in common that describe the same thing. */
export type GroupIdentity = Pick<Sample, 'entity' | 'dataset' | 'dimensions'> & { readonly scope: string };

/** One metric of a group. Kind and unit are remembered only where the samples had to carry them. */
export interface Metric {
  readonly name: string;
  readonly kind: MetricKind | undefined;
  readonly unit: string | undefined;
  readonly judgement: Judgement;
}

/**
 * The series that come in the same samples: one entity, dataset and set of dimensions. Their numbers lie side by side,
 * `slotDoubles` of them a metric (`slot.ts`), in the order of `metrics`; those of a wide group may be followed by spare ones.
 */
export interface Group {
  readonly key: string;
  readonly identity: GroupIdentity;
  /** The block of stored state that it lies in. */
  readonly block: number;
  readonly metrics: Metric[];
  state: Float64Array;
  size: GroupSize;
  /** Indices of the metrics of a wide group by name, from the first search on; see {@link metricIndex}. */
  indices?: Map<string, number> | undefined;
  /** Where its samples come through: its minutes and silences follow the ticks of that lane. */
  lanes: GroupLanes;
  /** The times at which its first and its newest sample were appended to `samples`, in seconds. */
  sinceS: number;
  seenS: number;
  /** True if it keeps its place although there is no room for others; see `making-room.ts`. */
  isSettled: boolean;
  /** The minutes that are open, by parity; `noMinute` where none is. */
  readonly minutes: [number, number];
  /** Of the metrics that are off, by their index. {@link openEpisode} adds one, {@link endEpisode} takes it away. */
  episodes: ReadonlyMap<number, Episode>;
}

/** Most groups have none: one for all of them, because an empty map takes as much as a series. */
export const noEpisodes: ReadonlyMap<number, Episode> = new Map();

export function openEpisode(group: Group, index: number, episode: Episode): void {
  if (group.episodes === noEpisodes) group.episodes = new Map();
  (group.episodes as Map<number, Episode>).set(index, episode);
}

export function endEpisode(group: Group, index: number): void {
  if (group.episodes === noEpisodes) return;
  (group.episodes as Map<number, Episode>).delete(index);
  if (group.episodes.size === 0) group.episodes = noEpisodes;
}

/** The metrics that are off with their episodes, in the order of their indices. */
export function inOrder(group: Group): [number, Episode][] {
  return [...group.episodes].sort(([a], [b]) => a - b);
}

/** @param atS when its first sample was appended to `samples` */
export function newGroup(key: string, identity: GroupIdentity, block: number, lane: number, atS: number): Group {
  const minutes: [number, number] = [noMinute, noMinute];
  return {
    key,
    identity: { ...identity, dimensions: sorted(identity.dimensions) },
    block,
    lanes: lane,
    metrics: [],
    state: new Float64Array(0),
    size: groupSize(key, identity, []),
    sinceS: atS,
    seenS: atS,
    isSettled: false,
    minutes,
    episodes: noEpisodes,
  };
}

/** As they come back from the stored state: what is told of a series must not depend on when that was. */
function sorted(dimensions: Dimensions): Dimensions {
  return Object.fromEntries(Object.entries(dimensions).sort(byKey));
}

/**
 * Metrics of a name are alike in every group as long as no override tells series apart; a million need no copies. By
 * name: nearly always one of it, and a state is loaded faster without a key made of all three.
 */
const shared = new WeakMap<Settings, Map<string, Metric[]>>();
/** Names are anybody's: beyond this many, each group has its own. */
const sharedMax = 10_000;
/** Units are anybody's too. */
const sharedOfNameMax = 10;

/** A metric as it is judged under these settings. */
export function metricOf(
  identity: GroupIdentity,
  name: string,
  kind: MetricKind | undefined,
  unit: string | undefined,
  settings: Settings,
): Metric {
  if (settings.catalogue.length > 0) return newMetric(identity, name, kind, unit, settings);
  let known = shared.get(settings);
  if (known === undefined) {
    known = new Map();
    shared.set(settings, known);
  }
  const ofName = known.get(name);
  const found = ofName?.find((metric) => metric.kind === kind && metric.unit === unit);
  if (found !== undefined) return found;
  const metric = newMetric(identity, name, kind, unit, settings);
  if (ofName === undefined && known.size < sharedMax) known.set(name, [metric]);
  else if (ofName !== undefined && ofName.length < sharedOfNameMax) ofName.push(metric);
  return metric;
}

function newMetric(
  { entity, dimensions }: GroupIdentity,
  name: string,
  kind: MetricKind | undefined,
  unit: string | undefined,
  settings: Settings,
): Metric {
  return { name, kind, unit, judgement: judgementOf(seriesOf(entity, name, dimensions), kind, unit, settings) };
}

/** A group with more metrics is wide: what it costs to look a metric up or to add one must not grow with their number. */
const narrowMax = 128;
/** The numbers of a wide group grow by this share at once. */
const spareShare = 1 / 8;

/** @returns the new metric's index */
export function addMetric(group: Group, metric: Metric): number {
  const index = group.metrics.push(metric) - 1;
  const count = index + 1;
  if (count * slotDoubles > group.state.length) {
    const capacity = count > narrowMax ? Math.ceil((1 + spareShare) * count) : count;
    const state = new Float64Array(capacity * slotDoubles);
    state.set(group.state);
    group.state = state;
  }
  growBy(group.size, metric);
  group.indices?.set(metric.name, index);
  return index;
}

/** The numbers of a group's metrics, without spare ones. */
export function numbersOf({ state, metrics }: Group): Float64Array {
  return state.subarray(0, metrics.length * slotDoubles);
}

/** Keeps the metrics that `keep` says and forgets the others, their episodes included. */
export function keepMetrics(group: Group, keep: (index: number) => boolean): void {
  const kept = group.metrics.map((_, index) => index).filter(keep);
  const state = new Float64Array(kept.length * slotDoubles);
  const episodes = new Map<number, Episode>();
  for (const [to, from] of kept.entries()) {
    state.set(group.state.subarray(from * slotDoubles, (from + 1) * slotDoubles), to * slotDoubles);
    const episode = group.episodes.get(from);
    if (episode !== undefined) episodes.set(to, episode);
  }
  group.metrics.splice(0, group.metrics.length, ...kept.map((index) => group.metrics[index]!));
  group.state = state;
  group.size = keptSize(group, group.metrics);
  group.indices = undefined;
  group.episodes = episodes.size === 0 ? noEpisodes : episodes;
}

/**
 * Index of a metric, -1 if the group has none of that name. Documents list their metrics in the same order nearly
 * every time, so it looks at `hint` first. A narrow group is searched; an index would take as much as it saves.
 */
export function metricIndex(group: Group, name: string, hint: number): number {
  const { metrics } = group;
  if (metrics[hint]?.name === name) return hint;
  if (metrics.length <= narrowMax) return metrics.findIndex((metric) => metric.name === name);
  group.indices ??= new Map(metrics.map((metric, index) => [metric.name, index]));
  return group.indices.get(name) ?? -1;
}

/** What an anomaly of one of its metrics is about. */
export function subjectOf({ identity, metrics }: Group, index: number): Subject {
  const { name, judgement } = metrics[index]!;
  const { entity, dimensions, dataset, scope } = identity;
  return { series: seriesOf(entity, name, dimensions), dataset, scope, judgement };
}

/** Time of a metric's newest sample, ms. */
export function lastSeenMs(group: Group, index: number): number {
  return group.state[index * slotDoubles + slot.lastMs]!;
}

/** Usual time between a metric's samples, ms; 0 while it is not known. */
export function cadenceMs(group: Group, index: number): number {
  return group.state[index * slotDoubles + slot.cadenceMs]!;
}
