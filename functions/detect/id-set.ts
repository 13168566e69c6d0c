/** The most ids of a set. */
export const idsMax = 8_192;
/** The fewest slots of a set, and the share of them that may be used, so that a search ends soon. */
const slotsMin = 16;
const loadMax = 0.75;

/** The outcome of adding an id; `full` means that it was not kept. */
export type Added = 'new' | 'known' | 'full';

/**
 * A set of up to {@link idsMax} ids of 32 bits: open addressing in one array, which takes a quarter of the memory of a
 * `Set`. The number of slots depends on the number of ids alone, so the size is the same after the set was stored.
 */
export class IdSet {
  #slots: Uint32Array;
  #size = 0;

  constructor(ids: readonly number[] = []) {
    this.#slots = new Uint32Array(slotsFor(ids.length));
    for (const id of ids) this.add(id);
  }

  get size(): number {
    return this.#size;
  }

  /** The bytes of the set in memory. */
  get bytes(): number {
    return this.#slots.byteLength;
  }

  has(id: number): boolean {
    return this.#slots[this.#find(keyOf(id))] !== 0;
  }

  /** @param mayGrow false if the set may use no more bytes than it has */
  add(id: number, mayGrow = true): Added {
    const key = keyOf(id);
    let at = this.#find(key);
    if (this.#slots[at] !== 0) return 'known';
    if (this.#size === idsMax) return 'full';
    const slots = slotsFor(this.#size + 1);
    if (slots > this.#slots.length) {
      if (!mayGrow) return 'full';
      this.#rehash(slots);
      at = this.#find(key);
    }
    this.#slots[at] = key;
    this.#size += 1;
    return 'new';
  }

  /** Returns all ids, sorted, so that equal sets are stored as equal bytes. */
  sorted(): Uint32Array {
    return this.#slots.filter((key) => key !== 0).sort();
  }

  /** Returns the slot of an id, or the free one in which it belongs. */
  #find(key: number): number {
    const mask = this.#slots.length - 1;
    let at = Math.imul(key, 0x9e3779b1) >>> 0;
    at = (at ^ (at >>> 16)) & mask;
    while (this.#slots[at] !== 0 && this.#slots[at] !== key) at = (at + 1) & mask;
    return at;
  }

  #rehash(slots: number): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(slots);
    for (const key of before) if (key !== 0) this.#slots[this.#find(key)] = key;
  }
}

/** Returns an id as it is stored: 0 marks a free slot, so the ids 0 and 1 are one. */
const keyOf = (id: number): number => (id === 0 ? 1 : id);

function slotsFor(ids: number): number {
  let slots = slotsMin;
  while (ids > loadMax * slots) slots *= 2;
  return slots;
}
