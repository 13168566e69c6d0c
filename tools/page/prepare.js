/*
 * Builds the page after an installation. Without Vite, as after `npm ci --omit=dev`, there is no page, and everything else works.
 * npm runs this file with any version of Node, so it is plain JavaScript.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const clone = fileURLToPath(new URL('../..', import.meta.url));

if (existsSync(`${clone}/node_modules/vite/package.json`)) {
  // By npm, so that the project's own Node builds it.
  const built = spawnSync('npm run --silent build:web', { cwd: clone, stdio: 'inherit', shell: true });
  process.exitCode = built.status ?? 1;
} else {
  console.warn('the page is not built, because Vite is not installed; npm ci and npm run build:web build it');
}
