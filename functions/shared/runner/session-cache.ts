import type { Session } from './fold.ts';

/**
 * Stored bytes that the kept sessions may have in sum. In memory a session takes up to three times as much, and a
 * function of 1 GB also holds a batch, its effects and the object they go into: with 128 MB one that was served many
 * full partitions of one metric to a document came to 1,017 MB.
 */
export const keptBytesDefault = 64 * 1024 * 1024;

/** A session is good only as long as the ledger still holds what it was opened from, told by the attempt's name. */
interface Kept<State> {
  readonly attempt: string | null;
  readonly session: Session<State>;
}

/**
 * Sessions between batches, by partition. A function's container is handed batches of any partition: it cannot keep
 * them all, so the ones used least recently go first.
 */
export class SessionCache<State> {
  readonly #bytesMax: number;
  /** In the order in which they were kept, the newest last. */
  readonly #kept = new Map<string, Kept<State>>();

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Removes a session from the cache and returns it. The runner keeps it again only after its next decision.
   * Invariant NO-SPOILT-SESSION: an error between the two leaves no session that was changed halfway.
   * @param attempt of the ledger's item; a session that another attempt left is dropped
   */
  take(name: string, attempt: string | null): Session<State> | undefined {
    const kept = this.#kept.get(name);
    this.#kept.delete(name);
    return kept?.attempt === attempt ? kept.session : undefined;
  }

  /** Keeps a session, which may be the only one if it is larger than the bound by itself. */
  keep(name: string, attempt: string, session: Session<State>): void {
    this.#kept.set(name, { attempt, session });
    let bytes = 0;
    for (const { session } of this.#kept.values()) bytes += session.blocks.bytes;
    for (const [oldest, { session }] of this.#kept) {
      if (bytes <= this.#bytesMax || oldest === name) return;
      bytes -= session.blocks.bytes;
      this.#kept.delete(oldest);
    }
  }
}
