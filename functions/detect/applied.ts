import type { Effect } from '../shared/log/record.ts';
import type { Group } from './series-group.ts';
import type { DetectState } from './state.ts';

/** A sample as it is applied: what all of its measurements share. */
export interface Applied {
  readonly state: DetectState;
  readonly group: Group;
  readonly timestampMs: number;
  /** Means that it is of the past: it is learned, and nothing is reported. */
  readonly isHistory: boolean;
  readonly stageMs: number;
  /** The newest tick of the group's lanes, ms; `undefined` before the first tick. */
  readonly newestMs: number | undefined;
  /** The minute that contains the sample, ms. */
  readonly minute: number;
  /** The moment since which its counters count, ms; `undefined` where the shipper does not state it. */
  readonly startMs: number | undefined;
  /** The time between two samples as the shipper states it, ms; `undefined` where it does not. */
  readonly periodMs: number | undefined;
  /** Means that a series has another value at the same moment already. */
  contradicts: boolean;
  /** Means that a series had its last value less than half of the usual time before. */
  isClose: boolean;
  readonly effects: Effect[];
}
