/** A cluster gave no answer, or none that can be read. */
export class ClusterUnreadableError extends Error {
  override readonly name = 'ClusterUnreadableError';
  /** A flag: its machine was reached and refused the connection, so that the cluster does not serve. */
  readonly isRefused: boolean;

  constructor(message: string, isRefused: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isRefused = isRefused;
  }
}
