/** Immutable objects by name: S3, as the runner sees it. */
export interface ObjectStore {
  /**
   * Puts an object that never existed. Putting the same name again is an error unless the bytes are the same (a
   * retried PUT whose answer was lost).
   * @throws {UnavailableError}
   */
  put(name: string, bytes: Buffer): Promise<void>;
  /** @returns `undefined` where there is none */
  get(name: string): Promise<Buffer | undefined>;
  /**
   * Names that begin with `prefix`, in order.
   * @param after names up to and including this one are left out, as if they were not there
   */
  list(prefix: string, after?: string): Promise<readonly string[]>;
  delete(names: readonly string[]): Promise<void>;
}
