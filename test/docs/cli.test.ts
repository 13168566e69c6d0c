import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commandNames } from '../bin/run-cli.ts';

it('docs/cli.md has a row for each command, in the order of --help', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
  const [table] = page.slice(page.indexOf('| command')).split('\n\n');
  const listed = [...table!.matchAll(/^\| `([a-z-]+)/gm)].map(([, name]) => name);
  expect(listed).toEqual(await commandNames());
});
