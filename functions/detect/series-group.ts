import type { MetricKind, Sample } from '../shared/domain/sample.ts';
import type { Episode } from './episode.ts';
import type { SeriesRule } from './rule.ts';

/** The lanes of a group whose documents come through several partitions of `beats`. */
export interface SeveralLanes {
  /** The newest tick of each lane at the time when the last sample came through that lane, ms. */
  readonly seenMs: Map<number, number>;
  /**
   * The time up to which minutes are closed, ms. It never goes back when a slower lane is added, except when a broker's
   * clock was ahead and is set right.
   */
  closedByMs: number;
}

/** The lanes that a group's samples come through: for nearly all groups the number of one lane. */
export type GroupLanes = number | SeveralLanes;

/** The sums over a group's metrics. They are stored with the group, because it may have thousands of metrics. */
export interface GroupSize {
  /** The bytes of the group without its metrics. */
  readonly ownBytes: number;
  /** The bytes of all metrics. */
  bytes: number;
  /** The number of the metrics that are only shown, and their bytes. */
  shown: number;
  shownBytes: number;
}

/** The fields that all samples of a group have in common. */
export type GroupIdentity = Pick<Sample, 'entity' | 'dataset' | 'dimensions'> & { readonly scope: string };

/** A metric as samples carry it. */
export interface CarriedMetric {
  readonly name: string;
  /** The kind and the unit; `undefined` where samples leave them to the catalogue. */
  readonly kind: MetricKind | undefined;
  readonly unit: string | undefined;
}

/** A metric of a group, with the rule that it is judged by. */
export interface Metric extends CarriedMetric {
  readonly rule: SeriesRule;
}

/**
 * A series group, called group for short throughout `detect`: the series that come in the same samples, because they
 * share an entity, a dataset and a set of dimensions.
 */
export interface Group {
  readonly key: string;
  readonly identity: GroupIdentity;
  /** The number of the block of stored state that contains the group. */
  readonly block: number;
  readonly metrics: Metric[];
  /**
   * The doubles of all metrics, `slotDoubles` for each (`slot.ts`), in the order of `metrics`. Those of a wide group
   * may be followed by spare ones.
   */
  values: Float64Array;
  size: GroupSize;
  /** The indices of a wide group's metrics by name, from the first search on; see {@link metricIndex}. */
  indices?: Map<string, number> | undefined;
  /** The lanes that its samples come through. Its minutes and silences follow the ticks of these lanes. */
  lanes: GroupLanes;
  /** The append times of its first and its newest sample, in seconds. */
  sinceS: number;
  seenS: number;
  /** A settled group is not forgotten to make capacity for new series (`evict-groups.ts`). */
  isSettled: boolean;
  /** The open minutes by parity, ms; `noMinute` where none is open. */
  readonly minutes: [number, number];
  /** The open episodes by the index of their metric. Only {@link openEpisode} and {@link endEpisode} change them. */
  episodes: ReadonlyMap<number, Episode>;
}
