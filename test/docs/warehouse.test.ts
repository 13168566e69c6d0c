import { describe, expect, it } from 'vitest';
import type { Family } from '../../functions/shared/ports/warehouse.ts';
import { fieldFor } from '../../functions/shared/warehouse/fields.ts';
import { warehouseQueries } from '../support/warehouse-queries.ts';

describe('docs/warehouse.md', () => {
  it('the page has at least ten queries, which use only fields of their family', () => {
    const queries = warehouseQueries();
    expect(queries.length).toBeGreaterThanOrEqual(10);
    for (const { title, path, body } of queries) {
      const family = path.split('/')[1] as Family;
      const fields = [...body.matchAll(/"((?:@|event\.|host\.|labels\.|offbeat\.|system\.|kafka\.)[\w.*-]+)"/g)];
      const names = fields.map(([, name]) => name!.replace(/\.\*$/, '.avg').replace('\\', ''));
      expect(names.length, title).toBeGreaterThan(0);
      expect(
        names.filter((name) => fieldFor(family, name) === undefined),
        title,
      ).toEqual([]);
    }
  });
});
