import { isDeepStrictEqual } from 'node:util';
import type { WarehouseDocument } from '../ports/warehouse.ts';

/**
 * Returns the first field in which a document differs from the stored one; `undefined` if they have the same content. The
 * order of fields does not matter. Metrics that the catalogue does not contain (`other.*`) may be absent from the stored
 * one: an index with as many fields as it may have keeps a document without them.
 * @param stored as JSON gives it back
 */
export function differingField(stored: WarehouseDocument, written: WarehouseDocument): string | undefined {
  for (const field in stored) if (!(field in written)) return field;
  for (const field in written) {
    const value: unknown = asStored(written[field]);
    if (value === undefined || (!(field in stored) && field.startsWith('other.'))) continue;
    if (!isDeepStrictEqual(stored[field], value)) return field;
  }
  return undefined;
}

/** Returns a value as JSON stores it. */
function asStored(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Returns the reason why a document is not written whose id another one has. */
export const collisionReason = (field: string): string => `another document has this id: it differs in ${field}`;
