import { PipelineError } from '../../domain/errors.ts';

export type TargetRefusal =
  | 'not a URL'
  | 'credentials in the URL'
  | 'plain http'
  | 'unusual port'
  | 'not a public address';

/**
 * The target may not be reached from here at all; nothing was sent. Stop: only other settings or another DNS answer help.
 * (notify retries the message all the same, so that a person has time to correct the settings: `judgeError`.)
 */
export class TargetRefusedError extends PipelineError {
  override readonly name = 'TargetRefusedError';
  readonly code = 'TARGET_REFUSED';
  readonly action = 'stop';
  readonly reason: TargetRefusal;

  constructor(reason: TargetRefusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export type RequestFailure = 'time-out' | 'aborted' | 'name not resolved' | 'connection failed';

/** A request without an answer. The receiver may have read it. Retry: by the delivery id the receiver can drop a repeat. */
export class RequestFailedError extends PipelineError {
  override readonly name = 'RequestFailedError';
  readonly code = 'REQUEST_FAILED';
  readonly action = 'retry';
  readonly reason: RequestFailure;

  constructor(reason: RequestFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
