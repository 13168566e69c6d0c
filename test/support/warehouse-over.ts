import type { Warehouse } from '../../functions/shared/ports/warehouse.ts';

/** Returns a warehouse that does what another one does, except for some methods. */
export const warehouseOver = (warehouse: Warehouse, parts: Partial<Warehouse>): Warehouse => ({
  write: (writes) => warehouse.write(writes),
  search: (query) => warehouse.search(query),
  count: (family) => warehouse.count(family),
  newestByEntity: (query) => warehouse.newestByEntity(query),
  inventoryById: (ids) => warehouse.inventoryById(ids),
  dropInventory: (seenBeforeMs) => warehouse.dropInventory(seenBeforeMs),
  ...parts,
});
