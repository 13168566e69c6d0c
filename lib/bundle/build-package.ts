/*
 * Writes dist/, which the packed package contains in place of sources: compiled modules with their types, a bundle of
 * every function, the page, and the files that modules look for at the same relative path as in the clone.
 */
import { execFileSync } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { bundleAll, writeFiles } from './build.ts';

const clone = join(import.meta.dirname, '../..');
const dist = join(clone, 'dist');

await rm(dist, { recursive: true, force: true });
execFileSync(process.execPath, [join(clone, 'node_modules/typescript/bin/tsc'), '--project', 'tsconfig.build.json'], {
  cwd: clone,
  stdio: 'inherit',
});
for (const [name, files] of Object.entries(await bundleAll())) await writeFiles(join(dist, 'bundles', name), files);
await cp(join(clone, 'events'), join(dist, 'events'), { recursive: true });
await build({ configFile: join(clone, 'web/vite.config.ts'), logLevel: 'warn' });
