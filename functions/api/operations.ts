import type { Alert } from '../shared/domain/alert.ts';
import type { Receiver } from '../shared/domain/receivers/registry.ts';
import { Problem } from './problem.ts';

/** The result of a message that was sent to try a receiver. */
export interface TestResult {
  readonly ok: boolean;
  /** The HTTP status of its answer; absent without one. */
  readonly status?: number;
  /** The outcome in words: `accepted`, or the reason. */
  readonly answer: string;
}

/** The dead letters that have one reason, stage and topic. */
export interface LetterGroup {
  readonly reason: string;
  readonly stage: string;
  /** The topic of the records that were refused. */
  readonly topic: string;
  readonly count: number;
  /** The number of them in each of the last 24 hours, the oldest first. */
  readonly perHour: readonly number[];
  readonly firstMs: number;
  readonly lastMs: number;
  /** The newest of them. */
  readonly example: { readonly position: string; readonly text: string; readonly detail: string };
  /** Indicates whether the newest can be sent back: it is complete. */
  readonly canRedrive: boolean;
}

/** The dead letters that were not sent back so far. */
export interface LettersRead {
  readonly groups: readonly LetterGroup[];
  /** A sentence about what was not read; absent if everything was. */
  readonly note?: string;
}

/** The dead letters that a person chose to send back. */
export interface ChosenLetters {
  readonly reason: string;
  readonly stage: string;
}

/**
 * The work of an operator that only a process can do which reads the log and the queues, and has the secrets of the receivers:
 * the embedded run. A deployment has the command line for it.
 *
 * Each method throws {@link UnavailableError} where a later try may succeed.
 */
export interface Operations {
  /** Sends an alert to one receiver, once. Nothing of it is recorded. */
  testReceiver(receiver: Receiver, alert: Alert): Promise<TestResult>;
  /**
   * Sends the messages again that were given up for a receiver.
   * @param alertIds only those about these alerts; `undefined` for all
   * @returns the number of messages
   */
  redriveMessages(receiver: string, alertIds: readonly string[] | undefined): Promise<number>;
  /** Returns the dead letters that were not sent back. @param nowMs the clock, from which the 24 hours count back */
  deadLetters(nowMs: number): Promise<LettersRead>;
  /**
   * Sends dead letters back to their topics, each at most once.
   * @returns their number
   * @throws {Problem} 409 if another redrive is in progress
   */
  redriveLetters(chosen: ChosenLetters): Promise<number>;
  /** Returns whether a secret can be read. @param reference `env:NAME`, `file:PATH`, … */
  isSecretSet(reference: string): Promise<boolean>;
}

/**
 * Returns the operations of this deployment.
 * @param what   the subject of the sentence, such as `dead letters`
 * @param remedy the command to use instead
 * @throws {Problem} 501 where the function cannot do them
 */
export function operationsOf(
  { operations }: { readonly operations?: Operations | undefined },
  what: string,
  remedy: string,
): Operations {
  if (operations !== undefined) return operations;
  throw new Problem(
    501,
    `${what}: this function reads no queue and no log, and has no secrets of receivers; use ${remedy} (docs/cli.md)`,
  );
}
