/** One transition of one alert, as SNS carries it. */
export interface PublishedMessage {
  /** The transition's id: the same on every try, and the deduplication id of a FIFO topic. */
  readonly id: string;
  /** Keeps an alert's transitions in order on a FIFO topic: the alert's id. */
  readonly group: string;
  readonly subject: string;
  /** JSON. */
  readonly body: string;
  /** For filter policies: cluster, severity, status, entity kind. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Publisher {
  /** Name of the SNS topic, the `receiver` of its delivery items. */
  readonly name: string;
  /** @throws {UnavailableError} when it is not known to have arrived */
  publish(message: PublishedMessage, signal: AbortSignal): Promise<void>;
}
