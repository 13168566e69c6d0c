import type { DeliveryItem } from '../shared/domain/delivery.ts';
import { hourMs, minuteMs } from '../shared/domain/durations.ts';
import { topics } from '../shared/log/topics.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Deliveries } from '../shared/ports/deliveries.ts';
import type { RecordCounts } from '../shared/ports/event-log.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { UnsettledDeliveries } from './own-status.ts';

/** Returns the number of dead letters of the last hour. @throws {UnavailableError} if the log does not answer */
export async function deadLettersOfHour(
  counts: RecordCounts,
  { layout, clock }: Pick<Ports, 'layout' | 'clock'>,
): Promise<number> {
  const sinceMs = clock.nowMs() - hourMs;
  const partitions = Array.from({ length: layout.partitions[topics.deadLetters] }, (_, partition) => partition);
  const each = await Promise.all(
    partitions.map((partition) => counts.countSince(topics.deadLetters, partition, sinceMs)),
  );
  return each.reduce((sum, count) => sum + count, 0);
}

/** The most items of the table of deliveries that are read. More would not change the status. */
const unsettledMax = 10_000;

/** The time for which the answer that nothing waits is believed, ms: DynamoDB reads the whole table for it, and bills that. */
const believedMs = 5 * minuteMs;

/** Reads the deliveries that are not settled. It keeps what it read last. */
export class UnsettledReader {
  readonly #deliveries: Pick<Deliveries, 'unsettled'>;
  readonly #clock: Pick<Clock, 'nowMs'>;
  #last: { readonly readMs: number; readonly found: UnsettledDeliveries } | undefined;

  constructor(deliveries: Pick<Deliveries, 'unsettled'>, clock: Pick<Clock, 'nowMs'>) {
    this.#deliveries = deliveries;
    this.#clock = clock;
  }

  /** Returns them as they are or, while none waits, as they were at most five minutes ago. @throws {UnavailableError} if the table does not answer */
  async read(): Promise<UnsettledDeliveries> {
    const nowMs = this.#clock.nowMs();
    const last = this.#last;
    if (last !== undefined && last.found.waiting === 0 && nowMs - last.readMs < believedMs) return last.found;
    const found = summaryOf(await this.#deliveries.unsettled(unsettledMax));
    this.#last = { readMs: nowMs, found };
    return found;
  }
}

function summaryOf(items: readonly DeliveryItem[]): UnsettledDeliveries {
  const waiting = items.flatMap((item) => item.waiting);
  return {
    waiting: waiting.length,
    ...(waiting.length === 0
      ? {}
      : { oldestMs: waiting.reduce((least, { sinceMs }) => Math.min(least, sinceMs), Infinity) }),
    givenUp: items.reduce((sum, { givenUp }) => sum + givenUp.length, 0),
  };
}
