import type { Clock } from '../functions/shared/ports/clock.ts';

/** The largest step of the wall clock that is accepted at once. Ms. */
const toleranceMs = 60_000;
/**
 * Milliseconds that a larger step has to last before it is accepted: the machine slept, or its clock was wrong before.
 */
const confirmMs = 30_000;

/** A wall clock whose steps are checked before they count. */
export interface StepCheckedClock extends Clock {
  /**
   * Notes the time of a document that arrives, ms since the epoch. While a step forward is in doubt, a document whose time
   * is that of the wall clock, within a minute, confirms the step at once: after a machine has slept, the Beats on it
   * date their documents by its wall clock. Otherwise nothing changes.
   *
   * A document never confirms a step back, because documents of an earlier time may arrive at any moment.
   */
  noteDocumentTime(timeMs: number): void;
}

/** The times of both clocks, read together. */
interface Reading {
  readonly wallMs: number;
  readonly monotonicMs: number;
  /** The time that the wall clock would have if nobody had set it since its last accepted reading. */
  readonly expectedMs: number;
}

/**
 * Returns the wall clock without its mistakes. One reading that is hours ahead would date a document and a tick so late
 * that all later ones are too old to count. So a step of more than a minute that the monotonic clock does not have is
 * accepted only once it has lasted half a minute, or a document confirms it. Until then the clock runs on without it.
 * @param report gets a line when a step is in doubt, and when it is accepted
 * @param monotonicMs returns a time that never goes back and that nobody can set
 */
export function stepCheckedClock(
  wall: Clock,
  report: (line: string) => void,
  monotonicMs: () => number = () => performance.now(),
): StepCheckedClock {
  let accepted = { wallMs: wall.nowMs(), monotonicMs: monotonicMs() };
  let doubtedSinceMs: number | undefined;

  const read = (): Reading => {
    const [nowMs, wallMs] = [monotonicMs(), wall.nowMs()];
    const expectedMs = Math.round(accepted.wallMs + nowMs - accepted.monotonicMs);
    return { wallMs, monotonicMs: nowMs, expectedMs };
  };
  const accept = (reading: Reading): void => {
    if (isStep(reading)) report(`warning: the clock has stepped to ${shown(reading.wallMs)}${waitOf(reading)}`);
    doubtedSinceMs = undefined;
    accepted = reading;
  };

  return {
    nowMs() {
      const reading = read();
      if (isStep(reading)) {
        if (doubtedSinceMs === undefined)
          report(
            `warning: the clock steps to ${shown(reading.wallMs)}; it counts once it has stayed there for half a minute`,
          );
        doubtedSinceMs ??= reading.monotonicMs;
        if (reading.monotonicMs - doubtedSinceMs < confirmMs) return reading.expectedMs;
      }
      accept(reading);
      return reading.wallMs;
    },
    random: () => wall.random(),
    noteDocumentTime(timeMs) {
      const reading = read();
      if (isConfirmed(reading, timeMs)) accept(reading);
    },
  };
}

const isStep = ({ wallMs, expectedMs }: Reading): boolean => Math.abs(wallMs - expectedMs) > toleranceMs;

/** Returns whether a document's time confirms a step forward: it must be nearer to the wall clock than to the expected time. */
function isConfirmed({ wallMs, expectedMs }: Reading, timeMs: number): boolean {
  const stepMs = wallMs - expectedMs;
  return stepMs > toleranceMs && Math.abs(timeMs - wallMs) < Math.min(toleranceMs, stepMs / 2);
}

/** Returns the end of the line about a step back. The time of stages never goes back, so that they have to wait. */
const waitOf = ({ wallMs, expectedMs }: Reading): string =>
  wallMs < expectedMs ? `; nothing is judged until it has passed ${shown(expectedMs)} again` : '';

const shown = (timeMs: number): string => new Date(timeMs).toISOString();
