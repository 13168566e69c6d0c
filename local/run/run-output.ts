import { printable } from '../../functions/shared/domain/printable.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { ReachedLimitLines } from '../terminal/reached-limit-lines.ts';
import { StoreLines } from '../terminal/store-lines.ts';
import { timedLine } from '../terminal/terminal-line.ts';
import type { StateLines } from './chores.ts';

export interface RunOutputOptions {
  /** Gets the progress of the run and its alerts, line breaks included. */
  readonly out: (text: string) => void;
  /**
   * Gets each line that is a warning or an error, or comes from the log of a function.
   *
   * @default `out`
   */
  readonly err?: (line: string) => void;
}

/** The output of a run: what it prints, and where. */
export interface RunOutput {
  /** Prints a line of a function's log, unless it is one of several about the same failure of the store. */
  readonly log: (line: string) => void;
  /** Prints a line of the run itself. A warning or an error begins with its time; progress has none. */
  readonly report: (line: string) => void;
  readonly stateLines: StateLines;
}

/** Returns the output of a run that prints to `out` and `err`. */
export function openOutput({ out, err = (line) => out(`${line}\n`) }: RunOutputOptions): RunOutput {
  const print = (line: string): void => err(timedLine(line, systemClock));
  const stateLines = {
    store: new StoreLines({ print, clock: systemClock }),
    reachedLimits: new ReachedLimitLines(print),
  };
  const log = (line: string): void => {
    if (!stateLines.store.covers(line)) err(line);
  };
  const report = (line: string): void => {
    if (isWarning(line)) log(timedLine(line, systemClock));
    else out(`${printable(line)}\n`);
  };
  return { log, report, stateLines };
}

const isWarning = (line: string): boolean => /^(warning|error): /.test(line);
