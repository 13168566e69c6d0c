/*
 * The times at which heartbeats are due. It imports no CDK, so that the cost model loads none.
 */

/** Seconds between two ticks of normalise: more frequent heartbeats would change nothing. */
const secondsMin = 2;
/** Seconds that are well below the 30 s after which a partition is left behind. */
const secondsMax = 10;

/**
 * Returns the seconds between two heartbeats, from 2 to 10: the window of the pollers, because an earlier heartbeat would
 * wait for the end of the window.
 * @example
 * heartbeatSeconds(5_000); // => 5
 */
export function heartbeatSeconds(windowMs: number): number {
  return Math.min(secondsMax, Math.max(secondsMin, Math.ceil(windowMs / 1_000)));
}

/** The most messages of one call of SQS's SendMessageBatch. */
const entriesMax = 10;

/**
 * Returns the delays, in seconds, of the messages of each schedule. A schedule runs at most once a minute, and a call sends
 * at most ten messages, so heartbeats every two seconds need three schedules. Their messages alternate over the whole
 * minute: while one schedule fails, the others still send heartbeats at regular intervals.
 * @example
 * heartbeatDelays(10); // => [[0, 10, 20, 30, 40, 50]]
 */
export function heartbeatDelays(seconds: number): readonly (readonly number[])[] {
  const delays = Array.from({ length: Math.ceil(60 / seconds) }, (_, nth) => nth * seconds);
  const schedules = Math.ceil(delays.length / entriesMax);
  return Array.from({ length: schedules }, (_, schedule) => delays.filter((_, nth) => nth % schedules === schedule));
}
