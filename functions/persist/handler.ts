import { type KafkaHandler, kafkaHandler } from '../shared/handler/kafka-handler.ts';
import { readEach } from '../shared/log/read-each.ts';
import { type Rejection, rejectRecords } from '../shared/log/reject-records.ts';
import type { Ports } from '../shared/ports/index.ts';
import { toWrite } from './to-write.ts';

export type PersistPorts = Pick<Ports, 'warehouse' | 'eventLog' | 'telemetry' | 'layout'>;

/**
 * Samples, minutes, anomalies, alerts and silences → the warehouse. Stateless: ids and versions are made of content, so that a
 * batch that comes again changes nothing. While the warehouse is away the batch comes again; nothing else waits for it.
 * What cannot become a document, for whatever reason, is put aside.
 */
export function createPersist(ports: PersistPorts): KafkaHandler {
  return kafkaHandler('persist', ports.telemetry, async ({ records }) => {
    const { read, refusals } = readEach(records, toWrite);
    const kept = read.flatMap(({ record, value }) => (value === undefined ? [] : [{ record, write: value }]));

    const refused = await ports.warehouse.write(kept.map(({ write }) => write));
    const byWarehouse = refused.map(
      ({ index, reason }): Rejection => ({
        record: kept[index]!.record,
        reason: 'refused by the warehouse',
        detail: reason,
      }),
    );
    ports.telemetry.count('documents_written', kept.length);
    await rejectRecords('persist', [...refusals, ...byWarehouse], ports);
  });
}
