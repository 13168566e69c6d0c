/** A mutual exclusion by key: calls that share a key run one after the other, all others at the same time. */
export class KeyedMutex {
  readonly #held = new Map<string, Promise<void>>();

  /** Runs `body` once no other call holds any of the keys, and holds all of them until it has ended. */
  async runExclusive<T>(keys: ReadonlySet<string>, body: () => Promise<T>): Promise<T> {
    for (let other = this.#holderOf(keys); other !== undefined; other = this.#holderOf(keys)) await other;
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const key of keys) this.#held.set(key, promise);
    try {
      return await body();
    } finally {
      for (const key of keys) this.#held.delete(key);
      resolve();
    }
  }

  #holderOf(keys: ReadonlySet<string>): Promise<void> | undefined {
    for (const key of keys) {
      const held = this.#held.get(key);
      if (held !== undefined) return held;
    }
    return undefined;
  }
}
