import type { Family, WarehouseDocument, WarehouseWrite } from '../../ports/warehouse.ts';

/** The one index of a family that is not cut into days; its alias has the family's own name. */
export const inventoryIndex = 'offbeat-inventory-latest';

/** The index of a write, by the UTC day of its `timeMs`: `offbeat-samples-2026.11.23`. */
export function indexOf({ family, timeMs }: Pick<WarehouseWrite, 'family' | 'timeMs'>): string {
  if (family === 'offbeat-inventory') return inventoryIndex;
  const [day] = new Date(timeMs).toISOString().split('T');
  return `${family}-${day!.replaceAll('-', '.')}`;
}

/** The UTC day of an index of `family` as milliseconds; `undefined` where it is not cut into days, or another's. */
export function dayOf(family: Family, index: string): number | undefined {
  const day = index.startsWith(`${family}-`) ? index.slice(family.length + 1) : '';
  return /^([+-]\d\d)?\d{4}\.\d\d\.\d\d$/.test(day) ? Date.parse(day.replaceAll('.', '-')) : undefined;
}

/**
 * Where a name that somebody else made is part of a field's. OpenSearch reads every dot as a step into an object, so
 * that `a` and `a.b` exclude each other in one index, and a step of no letters is refused.
 */
const free = /^(other\.|labels\.|offbeat\.(?:units|kinds|alert\.annotations)\.)(.*)$/s;

/** Java's idea of white space, and no harm where it is ours alone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Java counts 1C to 1F as white space
const blank = /^[\s\x00-\x1f]*$/;

/**
 * `as is`: an unknown metric keeps its dots, so that an analyst finds `other.acme.depth` by its name.
 * `in one piece`: its dots are written `%2E`, with a `%` at its end, for the rare document that an index does not take
 * otherwise.
 */
export type Spelling = 'as is' | 'in one piece';

/** The name a field is sent under; {@link readField} undoes it. A label's dots always are `%2E`: ECS has none there. */
export function writtenField(field: string, spelling: Spelling): string {
  const match = free.exec(field);
  if (match === null) return field;
  const [, prefix, name] = match as unknown as [string, string, string];
  const escaped = name.replaceAll('%', '%25');
  if (spelling === 'in one piece' && prefix === 'other.') return `${prefix}${inOnePiece(escaped)}%`;
  const whole = prefix === 'labels.' || escaped.split('.').some((step) => blank.test(step));
  return prefix + (whole ? inOnePiece(escaped) || '%' : escaped);
}

const inOnePiece = (escaped: string): string =>
  blank.test(escaped) ? encodeURIComponent(escaped) : escaped.replaceAll('.', '%2E');

export function readField(field: string): string {
  const match = free.exec(field);
  if (match === null || !field.includes('%')) return field;
  const [, prefix, name] = match as unknown as [string, string, string];
  return prefix + decodeURIComponent(name.replace(/%$/, ''));
}

export const writtenDocument = (document: WarehouseDocument, spelling: Spelling): WarehouseDocument =>
  renamed(document, (field) => writtenField(field, spelling));

export const readDocument = (document: WarehouseDocument): WarehouseDocument => renamed(document, readField);

/** Whether other spelling makes another document. */
export function hasUnknownMetrics(document: WarehouseDocument): boolean {
  for (const field in document) if (field.startsWith('other.')) return true;
  return false;
}

/** The very document where no name changes, which is nearly always. */
function renamed(document: WarehouseDocument, rename: (field: string) => string): WarehouseDocument {
  for (const field in document) {
    if (rename(field) === field) continue;
    return Object.fromEntries(Object.entries(document).map(([name, value]) => [rename(name), value]));
  }
  return document;
}
