/** An error of Offbeat. Its `code`, from a short, closed list, is also the `reason` on the failure metric. */
export abstract class PipelineError extends Error {
  abstract readonly code: string;
  /** States whether a retry with the same input can succeed. */
  abstract readonly retriable: boolean;
}

/** Another writer advanced this partition. What this writer staged is not used, and none of it was sent. */
export class FencedError extends PipelineError {
  override readonly name = 'FencedError';
  readonly code = 'FENCED';
  readonly retriable = true;
}

/**
 * The partition cannot go on until a person acts; the message contains the remedy. It is blocked, an alarm rings, nothing
 * is lost.
 */
export class PartitionStoppedError extends PipelineError {
  override readonly name = 'PartitionStoppedError';
  readonly code = 'PARTITION_STOPPED';
  readonly retriable = false;
}

/** The end of the message about a partition that has lost a part of its state. It names the page with the remedy. */
export const restoreRemedy = 'restore an earlier state (docs/deploy.md, Restore; on one machine docs/cli.md, backup)';

/**
 * A record that no retry can make readable. It is thrown before anything is changed, and the record becomes a dead
 * letter.
 */
export class RefusedRecordError extends PipelineError {
  override readonly name = 'RefusedRecordError';
  readonly code = 'REFUSED_RECORD';
  readonly retriable = false;
  /** A short named reason: `not JSON`, `timestamp out of range`, `unknown schema`. */
  readonly reason: string;

  /**
   * Makes the error.
   * @param detail names the field, the value and what was expected
   */
  constructor(reason: string, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.reason = reason;
  }
}

/** A server that did not answer this time, and may do so the next: throttled, timed out, unreachable. */
export class UnavailableError extends PipelineError {
  override readonly name = 'UnavailableError';
  readonly code = 'UNAVAILABLE';
  readonly retriable = true;
}

/**
 * The file of the embedded store is damaged. No retry helps, and going on could damage more. The message contains the
 * remedy.
 */
export class DamagedStoreError extends PipelineError {
  override readonly name = 'DamagedStoreError';
  readonly code = 'STORE_DAMAGED';
  readonly retriable = false;
}

/** A user's input is wrong. The message is one line that names the input and the remedy. */
export class UsageError extends PipelineError {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
  readonly retriable = false;
}
