import { compareText } from '../../functions/shared/domain/order.ts';
import {
  type Family,
  families,
  type Warehouse,
  type WarehouseDocument,
} from '../../functions/shared/ports/warehouse.ts';

/**
 * The whole content of a warehouse by family: one line for each document, sorted, so that equal contents
 * are equal.
 */
export type Documents = ReadonlyMap<Family, readonly string[]>;

/** The families that are compared. Attempts are left out: they have times and outcomes of their own run. */
const ofContent = families.filter((family) => family !== 'offbeat-deliveries');

export async function documentsOf(warehouse: Warehouse, of: readonly Family[] = ofContent): Promise<Documents> {
  const found = of.map(async (family) => {
    const query = { family, order: 'oldest first', limit: Number.MAX_SAFE_INTEGER } as const;
    return [family, (await warehouse.search(query)).map(lineOf).sort(compareText)] as const;
  });
  return new Map(await Promise.all(found));
}

const lineOf = (document: WarehouseDocument): string =>
  JSON.stringify(Object.fromEntries(Object.entries(document).sort(([a], [b]) => compareText(a, b))));
