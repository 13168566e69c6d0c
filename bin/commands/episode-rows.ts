import type { Reading } from '../../functions/detect/detector/reading.ts';

type Cells = readonly (string | number)[];

interface HeldRow {
  readonly cells: Cells;
  readonly hasValue: boolean;
  isAnomaly: boolean;
}

/** The most rows that are held. Rows without a value count too, and there may be any number of them. */
const heldMax = 64;

/**
 * Marks the rows that belong to an episode that paged. An episode begins with the first of the values that made it a page,
 * up to four rows before the page. So rows are held while something may be beginning, and written as soon as that is
 * decided.
 */
export class EpisodeRows {
  readonly #write: (cells: Cells, isAnomaly: boolean) => void;
  readonly #held: HeldRow[] = [];

  /** @param write is called for each row, in order */
  constructor(write: (cells: Cells, isAnomaly: boolean) => void) {
    this.#write = write;
  }

  /** Adds a row. @param reading `undefined` for a row without a value */
  add(cells: Cells, reading: Reading | undefined): void {
    const hasValue = reading !== undefined;
    this.#held.push({ cells, hasValue, isAnomaly: reading?.isOpen === true });
    if (!hasValue) {
      if (this.#held.length === 1 || this.#held.length > heldMax) this.end();
      return;
    }
    if (reading.page) this.#markNewest(reading.candidateValues);
    if (reading.isOpen || reading.candidateValues === 0) this.end();
    else this.#keepNewest(reading.candidateValues);
  }

  /** Writes all rows that are held. */
  end(): void {
    for (const { cells, isAnomaly } of this.#held.splice(0)) this.#write(cells, isAnomaly);
  }

  #markNewest(values: number): void {
    let left = values;
    for (const row of this.#held.toReversed()) {
      if (!row.hasValue) continue;
      if (left === 0) return;
      left -= 1;
      row.isAnomaly = true;
    }
  }

  /** Writes the rows before the newest ones with a value. */
  #keepNewest(values: number): void {
    let left = values;
    let from = this.#held.length;
    while (from > 0 && left > 0 && this.#held.length - from < heldMax) {
      from -= 1;
      if (this.#held[from]!.hasValue) left -= 1;
    }
    for (const { cells, isAnomaly } of this.#held.splice(0, from)) this.#write(cells, isAnomaly);
  }
}
