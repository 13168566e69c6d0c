import { computed, signal } from '@preact/signals';
import { lostSinceMs, notLiveSinceMs } from './not-live.ts';

const secondMs = 1_000;

const ownMs = signal(Date.now());
/** The distance of the server's clock from that of this machine. Ms. */
const aheadMs = signal(0);

/** The server's time, which moves once a second. Ms. */
export const now = computed(() => ownMs.value + aheadMs.value);

/** The moment since which the server does not answer, in its time, ms; `null` while the page is live. */
export const notLiveSince = computed(() =>
  notLiveSinceMs({ lostSinceMs: lostSinceMs.value, nowMs: now.value, aheadMs: aheadMs.value }),
);

/** Learns the server's time from an answer. Differences under two seconds are those of the way. */
export function learnTime(serverMs: number): void {
  const distanceMs = serverMs - Date.now();
  if (Math.abs(distanceMs - aheadMs.peek()) > 2 * secondMs) aheadMs.value = distanceMs;
}

/** Begins to move the time, while the page is seen. */
export function beginClock(): void {
  setInterval(() => {
    if (!document.hidden) ownMs.value = Date.now();
  }, secondMs);
  document.addEventListener('visibilitychange', () => {
    ownMs.value = Date.now();
  });
}
