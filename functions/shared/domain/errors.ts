/**
 * The action that a caller takes on an error, besides reporting it:
 *
 * - `retry`: pass the same input in again, later. The input is good; a server or another writer was in the way.
 * - `dead-letter`: append the input to the dead letters with the reason, and continue. No retry can succeed.
 * - `stop`: do nothing more with this partition, store or command until a person acts. The message names the remedy.
 */
export type ErrorAction = 'retry' | 'dead-letter' | 'stop';

/** An error that Offbeat foresees. Any other error is a defect; callers that retry pass its input in again, too. */
export abstract class PipelineError extends Error {
  /** A name from a short, closed list; it is also the `reason` on the metric `failures`. */
  abstract readonly code: string;
  /** The action that the caller takes on the input. */
  abstract readonly action: ErrorAction;
}

/** Returns whether an error is a foreseen one after which the same input can succeed later. */
export function isRetriable(error: unknown): error is PipelineError {
  return error instanceof PipelineError && error.action === 'retry';
}

/**
 * Another writer advanced this partition. The object that this writer staged is garbage, and none of its effects was
 * sent. Retry: the next try reads the ledger again and drops the records that the other writer counted.
 */
export class FencedError extends PipelineError {
  override readonly name = 'FencedError';
  readonly code = 'FENCED';
  readonly action = 'retry';
}

/**
 * The partition cannot continue until a person applies the remedy that the message names. Stop: the partition blocks
 * and raises an alarm, and loses no record.
 */
export class PartitionStoppedError extends PipelineError {
  override readonly name = 'PartitionStoppedError';
  readonly code = 'PARTITION_STOPPED';
  readonly action = 'stop';
}

/** The end of each message about a partition that lost a part of its state; it names the page with the remedy. */
export const restoreRemedy = 'restore an earlier state (docs/deploy.md, Restore; on one machine docs/cli.md, backup)';

/**
 * A record that no retry makes readable. It is thrown before any state is changed. Dead-letter: the record is put
 * aside.
 */
export class RefusedRecordError extends PipelineError {
  override readonly name = 'RefusedRecordError';
  readonly code = 'REFUSED_RECORD';
  readonly action = 'dead-letter';
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

/**
 * A server that did not answer, or was too busy: throttled, timed out, unreachable. Retry: it may answer the next
 * time.
 */
export class UnavailableError extends PipelineError {
  override readonly name = 'UnavailableError';
  readonly code = 'UNAVAILABLE';
  readonly action = 'retry';
}

/** The file of the embedded store is damaged. Stop: further writes could damage more. The message names the remedy. */
export class DamagedStoreError extends PipelineError {
  override readonly name = 'DamagedStoreError';
  readonly code = 'STORE_DAMAGED';
  readonly action = 'stop';
}

/** A user's input is wrong. Stop: the message is one line that names the input and the remedy, for the user to read. */
export class UsageError extends PipelineError {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
  readonly action = 'stop';
}

/**
 * A server denies the caller a permission. Stop: a person changes a policy. A policy that was just attached may take effect
 * later, which only the functions of a deployment wait for. The message names the remedy.
 */
export class DeniedError extends PipelineError {
  override readonly name = 'DeniedError';
  readonly code = 'DENIED';
  readonly action = 'stop';
  /** A flag: a policy denies it explicitly, so that waiting for a policy that allows it is of no use. */
  readonly isFinal: boolean;

  /** Makes the error. @param options `isFinal` is false by default; see the field */
  constructor(message: string, { isFinal = false, ...options }: ErrorOptions & { readonly isFinal?: boolean } = {}) {
    super(message, options);
    this.isFinal = isFinal;
  }
}
