import type { WarehouseDocument } from '../ports/warehouse.ts';
import { fieldsOf, hasNamesBelow } from './fields.ts';

const prefixes = new Set(
  Object.values(fieldsOf)
    .flat()
    .filter(hasNamesBelow)
    .map(({ name }) => `${name}.`),
);

/**
 * Matches a field whose name ends with a name from a beat or an operator: a label, an unknown metric. OpenSearch reads
 * each dot as a step into an object, so `a` and `a.b` exclude each other in one index, and it refuses a blank step.
 */
const fieldWithName = new RegExp(`^(${[...prefixes].join('|').replaceAll('.', '\\.')})(.*)$`, 's');

/** A text of white space only, as Java defines it. To escape more than that is harmless. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Java counts 1C to 1F as white space
const blank = /^[\s\x00-\x1f]*$/;

/**
 * The spellings of the name of an unknown metric.
 *
 * - `as is`: it keeps its dots, so that an analyst finds `other.acme.depth` by its name.
 * - `in one piece`: its dots are written `%2E`, and a `%` ends it. For the rare document that an index refuses otherwise.
 */
export type Spelling = 'as is' | 'in one piece';

/**
 * Returns the name under which a field is sent; {@link readField} reverses it. The dots of a label are always `%2E`,
 * because ECS has no dots in the names of labels.
 * @example
 * writtenField('labels.disk.name', 'as is'); // => 'labels.disk%2Ename'
 */
export function writtenField(field: string, spelling: Spelling): string {
  const [, prefix, name] = fieldWithName.exec(field) ?? [];
  if (prefix === undefined || name === undefined) return field;
  const escaped = name.replaceAll('%', '%25');
  if (spelling === 'in one piece' && prefix === 'other.') return `${prefix}${inOnePiece(escaped)}%`;
  const isWhole = prefix === 'labels.' || escaped.split('.').some((step) => blank.test(step));
  return prefix + (isWhole ? inOnePiece(escaped) || '%' : escaped);
}

const inOnePiece = (escaped: string): string =>
  blank.test(escaped) ? encodeURIComponent(escaped) : escaped.replaceAll('.', '%2E');

/** Returns the name of a field that was sent as {@link writtenField} spells it. */
export function readField(field: string): string {
  const [, prefix, name] = fieldWithName.exec(field) ?? [];
  if (prefix === undefined || name === undefined || !field.includes('%')) return field;
  return prefix + decodeURIComponent(name.replace(/%$/, ''));
}

/** Returns a document with its fields' names as they are sent. */
export const writtenDocument = (document: WarehouseDocument, spelling: Spelling): WarehouseDocument =>
  renamed(document, (field) => writtenField(field, spelling));

/** Returns a document with its fields' names as they were before they were sent. */
export const readDocument = (document: WarehouseDocument): WarehouseDocument => renamed(document, readField);

/** Returns whether a document has metrics that can be spelled in another way. */
export function hasUnknownMetrics(document: WarehouseDocument): boolean {
  for (const field in document) if (field.startsWith('other.')) return true;
  return false;
}

/** Returns the same document where no name changes, which is nearly always. */
function renamed(document: WarehouseDocument, rename: (field: string) => string): WarehouseDocument {
  for (const field in document) {
    if (rename(field) === field) continue;
    return Object.fromEntries(Object.entries(document).map(([name, value]) => [rename(name), value]));
  }
  return document;
}
