import { PipelineError } from '../../domain/errors.ts';

export type TargetRefusal =
  | 'not a URL'
  | 'credentials in the URL'
  | 'plain http'
  | 'unusual port'
  | 'not a public address';

/** The target is not allowed, and nothing was sent. Only other settings or another answer of DNS can help. */
export class TargetRefusedError extends PipelineError {
  override readonly name = 'TargetRefusedError';
  readonly code = 'TARGET_REFUSED';
  readonly retriable = false;
  readonly reason: TargetRefusal;

  constructor(reason: TargetRefusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export type RequestFailure = 'time-out' | 'aborted' | 'name not resolved' | 'connection failed';

/** A request without an answer. The receiver may have read it nevertheless, and recognises a second one by its id. */
export class RequestFailedError extends PipelineError {
  override readonly name = 'RequestFailedError';
  readonly code = 'REQUEST_FAILED';
  readonly retriable = true;
  readonly reason: RequestFailure;

  constructor(reason: RequestFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
