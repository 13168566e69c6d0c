import type { Family, WarehouseWrite } from '../ports/warehouse.ts';

/** The only index of the family that has no daily indices. Its alias has the name of the family. */
export const inventoryIndex = 'offbeat-inventory-latest';

/**
 * Returns the index of a write, by the UTC day of its `timeMs`.
 * @example
 * indexOf({ family: 'offbeat-samples', timeMs: 0 }); // => 'offbeat-samples-1970.01.01'
 */
export function indexOf({ family, timeMs }: Pick<WarehouseWrite, 'family' | 'timeMs'>): string {
  if (family === 'offbeat-inventory') return inventoryIndex;
  const [day] = new Date(timeMs).toISOString().split('T');
  return `${family}-${day!.replaceAll('-', '.')}`;
}

/** Returns the start of an index's UTC day in ms; `undefined` for an index that is not a daily one of `family`. */
export function dayOf(family: Family, index: string): number | undefined {
  const day = index.startsWith(`${family}-`) ? index.slice(family.length + 1) : '';
  return /^([+-]\d\d)?\d{4}\.\d\d\.\d\d$/.test(day) ? Date.parse(day.replaceAll('.', '-')) : undefined;
}
