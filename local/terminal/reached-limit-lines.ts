import type { ReachedLimitHealth } from '../../functions/api/health.ts';

/**
 * Prints lines about limits for series: a line with the remedy when a limit is reached, and one when it is no longer
 * reached.
 */
export class ReachedLimitLines {
  readonly #print: (line: string) => void;
  readonly #known = new Set<string>();

  /** @param print gets one line, without a time */
  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Prints a line for each limit that changed. @param reached the limits that are reached now */
  note(reached: readonly ReachedLimitHealth[]): void {
    const names = new Set(reached.map(nameOf));
    for (const limit of reached) {
      if (this.#known.has(nameOf(limit))) continue;
      this.#known.add(nameOf(limit));
      this.#print(`warning: ${nameOf(limit)} has as many series as are kept: ${consequenceOf(limit)}; ${limit.remedy}`);
    }
    for (const name of this.#known) {
      if (names.has(name)) continue;
      this.#known.delete(name);
      this.#print(`${name} is below its limit for series again`);
    }
  }
}

function nameOf({ stage, partition, entity }: ReachedLimitHealth): string {
  return entity ?? `partition ${partition} of ${stage}`;
}

function consequenceOf({ entity, refused }: ReachedLimitHealth): string {
  if (refused > 0) return 'new series are not judged';
  const needed = entity === undefined ? 'series of your hosts' : 'series that you need';
  return `to keep new series, it forgets the quarter of the series on trial that were seen longest ago, which may include ${needed}`;
}
