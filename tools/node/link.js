/*
 * Creates the link node_modules/.bin/node if npm did not. npm 10 and older create it, and then remove it together with the
 * packages of other platforms, whose command has the same name. `npm ci` runs this file with any version of Node, so it is
 * plain JavaScript.
 */

const fs = require('node:fs');
const path = require('node:path');

const packages = path.join(__dirname, '../../node_modules');
const isWindows = process.platform === 'win32';
const link = path.join(packages, '.bin', isWindows ? 'node.cmd' : 'node');

const installed = Object.keys(require('./package.json').optionalDependencies)
  .map((name) => path.join(name, 'bin', isWindows ? 'node.exe' : 'node'))
  .find((file) => fs.existsSync(path.join(packages, file)));

if (installed !== undefined && !fs.existsSync(link)) {
  fs.mkdirSync(path.dirname(link), { recursive: true });
  if (isWindows) fs.writeFileSync(link, `@"%~dp0..\\${installed}" %*\r\n`);
  else fs.symlinkSync(path.join('..', installed), link);
}
