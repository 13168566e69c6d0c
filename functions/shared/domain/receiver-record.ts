import { minuteMs, secondMs } from './durations.ts';

/** What is known of one receiver, over all alerts. */
export interface ReceiverRecord {
  readonly receiver: string;
  /** Failed tries in a row; 0 while it takes what it gets. */
  readonly failures: number;
  /** When the first of them was; absent while there is none. Ms. */
  readonly failingSinceMs?: number;
  /** When the last of them was, and why it failed. */
  readonly lastTryMs?: number;
  readonly reason?: string;
  /** Messages in a row that it refused for good, each as bad in itself; absent where it took the last one. */
  readonly refusals?: number;
  /** When it last came back after it was away; 0 if it never was. Ms. */
  readonly healthySinceMs: number;
  /** Who tries it while it is away. */
  readonly probe?: { readonly owner: string; readonly untilMs: number };
}

export const newReceiver = (receiver: string): ReceiverRecord => ({ receiver, failures: 0, healthySinceMs: 0 });

/**
 * A receiver is away after so many failures in a row. One message that alone is not taken, between others that are,
 * never says so.
 */
export const failuresOfAway = 3;

/** The longest probe; what lies further ahead is of a clock that was set back since. */
const probeMsMax = 16 * minuteMs;

/** How soon to look again while another tries: a try takes a second or two, or its time-out. */
const lookMs = 5 * secondMs;

export const isAway = ({ failures }: ReceiverRecord): boolean => failures >= failuresOfAway;

/** Who wants to send. */
export interface Caller {
  /** A name that no other worker has. */
  readonly owner: string;
  readonly nowMs: number;
}

export interface Probing extends Caller {
  /** How long a try may take. Ms. */
  readonly leaseMs: number;
  /** The longest wait of this message after a try at a moment, ms. */
  readonly gapMsAfter: (tryMs: number) => number;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * Equal jitter: half of a wait to all of it, so that messages that failed together do not come together again.
 * @param random in [0, 1)
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const jittered = (gapMs: number, random: number): number => Math.round(gapMs / 2 + (random * gapMs) / 2);

/** @returns when a message may look again; `undefined` if it may be sent now, as a probe where the receiver is away */
export function waitsUntilMs(record: ReceiverRecord, probing: Probing): number | undefined {
  if (!isAway(record)) return undefined;
  const { owner, nowMs, random } = probing;
  const { probe, lastTryMs = 0 } = record;
  const gapMs = probing.gapMsAfter(lastTryMs);
  const isProbed = probe !== undefined && probe.untilMs > nowMs && probe.untilMs - nowMs <= probeMsMax;
  if (isProbed && probe.owner !== owner) {
    return nowMs + Math.min(lookMs, jittered(gapMs, random));
  }
  // A last try that lies ahead is of a clock that was set back since.
  const isEarly = lastTryMs <= nowMs && lastTryMs + jittered(gapMs, 0) > nowMs;
  return isEarly ? lastTryMs + jittered(gapMs, random) : undefined;
}

/** Lets the owner alone try a receiver that is away. */
export function probed(record: ReceiverRecord, { owner, nowMs, leaseMs }: Probing): ReceiverRecord {
  return { ...record, probe: { owner, untilMs: nowMs + leaseMs } };
}

/** Records a try that failed. */
export function failedAgain(record: ReceiverRecord, { owner, nowMs }: Caller, reason: string): ReceiverRecord {
  const { failures, failingSinceMs = nowMs } = record;
  return { ...withoutProbe(record, owner), failures: failures + 1, failingSinceMs, lastTryMs: nowMs, reason };
}

/** Records that it took a message. */
export function answered(record: ReceiverRecord, { nowMs }: Caller): ReceiverRecord {
  const { receiver, healthySinceMs } = record;
  return { receiver, failures: 0, healthySinceMs: isAway(record) ? nowMs : healthySinceMs };
}

/** Records that it refused a message for good: it is there, but it may be that it refuses all. */
export function refusedOne(record: ReceiverRecord, caller: Caller, reason: string): ReceiverRecord {
  return { ...answered(record, caller), refusals: (record.refusals ?? 0) + 1, reason };
}

/** Ends the owner's probe without a result. */
export function withoutProbe(record: ReceiverRecord, owner: string): ReceiverRecord {
  const { probe, ...others } = record;
  return probe === undefined || probe.owner === owner ? others : record;
}
