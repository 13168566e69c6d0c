/** A queue that carries documents to a function that appends them. */
export interface DocumentQueue {
  /**
   * Sends one message.
   * @param body at most 1 MiB of characters that SQS accepts
   * @throws {UnavailableError} where a later try may succeed
   */
  send(body: string): Promise<void>;
}
