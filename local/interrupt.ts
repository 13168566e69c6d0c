/**
 * Returns a signal that aborts at the first Ctrl-C, SIGTERM or SIGHUP, so that a run can end cleanly. The second one ends
 * the process at once.
 * @param report gets a line that explains the second one
 */
export function interruptSignal(report: (line: string) => void): AbortSignal {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(forcedExitStatus);
    report('stopping after the work in progress; Ctrl-C again stops at once (no data is lost in either case)');
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
  return stop.signal;
}

/** The exit status after a second signal, whichever it is: the one that shells report for SIGINT, 128 + 2. */
const forcedExitStatus = 130;
