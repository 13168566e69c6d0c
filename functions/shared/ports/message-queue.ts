/** A queue of messages as notify changes it (SQS: ChangeMessageVisibility, SendMessage, a dead-letter queue). */
export interface MessageQueue {
  /** Hides a message that was received, so that it is delivered again after `delayMs`, not before. */
  retryLater(receiptHandle: string, delayMs: number): Promise<void>;
  /** Sends a message of an alert that becomes visible after `delayMs`, at most 15 minutes. */
  sendAgain(body: string, alertId: string, delayMs: number): Promise<void>;
  /**
   * Makes waiting messages visible at once. A queue that cannot do so delivers them when their delay is over.
   * @param alertId limits it to the messages of one alert
   * @default all alerts
   */
  showWaiting(alertId?: string): Promise<void>;
  /**
   * Puts a message aside for an operator's redrive. The caller must also succeed, so that it is removed from the
   * queue.
   */
  deadLetter(body: string, reason: string): Promise<void>;
}

/** A message in flight: hidden from others until its visibility time ends. */
export interface ReceivedMessage {
  readonly messageId: string;
  /** The handle of this receipt. Once the message is received again, the handle has no effect. */
  readonly receiptHandle: string;
  readonly body: string;
  /** The number of times that the message was received, this one included. */
  readonly receiveCount: number;
  /** The time at which the message was first received, in ms. */
  readonly firstReceivedMs: number;
}

/** A queue as a poller reads it, without an event source mapping. */
export interface QueueSource {
  /**
   * Returns at most `limit` visible messages and hides them for `visibilityMs`.
   * @param nowMs the time, for a queue without a clock
   * @throws {UnavailableError} where a later try may succeed
   */
  receive(
    limit: number,
    nowMs: number,
    visibilityMs: number,
  ): readonly ReceivedMessage[] | Promise<readonly ReceivedMessage[]>;
  /**
   * Removes messages. A receipt that is no longer valid removes nothing.
   * @throws {UnavailableError} where a later try may succeed; messages that were not removed are delivered again
   */
  delete(receiptHandles: readonly string[]): void | Promise<void>;
}

/** A message that was given up, or that could not be read. */
export interface DeadMessage {
  readonly id: string;
  /** The reason: `RECEIVER: REASON`, or a reason alone for a message that could not be read. */
  readonly reason: string;
  /** The receiver to which a redrive sends it; absent for all receivers. */
  readonly receiver?: string;
  /** The alert that it is about; absent for a message that could not be read. */
  readonly alertId?: string;
}

/** The dead letters of a queue, for an operator to send back. */
export interface DeadMessages {
  /**
   * Returns all messages. In a queue with several readers they are hidden from the others until `release`.
   * @throws {UnavailableError} where a later try may succeed
   */
  list(): Promise<readonly DeadMessage[]>;
  /**
   * Sends a listed message back to the queue, unchanged.
   * @returns whether the message still existed
   */
  redrive(id: string): Promise<boolean>;
  /** Makes the listed messages that were not sent back visible to others again. */
  release(): Promise<void>;
}
