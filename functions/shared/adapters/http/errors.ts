import { PipelineError } from '../../domain/errors.ts';

export type TargetRefusal =
  | 'not a URL'
  | 'credentials in the URL'
  | 'plain http'
  | 'unusual port'
  | 'not a public address';

/** The target may not be reached from here at all; nothing was sent. Only other settings or another DNS answer help. */
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

/** No answer came. The receiver may still have read the request: only its own deduplication can tell. */
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
