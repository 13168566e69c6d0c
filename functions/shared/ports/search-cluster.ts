/** An OpenSearch or Elasticsearch cluster of anybody, which is only read. */
export interface SearchCluster {
  /**
   * Returns the answer to a GET request, as JSON.
   * @param signal ends the request when it aborts
   * @throws {ClusterUnreadableError} if there is no answer, or none that is JSON and has status 200
   */
  get(path: string, signal: AbortSignal): Promise<unknown>;
}
