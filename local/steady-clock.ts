import type { Clock } from '../functions/shared/ports/clock.ts';

/** Clocks are set right by this much at once, and nobody is the worse for it. */
const toleranceMs = 60_000;
/** A larger step is believed once it has lasted so long: a machine that slept, or whose clock was really wrong. */
const confirmMs = 30_000;

/**
 * The wall clock without its slips. One reading that is hours ahead would date a document, and a tick, so late that all
 * that follow are too old to count; so a step of more than a minute that the monotonic clock does not know of is not
 * believed until it has lasted half a minute.
 * @param monotonicMs never goes back, and is set by nobody
 * @param report gets a line when a step is doubted, and when one is believed
 */
export function steadyClock(
  wall: Clock,
  report: (line: string) => void,
  monotonicMs: () => number = () => performance.now(),
): Clock {
  let believed = { wallMs: wall.nowMs(), atMs: monotonicMs() };
  let doubtedSinceMs: number | undefined;
  const nowMs = (): number => {
    const [atMs, wallMs] = [monotonicMs(), wall.nowMs()];
    const expectedMs = Math.round(believed.wallMs + atMs - believed.atMs);
    if (Math.abs(wallMs - expectedMs) > toleranceMs) {
      if (doubtedSinceMs === undefined)
        report(`warning: the clock steps to ${shown(wallMs)}; waiting whether it stays`);
      doubtedSinceMs ??= atMs;
      if (atMs - doubtedSinceMs < confirmMs) return expectedMs;
      report(`warning: the clock has stepped to ${shown(wallMs)}${wallMs < expectedMs ? backward(expectedMs) : ''}`);
    }
    doubtedSinceMs = undefined;
    believed = { wallMs, atMs };
    return wallMs;
  };
  return { nowMs, random: () => wall.random() };
}

/** Stage time never goes back, so that it has to wait. */
const backward = (untilMs: number): string => `; nothing is judged until it has passed ${shown(untilMs)} again`;

const shown = (timeMs: number): string => new Date(timeMs).toISOString();
