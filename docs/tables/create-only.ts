import { createOnly } from '../../lib/create-only/properties.ts';
import { table } from './markdown.ts';

/** Returns a table with a row for each type of resource that a synth compares with the record, and what replaces it. */
export function createOnlyTable(): string {
  const rows = Object.entries(createOnly).map(([type, { what, properties, conditional }]) => [
    what,
    `\`${type}\``,
    quoted(properties),
    quoted(conditional),
  ]);
  return table(['resource', 'type', 'is replaced by another', 'is replaced in some cases by another'], rows);
}

const quoted = (paths: readonly string[]): string => paths.map((path) => `\`${path}\``).join(', ') || 'none';
