import type { Blocks } from './step.ts';

/** The stored bytes of each block of a partition's state. Their sum is roughly the memory that its session needs. */
export class BlockSizes {
  readonly #lengths = new Map<string, number>();
  #bytes = 0;

  constructor(blocks: Blocks) {
    this.note(blocks);
  }

  /** The sum over all blocks, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Updates the sizes after a decision.
   * @param changes the blocks as they were stored; `null` for a block that was removed
   */
  note(changes: ReadonlyMap<string, Uint8Array | null>): void {
    for (const [block, bytes] of changes) {
      this.#bytes += (bytes?.length ?? 0) - (this.#lengths.get(block) ?? 0);
      if (bytes === null) this.#lengths.delete(block);
      else this.#lengths.set(block, bytes.length);
    }
  }
}
