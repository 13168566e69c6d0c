import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fieldFor } from '../../functions/set-up-warehouse/fields.ts';
import { type Family, families } from '../../functions/shared/ports/warehouse.ts';
import { warehouseQueries } from '../support/warehouse-queries.ts';
import { commonRows, figureRows, metricRows, ownRows, retentionRows } from '../support/warehouse-rows.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/warehouse.md'), 'utf8');
/** Tables are padded by the formatter. */
const written = page.split('\n').map((line) => line.replace(/ +/g, ' '));
const lines = new Set(written);

describe('docs/warehouse.md', () => {
  it('has a row for every field of every family, with type, unit and meaning', () => {
    const rows = [...commonRows(), ...families.flatMap(ownRows), ...figureRows(), ...metricRows()];
    expect(rows.filter((row) => !lines.has(row))).toEqual([]);
  });

  it('has no row of a field that is gone', () => {
    const rows = new Set([...commonRows(), ...families.flatMap(ownRows), ...figureRows(), ...metricRows()]);
    const listed = written.filter((line) => /^\| `[^`]+` \| [^|]+ \|[^|]*\| /.test(line));
    const tables = listed.filter((line) => !line.startsWith('| `offbeat-'));
    expect(tables.length).toBeGreaterThan(metricRows().length);
    expect(tables.filter((line) => !rows.has(line))).toEqual([]);
  });

  it('says how long every family is kept', () => {
    expect(retentionRows().filter((row) => !lines.has(row))).toEqual([]);
  });

  it('has ten queries at least, whose every field is one of the family asked', () => {
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
