import { minuteMs, secondMs } from './durations.ts';

/** The state of one receiver, over all alerts. */
export interface ReceiverRecord {
  readonly receiver: string;
  /** The number of failed attempts in a row; 0 while it accepts its messages. */
  readonly failures: number;
  /** The time of the first failure in that row; absent while there is none. Ms. */
  readonly failingSinceMs?: number;
  /** The time of the last failure. Ms. */
  readonly lastTryMs?: number;
  /** The reason of the last failure or refusal. */
  readonly reason?: string;
  /** The number of messages in a row that it refused for good; absent if it accepted the last one. */
  readonly refusals?: number;
  /** The time at which it was last back after being away; 0 if it never was. Ms. */
  readonly healthySinceMs: number;
  /** The worker that tries it while it is away, and the end of that worker's time. */
  readonly probe?: { readonly owner: string; readonly untilMs: number };
}

export const newReceiver = (receiver: string): ReceiverRecord => ({ receiver, failures: 0, healthySinceMs: 0 });

/**
 * The number of failures in a row after which a receiver is away. A single message that fails again and again does not make it
 * away while others are accepted in between.
 */
export const failuresOfAway = 3;

/** The longest probe. An end further ahead comes from a clock that was set back since. */
const probeMsMax = 16 * minuteMs;

/** The time until a message looks again while another one probes. A probe takes a second or two, or its time-out. */
const lookMs = 5 * secondMs;

export const isAway = ({ failures }: ReceiverRecord): boolean => failures >= failuresOfAway;

/** The worker that sends. */
export interface Caller {
  /** A name that no other worker has. */
  readonly owner: string;
  readonly nowMs: number;
}

/** A worker's request to send, and what decides how long its message waits if the receiver is away. */
export interface Probing extends Caller {
  /** The longest time that an attempt may take. Ms. */
  readonly leaseMs: number;
  /** Returns the longest wait of this message after an attempt at a moment, ms. */
  readonly gapMsAfter: (tryMs: number) => number;
  /** A random number in [0, 1). */
  readonly random: number;
}

/**
 * Returns a random time from half of a wait to all of it (equal jitter), so that messages that failed together do not come
 * together again.
 * @param random in [0, 1)
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const jittered = (gapMs: number, random: number): number => Math.round(gapMs / 2 + (random * gapMs) / 2);

/** Returns when a message may look again; `undefined` if it may be sent now, as a probe if the receiver is away. */
export function waitsUntilMs(record: ReceiverRecord, probing: Probing): number | undefined {
  if (!isAway(record)) return undefined;
  const { owner, nowMs, random } = probing;
  const { probe, lastTryMs = 0 } = record;
  const gapMs = probing.gapMsAfter(lastTryMs);
  const isProbed = probe !== undefined && probe.untilMs > nowMs && probe.untilMs - nowMs <= probeMsMax;
  if (isProbed && probe.owner !== owner) {
    return nowMs + Math.min(lookMs, jittered(gapMs, random));
  }
  // A last attempt in the future comes from a clock that was set back since.
  const isEarly = lastTryMs <= nowMs && lastTryMs + jittered(gapMs, 0) > nowMs;
  return isEarly ? lastTryMs + jittered(gapMs, random) : undefined;
}

/** Records that the owner alone may try a receiver that is away. */
export function probed(record: ReceiverRecord, { owner, nowMs, leaseMs }: Probing): ReceiverRecord {
  return { ...record, probe: { owner, untilMs: nowMs + leaseMs } };
}

/** Records a failed attempt. */
export function failedAgain(record: ReceiverRecord, { owner, nowMs }: Caller, reason: string): ReceiverRecord {
  const { failures, failingSinceMs = nowMs } = record;
  return { ...withoutProbe(record, owner), failures: failures + 1, failingSinceMs, lastTryMs: nowMs, reason };
}

/** Records that the receiver accepted a message. */
export function answered(record: ReceiverRecord, { nowMs }: Caller): ReceiverRecord {
  const { receiver, healthySinceMs } = record;
  return { receiver, failures: 0, healthySinceMs: isAway(record) ? nowMs : healthySinceMs };
}

/** Records that the receiver refused a message for good. It is not away, but it may refuse every message. */
export function refusedOne(record: ReceiverRecord, caller: Caller, reason: string): ReceiverRecord {
  return { ...answered(record, caller), refusals: (record.refusals ?? 0) + 1, reason };
}

/** Ends the owner's probe without a result. */
export function withoutProbe(record: ReceiverRecord, owner: string): ReceiverRecord {
  const { probe, ...others } = record;
  return probe === undefined || probe.owner === owner ? others : record;
}
