import type { Group, Metric } from './series-group.ts';
import { type SeriesValues, slotDoubles } from './slot.ts';
import { blankVerdict } from './verdict.ts';

/**
 * A pointer to one series of a group, and the verdict on its newest value. One cursor is moved over all measurements of
 * a sample, so that the hot path makes no garbage.
 */
export class SeriesCursor implements SeriesValues {
  readonly group: Group;
  /** The verdict on the value that was observed last; each observation overwrites it. */
  readonly verdict = blankVerdict();
  values: Float64Array;
  index = 0;
  at = 0;

  constructor(group: Group) {
    this.group = group;
    this.values = group.values;
  }

  /** Moves the cursor to the metric with this index. Must be called again after the group gained or lost metrics. */
  moveTo(index: number): void {
    this.values = this.group.values;
    this.index = index;
    this.at = index * slotDoubles;
  }

  get metric(): Metric {
    return this.group.metrics[this.index]!;
  }
}
