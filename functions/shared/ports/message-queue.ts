/** What notify may do with a message besides succeeding (SQS: ChangeMessageVisibility, SendMessage, a dead-letter queue). */
export interface MessageQueue {
  /** The message comes again after `delayMs`, not before. */
  retryLater(receiptHandle: string, delayMs: number): Promise<void>;
  /** Puts a message of an alert on the queue that is first shown after `delayMs`, 15 minutes at most. */
  sendAgain(body: string, alertId: string, delayMs: number): Promise<void>;
  /**
   * Shows at once what waits for its time, where the queue can; elsewhere it comes when its time is over.
   * @param alertId of this alert alone; of all unless given
   */
  showWaiting(alertId?: string): Promise<void>;
  /** Puts the message aside for an operator's redrive. It is still to be removed by succeeding. */
  deadLetter(body: string, reason: string): Promise<void>;
}

/** A message in flight: hidden from others until its visibility time ends. */
export interface ReceivedMessage {
  readonly messageId: string;
  /** Of this receipt alone: once the message was received again, it settles nothing. */
  readonly receiptHandle: string;
  readonly body: string;
  /** This receipt included. */
  readonly receiveCount: number;
  /** When it was received first. Ms. */
  readonly firstReceivedMs: number;
}

/** A queue as its reader needs it, where no event source mapping reads for it. */
export interface QueueSource {
  /**
   * Messages that are visible, at most `limit`; they stay hidden for `visibilityMs`.
   * @param nowMs of a queue without a clock of its own
   * @throws {UnavailableError} where a later try may succeed
   */
  receive(
    limit: number,
    nowMs: number,
    visibilityMs: number,
  ): readonly ReceivedMessage[] | Promise<readonly ReceivedMessage[]>;
  /**
   * Removes them; a receipt that is over removes nothing.
   * @throws {UnavailableError} where a later try may succeed: what was not removed comes again
   */
  delete(receiptHandles: readonly string[]): void | Promise<void>;
}

/** A message that was put aside. */
export interface DeadMessage {
  readonly id: string;
  /** `RECEIVER: REASON`, or, where it could not be read, a bare reason. */
  readonly reason: string;
  /** The one receiver that it goes back to; absent where it goes to all. */
  readonly receiver?: string;
}

/** Messages that were put aside, for an operator to send back. */
export interface DeadMessages {
  /**
   * All that lie there. Where others may look too, they do not see these until `release`.
   * @throws {UnavailableError} where a later try may succeed
   */
  list(): Promise<readonly DeadMessage[]>;
  /** Sends one that was listed back to the queue, as it is. @returns whether it lay there */
  redrive(id: string): Promise<boolean>;
  /** Shows others again what was listed and not sent back. */
  release(): Promise<void>;
}
