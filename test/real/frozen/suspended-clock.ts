/*
 * A monotonic clock that stands still while the process is stopped, as that of a suspended machine does: the timers of the
 * process are then late by the time of the stop, and `performance.now()` is behind the wall clock. Linux lets no process
 * stop its own monotonic clock, so timers of a second and more, and `performance.now()`, are replaced.
 */

const beatMs = 20;
/** The time without a beat, in ms, that counts as a stop. */
const stopMsMin = 500;

const realNow = performance.now.bind(performance);
const realSetTimeout = globalThis.setTimeout;
let stoppedMs = 0;
let lastBeatMs = realNow();

/** Stops the clock of this process from now on whenever the process is stopped. */
export function suspendClockWithProcess(): void {
  // Its timer is due before every replaced one, so that a stop is known before they fire.
  setInterval(beat, beatMs);
  Object.defineProperty(performance, 'now', { value: () => realNow() - stoppedMs });
  const lateTimeout = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const before = stoppedMs;
    const fire = () => {
      const lateMs = stoppedMs - before;
      if (lateMs > 0) realSetTimeout(callback, lateMs, ...args);
      else callback(...args);
    };
    return ms < 1_000 ? realSetTimeout(callback, ms, ...args) : realSetTimeout(fire, ms);
  };
  globalThis.setTimeout = Object.assign(lateTimeout, realSetTimeout) as typeof realSetTimeout;
}

function beat(): void {
  const nowMs = realNow();
  const missedMs = nowMs - lastBeatMs - beatMs;
  if (missedMs > stopMsMin) stoppedMs += missedMs;
  lastBeatMs = nowMs;
}
