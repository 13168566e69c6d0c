import { Detector } from './detector/detector.ts';
import { profileSlots, weekFloats } from './detector/layout.ts';
import { endCandidate } from './detector/paging.ts';
import type { Reading } from './detector/reading.ts';
import type { DetectorState } from './detector/state.ts';
import { floatsOf } from './group.ts';
import type { Group, Metric } from './series-group.ts';
import { type SeriesValues, slot, slotDoubles } from './slot.ts';
import { blankVerdict } from './verdict.ts';

/** The detector of every series: all that it remembers of one is in the values of its group. */
const detector = new Detector();

/**
 * A pointer to one series of a group, and the verdict on its newest value. One cursor is moved over all measurements of
 * a sample, so that the hot path makes no garbage.
 */
export class SeriesCursor implements SeriesValues, DetectorState {
  readonly group: Group;
  /** The verdict on the value that was observed last; each observation overwrites it. */
  readonly verdict = blankVerdict();
  values: Float64Array;
  floats: Float32Array;
  index = 0;
  at = 0;
  doublesAt = 0;
  floatsAt = 0;
  profile: { means: Float32Array; counts: Uint16Array; at: number } | undefined;
  week: { floats: Float32Array; at: number } | undefined;

  constructor(group: Group) {
    this.group = group;
    this.values = group.values;
    this.floats = floatsOf(group.values);
    this.moveTo(0);
  }

  get doubles(): Float64Array {
    return this.values;
  }

  /** Moves the cursor to the metric with this index. Must be called again after the group gained or lost metrics. */
  moveTo(index: number): void {
    const { values, profiles, weeks } = this.group;
    if (this.values !== values) {
      this.values = values;
      this.floats = floatsOf(values);
    }
    this.index = index;
    this.at = index * slotDoubles;
    this.doublesAt = this.at + slot.detector;
    this.floatsAt = 2 * (this.at + slot.floats);
    if (profiles === undefined) return;
    this.profile ??= { ...profiles, at: 0 };
    this.profile.means = profiles.means;
    this.profile.counts = profiles.counts;
    this.profile.at = index * profileSlots;
    if (weeks === undefined) return;
    this.week ??= { floats: weeks, at: 0 };
    this.week.floats = weeks;
    this.week.at = index * weekFloats;
  }

  get metric(): Metric {
    return this.group.metrics[this.index]!;
  }

  /** Judges and learns a value. @returns the reading; the next call overwrites it */
  step(timeMs: number, value: number): Reading {
    return detector.step(this, timeMs, value, this.metric.rule);
  }

  /** Learns a value without judging it. */
  learn(timeMs: number, value: number): void {
    this.step(timeMs, value);
    this.endCandidate();
  }

  /** Lets values so far not count together with those that follow. */
  endCandidate(): void {
    endCandidate(this.floats, this.floatsAt);
  }

  /** Forgets all that was learned. */
  forget(): void {
    this.values.fill(0, this.at + slot.detector, this.at + slotDoubles);
    if (this.profile === undefined) return;
    const { means, counts, at } = this.profile;
    means.fill(0, at, at + profileSlots);
    counts.fill(0, at, at + profileSlots);
    this.week?.floats.fill(0, this.week.at, this.week.at + weekFloats);
  }
}
