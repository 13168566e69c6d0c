/** A message about one transition of one alert, for SNS. */
export interface PublishedMessage {
  /** The id of the transition. It is the same on each try, and the deduplication id of a FIFO topic. */
  readonly id: string;
  /** The alert's id. It is the group of a FIFO topic, which keeps the transitions of an alert in order. */
  readonly group: string;
  readonly subject: string;
  /** The body as JSON. */
  readonly body: string;
  /** The attributes for filter policies: cluster, severity, status, entity kind. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A publisher of messages to one SNS topic. */
export interface Publisher {
  /** The name of the SNS topic; the `receiver` of its delivery items. */
  readonly name: string;
  /**
   * Publishes a message.
   * @throws {UnavailableError} if it was not acknowledged
   */
  publish(message: PublishedMessage, signal: AbortSignal): Promise<void>;
}
