/** What notify may do with a message besides succeeding (SQS: ChangeMessageVisibility, a dead-letter queue). */
export interface MessageQueue {
  /** The message comes again after `delayMs`, not before. */
  retryLater(receiptHandle: string, delayMs: number): Promise<void>;
  /** Puts the message aside for an operator's redrive. It is still to be removed by succeeding. */
  deadLetter(body: string, reason: string): Promise<void>;
}
