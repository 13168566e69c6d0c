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
  /** How many messages wait for a receiver, those that were tried just now included. */
  readonly waiting: (receiver: string) => Promise<number>;
  /** The command that sends again what was given up. */
  readonly redrive: string;
}

interface Known {
  /** In a row. */
  failures: number;
  /** Whether a line said that it does not take messages. */
  isSaid: boolean;
  lastLineMs: number;
}

/** A receiver that fails and recovers all the time is said to fail once it failed so often in a row. */
const failuresOfFlapping = 3;
const quietMs = minuteMs;

/**
 * What a terminal says of receivers: a line when one stops taking messages, one when it takes them again, none for the
 * tries in between, and one with the remedy for every message that is given up.
 */
export class ReceiverLines {
  readonly #options: ReceiverLinesOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: ReceiverLinesOptions) {
    this.#options = options;
  }

  /** Says what an attempt changes. */
  async note(attempt: Attempt): Promise<void> {
    const { receiver, outcome } = attempt;
    const known = this.#known.get(receiver) ?? { failures: 0, isSaid: false, lastLineMs: Number.NEGATIVE_INFINITY };
    this.#known.set(receiver, known);
    if (outcome === 'given up') this.#options.print(givenUpLine(attempt, this.#options.redrive));
    else if (outcome === 'failed') await this.#noteFailure(attempt, known);
    else await this.#noteDelivery(receiver, known);
  }

  async #noteFailure(attempt: Attempt, known: Known): Promise<void> {
    known.failures += 1;
    const nowMs = this.#options.clock.nowMs();
    const isQuiet = nowMs - known.lastLineMs >= quietMs || known.failures >= failuresOfFlapping;
    if (known.isSaid || !isQuiet) return;
    Object.assign(known, { isSaid: true, lastLineMs: nowMs });
    this.#options.print(failureLine(attempt, await this.#options.waiting(attempt.receiver), nowMs));
  }

  async #noteDelivery(receiver: string, known: Known): Promise<void> {
    const wasSaid = known.isSaid;
    Object.assign(known, { failures: 0, isSaid: false });
    if (!wasSaid) return;
    known.lastLineMs = this.#options.clock.nowMs();
    const waited = (await this.#options.waiting(receiver)) + 1;
    this.#options.print(`${receiver} takes messages again; ${waited} waited for it`);
  }
}

interface Run {
  readonly deliveries: Pick<Deliveries, 'unsettled'>;
  /** The command that sends again what was given up. Default: the one for the default store and settings. */
  readonly redrive: string | undefined;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly print: (line: string) => void;
}

/** The lines of a run: what waits is what its deliveries print. */
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

/** The queue of attempts, each of which is noted too. Lines never fail an attempt. */
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
    `once ${receiver} is mended, stop this and run "${redrive}" to send it again`
  );
}

/** ` (server error 500)`; a reason that holds its status is not given it twice. */
function whyOf({ reason, status }: Attempt): string {
  const given = [reason, reason?.includes(String(status)) ? undefined : status].filter((part) => part !== undefined);
  return given.length === 0 ? '' : ` (${given.join(' ')})`;
}
