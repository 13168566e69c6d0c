/**
 * The exit status of a command. 0: done. 1: it failed. 2: what was typed, or a file that it names, is wrong. Of `status`: 0 to 3 for
 * ok, degraded, down and unknown, and 3 also if it failed, because nothing is known then.
 */
export type ExitStatus = 0 | 1 | 2 | 3;

/** The end of a command whose exit status is its result. All was printed before. */
export class CommandEnd extends Error {
  override readonly name = 'CommandEnd';
  readonly exitStatus: ExitStatus;

  constructor(exitStatus: ExitStatus) {
    super(`exit status ${exitStatus}`);
    this.exitStatus = exitStatus;
  }
}
