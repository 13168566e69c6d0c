/** Milliseconds of event time between two ticks. */
export const tickMs = 10_000;
/** Milliseconds of the longest gap that is filled with ticks. A longer gap is one jump, as it was when it was recorded. */
export const gapMsMax = 600_000;
/**
 * Milliseconds from the last document to the last tick. It closes the last minute, which ends 30 s late, and is too long
 * to count as a host that fell silent.
 */
export const afterEndMs = 150_000;
/**
 * Milliseconds that one document alone may move the time. A minute waits as long for its last samples, so that a clock
 * which is no further ahead makes no other host late.
 */
const stepMs = 30_000;

/** The time that a document states, and by whose clock. */
export interface StatedTime {
  /** The time in ms since the epoch; `undefined` if the document states none. */
  readonly timeMs: number | undefined;
  /** The host whose clock wrote the time; an empty text if the document names none. */
  readonly shipper: string;
}

/** The time that a recording covers, both ends inclusive, ms since the epoch. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The vote of a shipper's next document on a jump. */
type Vote = 'confirms' | 'denies';

/**
 * The time of a recording, as its documents state it: the ticks before each document, and the last tick. The same lines give
 * the same ticks in every run.
 *
 * A document that is more than 30 s ahead moves the time only if more of the shippers that follow are there too than are not.
 * Each shipper has one vote, its next document: so a host with a wrong clock never moves the time of others, and a gap that
 * all of them have does. Where no document follows, a jump is believed that is no longer than ten minutes, or than one
 * before it, of a shipper that was never denied.
 */
export class ReplayTime {
  readonly #latestMs: number;
  #firstMs: number | undefined;
  #newestMs: number | undefined;
  #tickedMs: number | undefined;
  #longestJumpMs = gapMsMax;
  /** The shippers with a document that was ahead of those that followed. */
  readonly #denied = new Set<string>();

  /** @param latestMs the latest possible time, ms since the epoch. The time of a later document is ignored. */
  constructor(latestMs: number) {
    this.#latestMs = latestMs;
  }

  /** Returns whether a document states a time that is possible. */
  isTimed({ timeMs }: StatedTime): boolean {
    return timeMs !== undefined && timeMs >= 0 && timeMs <= this.#latestMs;
  }

  /**
   * Returns the times of the ticks that are due before a document, in order; `ahead` if its time is ahead of the documents
   * that follow.
   */
  ticksBefore(stated: StatedTime, following: Iterable<StatedTime>): readonly number[] | 'ahead' {
    if (!this.isTimed(stated)) return [];
    const timeMs = stated.timeMs!;
    if (this.#newestMs !== undefined && timeMs <= this.#newestMs) return [];
    if (!this.#mayReach(stated, following)) {
      this.#denied.add(stated.shipper);
      return 'ahead';
    }
    this.#firstMs ??= timeMs;
    this.#newestMs = timeMs;
    const reachedMs = timeMs - (timeMs % tickMs);
    const from = this.#tickedMs;
    if (from !== undefined && reachedMs <= from) return [];
    this.#tickedMs = reachedMs;
    if (from === undefined) return [];
    if (reachedMs - from > gapMsMax) return [reachedMs];
    return Array.from({ length: (reachedMs - from) / tickMs }, (_, index) => from + (index + 1) * tickMs);
  }

  /** Returns the time of the tick after the last document; `undefined` if no document had a time. */
  finalTickMs(): number | undefined {
    return this.#tickedMs === undefined ? undefined : this.#tickedMs + afterEndMs;
  }

  /** Returns the times of the first and the newest document, ms since the epoch; `undefined` if no document had a time. */
  range(): TimeRange | undefined {
    return this.#firstMs === undefined ? undefined : { fromMs: this.#firstMs, toMs: this.#newestMs! };
  }

  #mayReach(stated: StatedTime, following: Iterable<StatedTime>): boolean {
    const timeMs = stated.timeMs!;
    const jumpMs = this.#newestMs === undefined ? 0 : timeMs - this.#newestMs;
    if (this.#newestMs !== undefined && jumpMs <= stepMs) return true;
    const vote = this.#vote(timeMs - stepMs, following);
    if (vote === undefined) return jumpMs <= this.#longestJumpMs && !this.#denied.has(stated.shipper);
    if (vote === 'confirms') this.#longestJumpMs = Math.max(this.#longestJumpMs, jumpMs);
    return vote === 'confirms';
  }

  /** @returns `undefined` if no document with a time follows */
  #vote(fromMs: number, following: Iterable<StatedTime>): Vote | undefined {
    const votes = new Set<Vote>();
    for (const next of following) if (this.isTimed(next)) votes.add(next.timeMs! >= fromMs ? 'confirms' : 'denies');
    if (votes.size < 2) return votes.values().next().value;
    // Only where the documents disagree, it matters whose they are.
    const voted = new Set<string>();
    let balance = 0;
    for (const next of following) {
      if (!this.isTimed(next) || voted.has(next.shipper)) continue;
      voted.add(next.shipper);
      balance += next.timeMs! >= fromMs ? 1 : -1;
    }
    return balance > 0 ? 'confirms' : 'denies';
  }
}
