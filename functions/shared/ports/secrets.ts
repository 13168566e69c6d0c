export interface Secrets {
  /**
   * @param reference `env:NAME`, `file:PATH`, `secretsmanager:NAME` or `secretsmanager:NAME#key`
   * @throws {UsageError} if there is no such secret, naming the reference and never the value
   */
  get(reference: string): Promise<string>;
}
