import { type KafkaHandler, kafkaHandler } from '../shared/adapters/middy/kafka-handler.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import type { LogRecord } from '../shared/domain/record.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { WarehouseWrite } from '../shared/ports/warehouse.ts';
import { putAside, type Refusal } from '../shared/put-aside.ts';
import { toWrite } from './to-write.ts';

export type PersistPorts = Pick<Ports, 'warehouse' | 'eventLog' | 'telemetry' | 'layout'>;

/**
 * Samples, minutes, anomalies and alerts → the warehouse. Stateless: ids and versions are made of content, so that a
 * batch that comes again changes nothing. While the warehouse is away the batch comes again; nothing else waits for it.
 */
export function createPersist(ports: PersistPorts): KafkaHandler {
  return kafkaHandler('persist', ports.telemetry, async ({ records }) => {
    const refusals: Refusal[] = [];
    const sources: LogRecord[] = [];
    const writes: WarehouseWrite[] = [];
    for (const record of records) {
      const write = read(record, refusals);
      if (write === undefined) continue;
      sources.push(record);
      writes.push(write);
    }
    for (const { index, reason } of await ports.warehouse.write(writes)) {
      refusals.push({ record: sources[index]!, reason: 'refused by the warehouse', detail: reason });
    }
    ports.telemetry.count('documents_written', writes.length);
    await putAside('persist', refusals, ports);
  });
}

function read(record: LogRecord, refusals: Refusal[]): WarehouseWrite | undefined {
  try {
    return toWrite(record);
  } catch (error) {
    if (!(error instanceof RefusedRecordError)) throw error;
    refusals.push({ record, reason: error.reason, detail: error.message });
    return undefined;
  }
}
