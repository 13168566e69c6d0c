import type { ReachedLimitHealth } from '../../functions/api/health.ts';

/**
 * Prints lines about limits for series: a line when one is reached, with the remedy, and one when it was not met
 * for some minutes.
 */
export class ReachedLimitLines {
  readonly #say: (line: string) => void;
  readonly #known = new Set<string>();

  /** @param say gets one line, without a time */
  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Says what changed. @param full the limits that are reached now */
  note(full: readonly ReachedLimitHealth[]): void {
    const names = new Set(full.map(nameOf));
    for (const room of full) {
      if (this.#known.has(nameOf(room))) continue;
      this.#known.add(nameOf(room));
      this.#say(`warning: ${nameOf(room)} has as many series as are kept: ${whatBecomes(room)}; ${room.remedy}`);
    }
    for (const name of this.#known) {
      if (names.has(name)) continue;
      this.#known.delete(name);
      this.#say(`${name} is below its limit for series again`);
    }
  }
}

function nameOf({ stage, partition, entity }: ReachedLimitHealth): string {
  return entity ?? `partition ${partition} of ${stage}`;
}

function whatBecomes({ entity, refused }: ReachedLimitHealth): string {
  if (refused > 0) return 'new ones are not judged';
  const whose = entity === undefined ? 'hosts of yours' : 'some that you need';
  return `for new ones, a quarter of those on trial is forgotten, those seen longest ago, which may include ${whose}`;
}
