import { Detector } from './detector.ts';
import { type PageRule, plainRule } from './paging.ts';
import type { Reading } from './reading.ts';
import { type DetectorState, needsProfile, newProfile, newState } from './state.ts';

/** A detector of one series alone, with all that it remembers: for a file, a benchmark or a test. */
export class SeriesDetector {
  readonly #detector = new Detector();
  readonly #rule: PageRule;
  #state: DetectorState = newState();

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
    return this.#detector.step(this.#state, timeMs, value, this.#rule);
  }
}
