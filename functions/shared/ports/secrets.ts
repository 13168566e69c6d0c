export interface Secrets {
  /**
   * @param reference `env:NAME`, `file:PATH` or `secretsmanager:NAME`
   * @throws {UsageError} if there is no such secret, naming the reference and never the value
   */
  get(reference: string): Promise<string>;
}
