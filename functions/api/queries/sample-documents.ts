import type { Warehouse, WarehouseDocument } from '../../shared/ports/warehouse.ts';
import type { ParametersOf } from '../parameters.ts';

/** Returns the samples of a cluster as the warehouse has them, the oldest first. */
export async function findSampleDocuments(
  warehouse: Warehouse,
  { cluster, from, to, limit }: ParametersOf<'sampleDocuments'>,
): Promise<readonly WarehouseDocument[]> {
  return await warehouse.search({
    family: 'offbeat-samples',
    match: { 'offbeat.entity.cluster': cluster },
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
    order: 'oldest first',
    limit,
  });
}
