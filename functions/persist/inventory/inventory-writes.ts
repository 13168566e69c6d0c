import { header, type LogRecord } from '../../shared/log/record.ts';
import type { Warehouse, WarehouseWrite } from '../../shared/ports/warehouse.ts';
import { inventoryDocument } from '../../shared/warehouse/inventory-document.ts';
import { sampleDocument } from '../../shared/warehouse/sample-document.ts';
import { isOfComponents } from './components.ts';
import { newestItems, observationOf } from './inventory.ts';

/** A record with its write. */
export interface Written {
  readonly record: LogRecord;
  readonly write: WarehouseWrite;
}

/** Returns the append time of the document that a sample was made from: it stays the same if the sample is appended once more. */
const appendedMsOf = ({ headers, timestampMs }: LogRecord): number => Number(headers[header.sourceTime] ?? timestampMs);

/**
 * Returns the writes of the inventory that follow from samples: one for each component that a batch has news of, with the record
 * of the newest sample. Its version is the time of that sample, so an older one never replaces it.
 * @param samples the samples of a batch, with their writes
 * @throws {UnavailableError} if the warehouse does not answer
 */
export async function inventoryWrites(
  samples: readonly Written[],
  warehouse: Pick<Warehouse, 'inventoryById'>,
): Promise<readonly Written[]> {
  const observations = samples.flatMap(({ record, write: { family, document } }) => {
    if (family !== 'offbeat-samples' || !isOfComponents(document['event.dataset'])) return [];
    const observation = observationOf(sampleDocument.read(document), appendedMsOf(record));
    return observation === undefined ? [] : [{ ...observation, record }];
  });
  if (observations.length === 0) return [];
  const stored = await warehouse.inventoryById([...new Set(observations.map(({ id }) => id))]);
  const known = new Map([...stored].map(([id, document]) => [id, inventoryDocument.read(document)]));
  return [...newestItems(known, observations)].map(([id, { item, from }]) => ({
    record: from.record,
    write: {
      family: 'offbeat-inventory',
      id,
      timeMs: item.timestampMs,
      version: item.timestampMs,
      document: inventoryDocument.write(item),
    },
  }));
}
