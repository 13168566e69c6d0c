import type { Blocks } from './step.ts';

/** How many bytes each block of a partition's state has as it is stored: roughly what its session takes in memory. */
export class BlockSizes {
  readonly #lengths = new Map<string, number>();
  #bytes = 0;

  constructor(blocks: Blocks) {
    this.note(blocks);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @param changes as they were stored; `null` for a block that is no more */
  note(changes: ReadonlyMap<string, Uint8Array | null>): void {
    for (const [block, bytes] of changes) {
      this.#bytes += (bytes?.length ?? 0) - (this.#lengths.get(block) ?? 0);
      if (bytes === null) this.#lengths.delete(block);
      else this.#lengths.set(block, bytes.length);
    }
  }
}
