import { hourMs } from '../shared/domain/durations.ts';
import { topics } from '../shared/log/topics.ts';
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

/** Returns the deliveries that wait or were given up. @throws {UnavailableError} if the table does not answer */
export async function unsettledDeliveries(deliveries: Pick<Deliveries, 'unsettled'>): Promise<UnsettledDeliveries> {
  const items = await deliveries.unsettled(unsettledMax);
  const waiting = items.flatMap((item) => item.waiting);
  const [oldestMs] = waiting.map(({ sinceMs }) => sinceMs).sort((a, b) => a - b);
  return {
    waiting: waiting.length,
    ...(oldestMs === undefined ? {} : { oldestMs }),
    givenUp: items.reduce((sum, { givenUp }) => sum + givenUp.length, 0),
  };
}
