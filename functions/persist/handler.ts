import { type KafkaHandler, kafkaHandler } from '../shared/handler/kafka-handler.ts';
import type { Ports } from '../shared/ports/index.ts';
import { readEach } from '../shared/runner/read-each.ts';
import { type Rejection, rejectRecords } from '../shared/runner/reject-records.ts';
import { olderThanKept, toWrite } from './to-write.ts';

export type PersistPorts = Pick<Ports, 'warehouse' | 'eventLog' | 'telemetry' | 'layout'>;

/** The reason under which documents are counted that were written without the metrics that the catalogue does not contain. */
export const beyondFieldLimit = 'metrics beyond the field limit';

/**
 * Returns the handler that writes samples, minutes, anomalies, alerts and silences to the warehouse.
 *
 * It keeps no state: ids and versions are made of content, so a batch that is retried changes nothing. While the warehouse
 * is unavailable the batch is retried, and no other stage waits for it. A record that cannot become a document
 * becomes a dead letter. A live sample that is older than samples are kept is left out, and counted; so are the metrics
 * without a place in an index that has as many fields as it may have.
 */
export function createPersist(ports: PersistPorts): KafkaHandler {
  return kafkaHandler('persist', ports.telemetry, async ({ records }) => {
    const { read, refusals } = readEach(records, toWrite);
    const kept = read.flatMap(({ record, value }) => (typeof value === 'object' ? [{ record, write: value }] : []));
    const leftOut = read.filter(({ value }) => value === olderThanKept).length;

    const refused = await ports.warehouse.write(kept.map(({ write }) => write));
    const whole = refused.filter(({ leftOut }) => leftOut === undefined);
    const byWarehouse = whole.map(
      ({ index, reason }): Rejection => ({
        record: kept[index]!.record,
        reason: 'refused by the warehouse',
        detail: reason,
      }),
    );
    ports.telemetry.count('documents_written', kept.length - whole.length);
    const reduced = refused.length - whole.length;
    if (reduced > 0) ports.telemetry.count('ignored', reduced, { stage: 'persist', reason: beyondFieldLimit });
    if (leftOut > 0) ports.telemetry.count('ignored', leftOut, { stage: 'persist', reason: olderThanKept });
    await rejectRecords('persist', [...refusals, ...byWarehouse], { ...ports, deadLetters: ports.eventLog });
  });
}
