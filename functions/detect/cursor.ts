import { Detector } from './detector/detector.ts';
import { inFloats, profileSlots, weekFloats } from './detector/layout.ts';
import { endCandidate } from './detector/paging.ts';
import type { Reading } from './detector/reading.ts';
import { type DayProfile, type DetectorState, stateAt, type WeekProfile } from './detector/state.ts';
import { floatsOf } from './group.ts';
import type { Group, Metric } from './series-group.ts';
import { type SeriesValues, slot, slotDoubles } from './slot.ts';
import { blankVerdict } from './verdict.ts';

/** The detector of every series: all that it remembers of one is in the values of its group. */
const detector = new Detector();

/** A place that is moved from series to series. */
type Moved<T> = { -readonly [Key in keyof T]: T[Key] };

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
  readonly #state: Moved<DetectorState>;
  #profile: Moved<DayProfile> | undefined;
  #week: Moved<WeekProfile> | undefined;

  constructor(group: Group) {
    this.group = group;
    this.values = group.values;
    this.#state = stateAt({ doubles: group.values, doublesAt: 0 }, { floats: floatsOf(group.values), floatsAt: 0 });
    this.moveTo(0);
  }

  /** Moves the cursor to the metric with this index. Must be called again after the group gained or lost metrics. */
  moveTo(index: number): void {
    const { values, profiles, weeks } = this.group;
    const state = this.#state;
    if (this.values !== values) {
      this.values = values;
      state.doubles = values;
      state.floats = floatsOf(values);
    }
    this.index = index;
    this.at = index * slotDoubles;
    state.doublesAt = this.at + slot.detector;
    state.floatsAt = 2 * (this.at + slot.floats);
    if (profiles === undefined) return;
    this.#profile ??= { ...profiles, at: 0 };
    this.#profile.means = profiles.means;
    this.#profile.counts = profiles.counts;
    this.#profile.at = index * profileSlots;
    state.profile = this.#profile;
    if (weeks === undefined) return;
    this.#week ??= { floats: weeks, at: 0 };
    this.#week.floats = weeks;
    this.#week.at = index * weekFloats;
    state.week = this.#week;
  }

  get metric(): Metric {
    return this.group.metrics[this.index]!;
  }

  /** The number of values that the series has learned. */
  get count(): number {
    const { floats, floatsAt } = this.#state;
    return floats[floatsAt + inFloats.count]!;
  }

  /** Judges and learns a value. @returns the reading; the next call overwrites it */
  step(timeMs: number, value: number): Reading {
    return detector.step(this.#state, timeMs, value, this.metric.rule);
  }

  /** Learns a value without judging it. */
  learn(timeMs: number, value: number): void {
    this.step(timeMs, value);
    this.endCandidate();
  }

  /** Lets values so far not count together with those that follow. */
  endCandidate(): void {
    endCandidate(this.#state.floats, this.#state.floatsAt);
  }

  /** Forgets all that was learned. */
  forget(): void {
    this.values.fill(0, this.at + slot.detector, this.at + slotDoubles);
    const { profile, week } = this.#state;
    if (profile === undefined) return;
    profile.means.fill(0, profile.at, profile.at + profileSlots);
    profile.counts.fill(0, profile.at, profile.at + profileSlots);
    week?.floats.fill(0, week.at, week.at + weekFloats);
  }
}
