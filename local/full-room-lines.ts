import type { FullRoomHealth } from '../functions/api/health.ts';

/**
 * What a terminal says of rooms for series that are full: a line when one is, with the remedy, and one when there was
 * room again for a while.
 */
export class FullRoomLines {
  readonly #say: (line: string) => void;
  readonly #known = new Set<string>();

  /** @param say gets one line, without a time */
  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Says what changed. @param full the rooms that are full now */
  note(full: readonly FullRoomHealth[]): void {
    const names = new Set(full.map(nameOf));
    for (const room of full) {
      if (this.#known.has(nameOf(room))) continue;
      this.#known.add(nameOf(room));
      this.#say(`warning: there is no room for more series of ${nameOf(room)}: ${whatBecomes(room)}; ${room.remedy}`);
    }
    for (const name of this.#known) {
      if (names.has(name)) continue;
      this.#known.delete(name);
      this.#say(`there is room for more series of ${name} again`);
    }
  }
}

function nameOf({ stage, partition, entity }: FullRoomHealth): string {
  return entity === undefined ? `${stage}'s partition ${partition}` : entity;
}

const whatBecomes = ({ refused }: FullRoomHealth): string =>
  refused === 0 ? 'a new one takes the place of the one that was seen longest ago' : 'new ones are not judged';
