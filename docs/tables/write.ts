import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTables } from './markdown.ts';
import { pages } from './pages.ts';

const clone = join(import.meta.dirname, '../..');

for (const [page, tables] of pages) {
  const path = join(clone, page);
  writeFileSync(path, withTables(readFileSync(path, 'utf8'), tables));
}
