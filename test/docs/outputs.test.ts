import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Whatever writes past the console of the command line, with what makes its text printable. */
const writers: Readonly<Record<string, string>> = {
  'bin/offbeat.js': 'names a version of Node alone',
  'bin/offbeat.ts': 'listens for the end of standard output alone',
  'functions/notify/receivers/terminal.ts':
    'the blocks of terminalText: test/functions/shown-to-people.property.test.ts',
  'functions/shared/handler/telemetry.ts': 'lines of JSON: test/functions/shown-to-people.property.test.ts',
  'lib/bundle/print-bundles.ts': 'is read by a synth, not by a person',
  'lib/bundle/write-sbom.ts': 'prints two numbers alone',
};

const directly = /\bconsole\.(?:log|error|info|debug|trace|table|dir)\(/;

it('nothing else writes to standard output or standard error', () => {
  const sources = globSync('{bin,functions,lib,local,settings}/**/*.{ts,js}');
  const writing = sources.filter((source) => {
    const text = readFileSync(source, 'utf8');
    // A command's own `console` warns; it is made printable where it is made.
    const methods = source.startsWith('bin/') ? directly : /\bconsole\.(?:log|error|warn|info|debug|trace|table|dir)\(/;
    return /process\.std(?:out|err)/.test(text) || methods.test(text);
  });
  expect(writing.sort()).toEqual(Object.keys(writers).sort());
});
