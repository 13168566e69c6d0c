import { setImmediate } from 'node:timers/promises';

/*
 * An environment of Lambda is frozen between invocations. Meanwhile brokers close connections and log-ins end, and the
 * monotonic clock, by which Node's timers run, may stand still: https://github.com/hashicorp/vault-lambda-extension/pull/150
 */

/** A moment by the monotonic clock, which a freeze may stop, and by the wall clock, in ms. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** Returns the present moment. */
export const momentNow = (): Moment => ({ monotonicMs: performance.now(), wallMs: Date.now() });

/** Returns the ms from one moment to another, by the clock that shows more. */
export const elapsedMs = (from: Moment, to: Moment): number =>
  Math.max(to.monotonicMs - from.monotonicMs, to.wallMs - from.wallMs);

/** Returns the ms by which timers that were set at `from` are late at `to`. It is below 0 if the wall clock was set back. */
export const lateMs = (from: Moment, to: Moment): number =>
  to.wallMs - from.wallMs - (to.monotonicMs - from.monotonicMs);

/** The turns of the event loop in which Node takes notice of a TLS connection that the other side closed, or more. */
const noticeTurns = 10;

/**
 * Lets Node take notice of connections that were closed during a freeze. Their sockets are read in the same turn as the
 * invocation, which else would use one that is closed.
 */
export async function noticeClosed(): Promise<void> {
  for (let turn = 0; turn < noticeTurns; turn += 1) await setImmediate();
}
