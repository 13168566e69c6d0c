/** A store of immutable objects by name, such as S3. */
export interface ObjectStore {
  /**
   * Puts a new object. A name that exists is an error, unless the bytes are the same: that is a retried PUT whose answer
   * was lost.
   * @throws {UnavailableError} if the store does not answer
   */
  put(name: string, bytes: Buffer): Promise<void>;
  /** Returns the bytes of an object, or `undefined` if it does not exist. */
  get(name: string): Promise<Buffer | undefined>;
  /**
   * Returns the names that begin with `prefix`, in order.
   * @param after only names above this one are returned
   */
  list(prefix: string, after?: string): Promise<readonly string[]>;
  /** Deletes objects. A name that does not exist is no error. */
  delete(names: readonly string[]): Promise<void>;
}
