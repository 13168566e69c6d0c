/** A source of secrets. */
export interface Secrets {
  /**
   * Returns the value of a secret.
   * @param reference `env:NAME`, `file:PATH`, `secretsmanager:NAME` or `secretsmanager:NAME#key`
   * @throws {UsageError} if there is no such secret, naming the reference and never the value
   */
  get(reference: string): Promise<string>;
}
