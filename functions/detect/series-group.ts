import type { MetricKind, Sample } from '../shared/domain/sample.ts';
import type { Episode } from './episode.ts';
import type { Filling } from './filling.ts';
import type { IdSet } from './id-set.ts';
import type { LimitWatch } from './limit-watch.ts';
import type { PeerWatch } from './peer-watch.ts';
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
  /** The bytes of its log; {@link SeriesTable.markChanged} counts them. */
  logBytes: number;
  /** The bytes of the day and the week profile of each metric; 0 while the group has none. */
  readonly ofProfile: number;
  /** The bytes of all metrics. */
  bytes: number;
  /** The number of the metrics that are only shown, and their bytes. */
  shown: number;
  shownBytes: number;
}

/** The log records of a group in one of its open minutes. */
export interface LogMinute {
  /** The ids of the log records that were counted; `undefined` before the first one with an id. */
  ids: IdSet | undefined;
  /** The texts of the first log records that differ by more than their numbers. */
  readonly lines: string[];
}

/** The log of a group of log records, as far as it is kept beside the sums. */
export interface GroupLog {
  /** The first minute of its log: of a record with the same host and dataset, and any level. Ms. */
  readonly sinceMs: number;
  /** The open minutes by parity. */
  readonly minutes: [LogMinute, LogMinute];
}

/** The fields that all samples of a group have in common. */
export type GroupIdentity = Pick<Sample, 'entity' | 'dataset' | 'dimensions'> & { readonly scope: string };

/** The day profiles of a group's metrics, `profileSlots` elements for each. */
export interface Profiles {
  readonly means: Float32Array;
  readonly counts: Uint16Array;
}

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

/** The first time of a group of which only history was learned, and that no live sample was heard of. */
export const onlyWarmed = -1;

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
  /** The day profiles of all metrics, in the order of `metrics`; `undefined` for a group that is younger than half a day. */
  profiles?: Profiles | undefined;
  /**
   * The week profiles of all metrics, `weekFloats` elements for each, in the order of `metrics`; `undefined` for a group
   * in which no series has paged since it has day profiles.
   */
  weeks?: Float32Array | undefined;
  size: GroupSize;
  /** The indices of a wide group's metrics by name, from the first search on; see {@link metricIndex}. */
  indices?: Map<string, number> | undefined;
  /** The lanes that its samples come through. Its minutes and silences follow the ticks of these lanes. */
  lanes: GroupLanes;
  /** The append times of its first and its newest sample, in seconds. */
  sinceS: number;
  seenS: number;
  /**
   * The newest tick of its lanes when its first and its newest sample came, ms; 0 if there was none. Times of documents may be
   * wrong, and in a replay append times are not those of the recording. The first is {@link onlyWarmed} until a live sample comes.
   */
  heardFirstMs: number;
  heardMs: number;
  /** A settled group is not forgotten to make capacity for new series (`evict-groups.ts`). */
  isSettled: boolean;
  /** The open minutes by parity, ms; `noMinute` where none is open. */
  readonly minutes: [number, number];
  /** The open episodes by the index of their metric. Only {@link openEpisode} and {@link endEpisode} change them. */
  episodes: ReadonlyMap<number, Episode>;
  /** The series that are beyond limits, by the index of their metric. Only `check-limits.ts` changes them. */
  watches: ReadonlyMap<number, LimitWatch>;
  /** The capacities, by the index of their metric. Only `check-forecast.ts` changes them. */
  fillings: ReadonlyMap<number, Filling>;
  /** The series that are compared with their peers, by the index of their metric. Only `check-peers.ts` changes them. */
  peerWatches: ReadonlyMap<number, PeerWatch>;
  /** The log; only of a group of log records. */
  log?: GroupLog | undefined;
}
