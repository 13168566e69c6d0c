import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The files that write without the command line's terminal, with the function that makes their text printable. */
const writers: Readonly<Record<string, string>> = {
  'bin/offbeat.js': 'prints only a version of Node',
  'bin/offbeat.ts': 'only listens for errors of the streams',
  'functions/notify/receivers/terminal.ts':
    'the blocks of terminalText: test/functions/shown-to-people.property.test.ts',
  'functions/shared/handler/telemetry.ts': 'lines of JSON: test/functions/shown-to-people.property.test.ts',
  'lib/bundle/print-bundles.ts': 'is read by a synth, not by a person',
  'lib/bundle/write-sbom.ts': 'prints only two numbers',
  'lib/create-only/plugin.ts': 'a printable message, in an app of which Offbeat may be a part',
};

const directly = /process\.std(?:out|err)|\bconsole\.(?:log|error|warn|info|debug|trace|table|dir)\(/;

it('nothing else writes to standard output or standard error', () => {
  const sources = globSync('{bin,functions,lib,local,settings}/**/*.{ts,js}');
  const writing = sources.filter((source) => directly.test(readFileSync(source, 'utf8')));
  expect(writing.sort()).toEqual(Object.keys(writers).sort());
});
