import { setTimeout } from 'node:timers/promises';
import { findErrorBy } from '@platformatic/kafka';
import { UnavailableError } from '../../domain/errors.ts';
import { type Backoff, backoffMs } from '../../time/backoff.ts';
import { deepestMessage } from './errors.ts';

/**
 * The waits between tries to connect. A kafka.t3.small accepts four new IAM connections a second, which AWS does not
 * raise; AWS recommends to wait for a second before the next try. The jitter spreads environments that start together.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/limits.html
 */
export const connectBackoff: Backoff = { firstMs: 1_000, maxMs: 4_000, jitter: 1 };

/** The clock, the random numbers and the waits, which tests replace. */
export interface ConnectTiming {
  /** Returns milliseconds that only grow. */
  now(): number;
  /** Returns a number in [0, 1). */
  random(): number;
  wait(ms: number): Promise<void>;
}

const realTiming: ConnectTiming = {
  now: () => performance.now(),
  random: Math.random,
  wait: (ms) => setTimeout(ms),
};

/**
 * Connects, and tries again while brokers turn the connection away. Every other failure ends it at once: a broker that
 * is down refuses or does not answer, and another try would only delay the report.
 * @param connect  may be repeated: it must not produce
 * @param endsAtMs the time of `timing.now()` after which no try begins
 * @throws {UnavailableError} naming the page of the runbook, if brokers turned away every try
 * @throws any other error of `connect`
 */
export async function untilConnected<T>(
  connect: () => Promise<T>,
  endsAtMs: number,
  timing: ConnectTiming = realTiming,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await connect();
    } catch (error) {
      if (!isTurnedAway(error)) throw error;
      const waitMs = backoffMs(failures, timing.random(), connectBackoff);
      if (timing.now() + waitMs >= endsAtMs) throw new UnavailableError(messageOf(failures, error), { cause: error });
      await timing.wait(waitMs);
    }
  }
}

const messageOf = (tries: number, error: unknown): string =>
  `Kafka: the brokers turned away ${tries} tries to connect (${deepestMessage(error)}): docs/runbook.md, "Refused connections"`;

/**
 * Returns whether a broker accepted a connection and then ended it: by a reset, by a close, or, as MSK does above its
 * rate, by a failed log-in with the message "Too many connects".
 * @see https://github.com/aws/aws-msk-iam-auth/issues/28
 */
export function isTurnedAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) return true;
  if ('serverErrorMessage' in error && /too many connects/i.test(String(error.serverErrorMessage))) return true;
  const isClosed = error.cause === undefined && findErrorBy(error, 'code', 'PLT_KFK_NETWORK') === error;
  if (isClosed && error.message.startsWith('Connection closed')) return true;
  if (error instanceof AggregateError && error.errors.some(isTurnedAway)) return true;
  return isTurnedAway(error.cause);
}
