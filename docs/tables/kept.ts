import { kept } from '../../lib/create-only/kept.ts';
import { table } from './markdown.ts';

/** Returns a table with a row for each property that no schema has as create-only, and whose change a synth refuses. */
export function keptTable(): string {
  const rows = Object.entries(kept).flatMap(([type, properties]) =>
    properties.map(({ property, loss }) => [`\`${type}\``, `\`${property}\``, loss]),
  );
  return table(['type', 'property', 'why another value is refused'], rows);
}
