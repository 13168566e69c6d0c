import { unsettledMax } from '../../functions/api/receivers.ts';
import type { Attempt } from '../../functions/shared/domain/attempt.ts';
import { minuteMs, secondMs } from '../../functions/shared/domain/durations.ts';
import type { AttemptQueue } from '../../functions/shared/ports/attempt-queue.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { Deliveries } from '../../functions/shared/ports/deliveries.ts';

export interface ReceiverLinesOptions {
  /** Gets one line, without a time. */
  readonly print: (line: string) => void;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Returns the number of messages that wait for a receiver, with those that were tried just now. */
  readonly waiting: (receiver: string) => Promise<number>;
  /** The command that sends the messages again that were given up. */
  readonly redrive: string;
}

interface Known {
  /** Failures since the last delivery. */
  failures: number;
  /** Indicates whether a line reported that the receiver does not accept messages. */
  isReported: boolean;
  lastLineMs: number;
}

/** The number of failures in a row after which a line reports a receiver again that has just recovered. */
const failuresOfFlapping = 3;
const quietMs = minuteMs;

/**
 * Prints lines about receivers: a line when a receiver stops accepting messages, a line when it accepts them again, none
 * for the attempts in between, and a line with the remedy for every message that is given up.
 */
export class ReceiverLines {
  readonly #options: ReceiverLinesOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: ReceiverLinesOptions) {
    this.#options = options;
  }

  /** Prints a line if an attempt changes the state of its receiver. */
  async note(attempt: Attempt): Promise<void> {
    const { receiver, outcome } = attempt;
    const known = this.#known.get(receiver) ?? { failures: 0, isReported: false, lastLineMs: Number.NEGATIVE_INFINITY };
    this.#known.set(receiver, known);
    if (outcome === 'given up') this.#options.print(givenUpLine(attempt, this.#options.redrive));
    else if (outcome === 'failed') await this.#noteFailure(attempt, known);
    else await this.#noteDelivery(receiver, known);
  }

  async #noteFailure(attempt: Attempt, known: Known): Promise<void> {
    known.failures += 1;
    const nowMs = this.#options.clock.nowMs();
    const isQuiet = nowMs - known.lastLineMs >= quietMs || known.failures >= failuresOfFlapping;
    if (known.isReported || !isQuiet) return;
    Object.assign(known, { isReported: true, lastLineMs: nowMs });
    this.#options.print(failureLine(attempt, await this.#options.waiting(attempt.receiver), nowMs));
  }

  async #noteDelivery(receiver: string, known: Known): Promise<void> {
    const wasReported = known.isReported;
    Object.assign(known, { failures: 0, isReported: false });
    if (!wasReported) return;
    known.lastLineMs = this.#options.clock.nowMs();
    const waited = (await this.#options.waiting(receiver)) + 1;
    this.#options.print(`${receiver} takes messages again; ${waited} waited for it`);
  }
}

interface Run {
  readonly deliveries: Pick<Deliveries, 'unsettled'>;
  /** The command that sends the messages again that were given up. `undefined`: the one for the default store. */
  readonly redrive: string | undefined;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly print: (line: string) => void;
}

/** Returns the lines of a run, which counts the waiting messages by its deliveries. */
export function receiverLines({
  deliveries,
  redrive = 'npx offbeat redrive --stage notify',
  clock,
  print,
}: Run): ReceiverLines {
  return new ReceiverLines({
    print: print,
    clock,
    redrive,
    async waiting(receiver) {
      const own = (await deliveries.unsettled(unsettledMax)).filter((item) => item.receiver === receiver);
      return own.reduce((sum, item) => sum + item.waiting.length, 0);
    },
  });
}

/** Returns the queue of attempts that also notes each attempt for the lines. A line that fails fails no attempt. */
export function withReceiverLines(attempts: AttemptQueue, lines: Pick<ReceiverLines, 'note'>): AttemptQueue {
  return {
    async send(attempt) {
      const noted = lines.note(attempt).catch(() => {});
      try {
        return await attempts.send(attempt);
      } finally {
        await noted;
      }
    },
  };
}

function failureLine(attempt: Attempt, waiting: number, nowMs: number): string {
  const { receiver, alertId, nextTryMs } = attempt;
  const again =
    nextTryMs === undefined ? '' : `; tried again in ${Math.max(1, Math.round((nextTryMs - nowMs) / secondMs))} s`;
  const others = waiting > 1 ? `, ${waiting} messages wait for it` : '';
  return `warning: ${receiver} did not take alert ${alertId}${whyOf(attempt)}${again}${others}`;
}

function givenUpLine(attempt: Attempt, redrive: string): string {
  const { receiver, alertId, revision } = attempt;
  return (
    `error: alert ${alertId}, revision ${revision}, was given up for ${receiver}${whyOf(attempt)}: ` +
    `once ${receiver} is repaired, stop this process and run "${redrive}" to send it again`
  );
}

/** Returns the reason in brackets, as in ` (server error 500)`. A reason that contains its status does not get it twice. */
function whyOf({ reason, status }: Attempt): string {
  const given = [reason, reason?.includes(String(status)) ? undefined : status].filter((part) => part !== undefined);
  return given.length === 0 ? '' : ` (${given.join(' ')})`;
}
