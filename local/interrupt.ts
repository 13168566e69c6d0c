/**
 * Aborts at the first Ctrl-C or SIGTERM, so that a run can end cleanly; the second ends the process as it stands.
 * @param say gets the line that tells of the second
 */
export function interruptSignal(say: (line: string) => void): AbortSignal {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(forcedExitStatus);
    say('stopping once the work in hand is done; Ctrl-C again stops at once (nothing is lost either way)');
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
  return stop.signal;
}

/** 128 + SIGINT, as shells have it. */
const forcedExitStatus = 130;
