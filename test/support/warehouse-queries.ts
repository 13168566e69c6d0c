import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A query of `docs/warehouse.md`. */
export interface WarehouseQueryInDocs {
  readonly title: string;
  readonly path: string;
  readonly body: string;
}

/** Returns the queries of `docs/warehouse.md`, as a shell sends them. */
export function warehouseQueries(): WarehouseQueryInDocs[] {
  const page = readFileSync(join(import.meta.dirname, '../../docs/warehouse.md'), 'utf8');
  const query =
    /^### ([^\n]+)\n\n```sh\ncurl -s "\$OPENSEARCH(\S+)" -H 'content-type: application\/json' -d '([^']+)'\n```$/gm;
  return [...page.matchAll(query)].map(([, title, path, body]) => ({ title: title!, path: path!, body: body! }));
}
