import type { Effect } from '../shared/log/record.ts';
import type { Group } from './series-group.ts';
import type { DetectState } from './state.ts';

/** A sample as it is applied: what all of its measurements share. */
export interface Applied {
  readonly state: DetectState;
  readonly group: Group;
  readonly timestampMs: number;
  readonly stageMs: number;
  /** The newest tick of the group's lanes, ms; `undefined` before the first tick. */
  readonly newestMs: number | undefined;
  /** The minute that contains the sample, ms. */
  readonly minute: number;
  /** The moment since which its counters count, ms; `undefined` where the shipper does not state it. */
  readonly startMs: number | undefined;
  readonly effects: Effect[];
}
