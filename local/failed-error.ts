/** What was asked could not be done, through no fault of what was typed; the message says what to do. */
export class FailedError extends Error {
  override readonly name = 'FailedError';
}
