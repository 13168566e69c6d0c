/*
 * When heartbeats are due, and what they are made with. No CDK here, so that the arithmetic of costs loads none.
 */

/** Ticks are made every two seconds, so more heartbeats than that move nothing. */
const secondsMin = 2;
/** Well below the 30 s after which a partition is left behind. */
const secondsMax = 10;

/**
 * Seconds between two heartbeats: as long as pollers gather, because an earlier one would wait for the window anyway,
 * and from 2 to 10.
 */
export function heartbeatSeconds(windowMs: number): number {
  return Math.min(secondsMax, Math.max(secondsMin, Math.ceil(windowMs / 1_000)));
}

/** Of one call of SQS's SendMessageBatch. */
const entriesMax = 10;

/**
 * The seconds by which the messages of each schedule are delayed. A schedule runs once a minute, the shortest rate there
 * is, and a call takes ten messages; so heartbeats every two seconds are three schedules. They take turns: each covers
 * the whole minute, and while one of them is missing there is still a heartbeat every other time.
 */
export function heartbeatDelays(seconds: number): readonly (readonly number[])[] {
  const delays = Array.from({ length: Math.ceil(60 / seconds) }, (_, nth) => nth * seconds);
  const schedules = Math.ceil(delays.length / entriesMax);
  return Array.from({ length: schedules }, (_, schedule) => delays.filter((_, nth) => nth % schedules === schedule));
}
