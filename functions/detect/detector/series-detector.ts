import { Detector } from './detector.ts';
import { type PageRule, plainRule } from './paging.ts';
import type { Reading } from './reading.ts';
import { type DetectorState, needsProfile, newProfile, newState, newWeek } from './state.ts';
import { beginWeek, needsWeek } from './week-profile.ts';

/** A detector of one series alone, with all that it remembers: for a file, a benchmark or a test. */
export class SeriesDetector {
  readonly #detector = new Detector();
  readonly #rule: PageRule;
  #state: DetectorState = newState();
  #isOpen = false;

  constructor(rule: PageRule = plainRule) {
    this.#rule = rule;
  }

  /**
   * Judges and learns one value.
   * @param timeMs of the value, since 1970
   * @param value  finite, within ±1e100
   * @returns the reading; the next call overwrites it
   */
  next(timeMs: number, value: number): Reading {
    if (needsProfile(this.#state, timeMs)) this.#state = { ...this.#state, profile: newProfile() };
    if (needsWeek(this.#state, this.#isOpen)) {
      this.#state = { ...this.#state, week: newWeek() };
      beginWeek(this.#state, timeMs);
    }
    const reading = this.#detector.step(this.#state, timeMs, value, this.#rule);
    this.#isOpen = reading.isOpen;
    return reading;
  }
}
