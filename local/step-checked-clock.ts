import type { Clock } from '../functions/shared/ports/clock.ts';

/** Clocks are set right by this much at once, and nobody is the worse for it. */
const toleranceMs = 60_000;
/** A larger step is believed once it has lasted so long: a machine that slept, or whose clock was really wrong. */
const confirmMs = 30_000;

export interface StepCheckedClock extends Clock {
  /**
   * Takes the time of a document that comes in, ms since the epoch. While a step forward is in doubt, a document that is
   * dated by the same time as the wall clock, within a minute, confirms the step at once: after a machine has slept, the
   * Beats on it date their documents by its wall clock. Otherwise nothing changes.
   *
   * A step back is not confirmed: documents of an earlier time may come in at any moment, and none is refused for it.
   */
  noteDocumentTime(timeMs: number): void;
}

/** The two clocks, read together. */
interface Reading {
  readonly wallMs: number;
  readonly monotonicMs: number;
  /** What the wall clock would read, had nobody set it since it was believed last. */
  readonly expectedMs: number;
}

/**
 * The wall clock without its slips. One reading that is hours ahead would date a document, and a tick, so late that all
 * that follow are too old to count; so a step of more than a minute that the monotonic clock does not know of is not
 * believed until it has lasted half a minute, or a document confirms it.
 * @param monotonicMs never goes back, and is set by nobody
 * @param report gets a line when a step is doubted, and when one is believed
 */
export function stepCheckedClock(
  wall: Clock,
  report: (line: string) => void,
  monotonicMs: () => number = () => performance.now(),
): StepCheckedClock {
  let believed = { wallMs: wall.nowMs(), monotonicMs: monotonicMs() };
  let doubtedSinceMs: number | undefined;

  const read = (): Reading => {
    const [nowMs, wallMs] = [monotonicMs(), wall.nowMs()];
    const expectedMs = Math.round(believed.wallMs + nowMs - believed.monotonicMs);
    return { wallMs, monotonicMs: nowMs, expectedMs };
  };
  const believe = (reading: Reading): void => {
    if (isStep(reading)) report(`warning: the clock has stepped to ${shown(reading.wallMs)}${waitOf(reading)}`);
    doubtedSinceMs = undefined;
    believed = reading;
  };

  return {
    nowMs() {
      const reading = read();
      if (isStep(reading)) {
        if (doubtedSinceMs === undefined)
          report(`warning: the clock steps to ${shown(reading.wallMs)}; waiting whether it stays`);
        doubtedSinceMs ??= reading.monotonicMs;
        if (reading.monotonicMs - doubtedSinceMs < confirmMs) return reading.expectedMs;
      }
      believe(reading);
      return reading.wallMs;
    },
    random: () => wall.random(),
    noteDocumentTime(timeMs) {
      const reading = read();
      if (isConfirmed(reading, timeMs)) believe(reading);
    },
  };
}

const isStep = ({ wallMs, expectedMs }: Reading): boolean => Math.abs(wallMs - expectedMs) > toleranceMs;

/** A document that was dated by the expected time agrees with no step, however small. */
function isConfirmed({ wallMs, expectedMs }: Reading, timeMs: number): boolean {
  const stepMs = wallMs - expectedMs;
  return stepMs > toleranceMs && Math.abs(timeMs - wallMs) < Math.min(toleranceMs, stepMs / 2);
}

/** Stage time never goes back, so that it has to wait. */
const waitOf = ({ wallMs, expectedMs }: Reading): string =>
  wallMs < expectedMs ? `; nothing is judged until it has passed ${shown(expectedMs)} again` : '';

const shown = (timeMs: number): string => new Date(timeMs).toISOString();
