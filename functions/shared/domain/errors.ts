/** An error of ours: `code` is also the `reason` on the failure metric, from a short, closed list. */
export abstract class PipelineError extends Error {
  abstract readonly code: string;
  /** Whether handing the same input in again can succeed. */
  abstract readonly retriable: boolean;
}

/** Another writer advanced this partition. What this one staged is garbage; nothing of it was sent. */
export class FencedError extends PipelineError {
  override readonly name = 'FencedError';
  readonly code = 'FENCED';
  readonly retriable = true;
}

/** The partition cannot go on without a person: the remedy is in the message. Blocks and alarms, loses nothing. */
export class PartitionStoppedError extends PipelineError {
  override readonly name = 'PartitionStoppedError';
  readonly code = 'PARTITION_STOPPED';
  readonly retriable = false;
}

/** Ends the message about a partition that has lost a part of its state, and names the page with the remedy. */
export const restoreRemedy = 'restore an earlier state (docs/deploy.md, Restore; on one machine docs/cli.md, backup)';

/** A record that no retry can make readable. Thrown before anything was changed: it becomes a dead letter. */
export class RefusedRecordError extends PipelineError {
  override readonly name = 'RefusedRecordError';
  readonly code = 'REFUSED_RECORD';
  readonly retriable = false;
  /** A short named reason: `not JSON`, `timestamp out of range`, `unknown schema`. */
  readonly reason: string;

  /** @param detail names the field, the value and what was expected */
  constructor(reason: string, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.reason = reason;
  }
}

/** A sink or server that may answer the next time: throttled, timed out, unreachable. */
export class UnavailableError extends PipelineError {
  override readonly name = 'UnavailableError';
  readonly code = 'UNAVAILABLE';
  readonly retriable = true;
}

/** The file that holds everything is damaged: no retry helps, and going on could damage more. The message names the remedy. */
export class DamagedStoreError extends PipelineError {
  override readonly name = 'DamagedStoreError';
  readonly code = 'STORE_DAMAGED';
  readonly retriable = false;
}

/** What a user wrote is wrong; the message is one line that names the thing and the remedy. */
export class UsageError extends PipelineError {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
  readonly retriable = false;
}
