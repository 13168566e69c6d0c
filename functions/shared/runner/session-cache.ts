import type { Session } from './fold.ts';

/**
 * The limit of the stored bytes of all sessions in the cache. In memory a session needs up to three times its stored
 * bytes, and a function of 1 GB also holds a batch, its effects and their object. With a limit of 128 MB, a function that
 * got batches of many full partitions (one metric in each document) needed 1,017 MB.
 */
export const keptBytesDefault = 64 * 1024 * 1024;

/** A session with the name of the attempt that left it. It is valid only while the ledger's item names this attempt. */
interface Kept<State> {
  readonly attempt: string | null;
  readonly session: Session<State>;
}

/**
 * A cache of sessions between batches, by partition. A function's container gets batches of any partition and cannot keep
 * the state of all, so the least recently used are dropped first.
 * `docs/decisions/0021-our-own-session-cache.md` explains why it is not `lru-cache`.
 */
export class SessionCache<State> {
  readonly #bytesMax: number;
  /** The sessions in the order in which they were put in, the newest last. */
  readonly #kept = new Map<string, Kept<State>>();

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Removes a session from the cache and returns it. The runner keeps it again only after its next decision.
   * Invariant CURRENT-SESSION-ONLY: an error between the two leaves no session that was changed halfway.
   * @param attempt of the ledger's item; a session that another attempt left is dropped
   */
  take(name: string, attempt: string | null): Session<State> | undefined {
    const kept = this.#kept.get(name);
    this.#kept.delete(name);
    return kept?.attempt === attempt ? kept.session : undefined;
  }

  /** Puts a session in and drops the oldest beyond the limit. One that is larger than the limit stays, alone. */
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
