import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { knownDatasets } from '../../functions/normalise/identify.ts';

it('docs/beats.md names every dataset whose entity is known, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/beats.md'), 'utf8');
  const [table] = page.slice(page.indexOf('| dataset')).split('\n\n');
  const cells = table!.split('\n').map((row) => row.split('|')[1]!);
  const listed = cells.flatMap((cell) => [...cell.matchAll(/`([a-z_.]+)`/g)].map(([, name]) => name));
  expect(new Set(listed)).toEqual(new Set(knownDatasets));
});
