import { type KafkaHandler, kafkaHandler } from '../shared/handler/kafka-handler.ts';
import type { Ports } from '../shared/ports/index.ts';
import { readEach } from '../shared/runner/read-each.ts';
import { type Rejection, rejectRecords } from '../shared/runner/reject-records.ts';
import { CollisionLetters, collision } from './collision-letters.ts';
import { inventoryWrites } from './inventory/inventory-writes.ts';
import { olderThanKept, toWrite } from './to-write.ts';

export type PersistPorts = Pick<Ports, 'warehouse' | 'eventLog' | 'telemetry' | 'layout'>;

/** The reason under which documents are counted that were written without the metrics that the catalogue does not contain. */
export const beyondFieldLimit = 'metrics beyond the field limit';

/**
 * Returns the handler that writes samples, minutes, anomalies, alerts and silences to the warehouse, and what samples say of
 * components to the inventory.
 *
 * It keeps no state but the hours of its reports: ids and versions are made of content, so a batch that is retried changes
 * nothing. While the warehouse is unavailable the batch is retried, and no other stage waits for it. A record that cannot
 * become a document becomes a dead letter.
 *
 * Left out and counted are a live sample that is older than samples are kept, the metrics without a place in an index that
 * has as many fields as it may have, and a document whose id another one has. Of the last, one an hour and dataset also
 * becomes a dead letter.
 */
export function createPersist(ports: PersistPorts): KafkaHandler {
  const collisionLetters = new CollisionLetters();
  return kafkaHandler('persist', ports.telemetry, async ({ records }) => {
    const { read, refusals } = readEach(records, toWrite);
    const made = read.flatMap(({ record, value }) => (typeof value === 'object' ? [{ record, write: value }] : []));
    const kept = [...made, ...(await inventoryWrites(made, ports.warehouse))];

    const refused = await ports.warehouse.write(kept.map(({ write }) => write));
    const collisions = refused.filter(({ isCollision }) => isCollision);
    const letters = collisionLetters.due(collisions, kept);
    const whole = refused.filter(({ isCollision, leftOut: part }) => !isCollision && part === undefined);
    const byWarehouse = whole.map(
      ({ index, reason }): Rejection => ({
        record: kept[index]!.record,
        reason: 'refused by the warehouse',
        detail: reason,
      }),
    );
    ports.telemetry.count('documents_written', kept.length - whole.length - collisions.length);
    const ignored = {
      [olderThanKept]: read.filter(({ value }) => value === olderThanKept).length,
      [beyondFieldLimit]: refused.length - whole.length - collisions.length,
      [collision]: collisions.length,
    };
    for (const [reason, count] of Object.entries(ignored)) {
      if (count > 0) ports.telemetry.count('ignored', count, { stage: 'persist', reason });
    }
    await rejectRecords('persist', [...refusals, ...byWarehouse, ...letters], {
      ...ports,
      deadLetters: ports.eventLog,
    });
    collisionLetters.sent(collisions, kept);
  });
}
