import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withTables } from '../../docs/tables/markdown.ts';
import { pages } from '../../docs/tables/pages.ts';

const root = join(import.meta.dirname, '../..');

describe.each([...pages])('%s', (page, tables) => {
  const text = readFileSync(join(root, page), 'utf8');

  it('has every generated table as the code makes it; if not, run `npm run docs`', () => {
    expect(withTables(text, tables)).toBe(text);
  });

  it('has no marked table that nothing generates', () => {
    const marked = [...text.matchAll(/<!-- table: (.*?) -->/g)].map(([, name]) => name);
    expect(new Set(marked)).toEqual(new Set(tables.keys()));
  });
});
