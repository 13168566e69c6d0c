/** A command failed although its arguments were right. The message names the remedy. */
export class FailedError extends Error {
  override readonly name = 'FailedError';
}
