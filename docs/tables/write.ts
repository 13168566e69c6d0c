import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ndjson } from '../../functions/set-up-warehouse/dashboards.ts';
import { withTables } from './markdown.ts';
import { pages } from './pages.ts';

const clone = join(import.meta.dirname, '../..');

for (const [page, tables] of pages) {
  const path = join(clone, page);
  writeFileSync(path, withTables(readFileSync(path, 'utf8'), tables));
}

writeFileSync(join(clone, 'functions/set-up-warehouse/dashboards/offbeat.ndjson'), ndjson());
