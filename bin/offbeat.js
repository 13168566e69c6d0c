#!/usr/bin/env node
// This file is old-style JavaScript on purpose: a Node.js that is too old for the other files must be able to run it and report that it is too old.
var oldestMajor = 24;

if (Number(process.versions.node.split('.')[0]) < oldestMajor) {
  process.stderr.write(
    'offbeat needs Node ' +
      oldestMajor +
      ' or newer, and this is ' +
      process.versions.node +
      ': npm ci brings its own, so run "npm start" or "npx offbeat ..." in the clone; ' +
      'elsewhere, and on Alpine Linux or Windows on ARM, install Node ' +
      oldestMajor +
      ' or newer\n',
  );
  process.exitCode = 1;
} else {
  import('./compile-cache.js')
    // A clone runs its sources. The packed package has none, because Node strips no types below node_modules.
    .then(() => import('./offbeat.ts'))
    .catch((error) => {
      if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/\/bin\/offbeat\.ts$/.test(error.url)) throw error;
      return import('../dist/bin/offbeat.js');
    });
}
