import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { loadSettings, parseSettings } from '../../settings/file.ts';
import { settingsJsonSchema } from '../../settings/schema.ts';

const root = join(import.meta.dirname, '../..');

/** The message of the error that `text` ends in; `undefined` for settings. */
function problemOf(text: string): string | undefined {
  try {
    parseSettings(text, 'offbeat.yaml');
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return undefined;
}

describe('settings from a file', () => {
  it.each([
    ['no file', undefined],
    ['an empty file', ''],
    ['comments alone', '# nothing yet\n'],
  ])('are the defaults for %s', (_name, text) => {
    const settings = text === undefined ? loadSettings(undefined) : parseSettings(text, 'offbeat.yaml');
    expect(settings).toEqual(defaultSettings);
  });

  it('have the defaults for keys that are left out', () => {
    const settings = parseSettings('alerts:\n  groupWait: 5s\n', 'offbeat.yaml');
    expect(settings.alerts).toEqual({ ...defaultSettings.alerts, groupWait: 5_000 });
  });

  it('have limits with a duration and a severity, or none', () => {
    const text = 'catalogue:\n  - { match: {}, limit: { below: 2, for: 5m } }\n  - { match: {}, limit: off }\n';
    expect(parseSettings(text, 'offbeat.yaml').catalogue).toEqual([
      { match: {}, limit: { below: 2, for: 300_000, severity: 'warning' } },
      { match: {}, limit: 'off' },
    ]);
  });

  it.each([
    ['{ for: 5m }', 'limit: expected above or below, and not both, got a mapping'],
    ['{ above: 1, below: 0 }', 'limit: expected above or below, and not both, got a mapping'],
    ['{ above: high }', 'limit.above: expected a number, got "high"'],
    ['{ above: 1, for: 2d }', 'limit.for: expected a duration from 0s to 1d, got "2d"'],
    ['{ above: 1, severity: bad }', 'limit.severity: expected one of "critical"|"warning"|"info", got "bad"'],
    ['0.9', 'limit: expected off, a limit such as { above: 0.9 }, or a list, got 0.9'],
    ['on', 'limit: expected off, a limit such as { above: 0.9 }, or a list, got "on"'],
    ['[]', 'limit: expected at least one limit, or off, got a list of 0'],
    ['[{ above: 1 }, { below: x }]', 'limit[1].below: expected a number, got "x"'],
  ])('report what is wrong with the limit %s', (limit, problem) => {
    expect(problemOf(`catalogue:\n  - { match: {}, limit: ${limit} }\n`)).toBe(
      `offbeat.yaml:2: catalogue[0].${problem}`,
    );
  });

  it('report an error with file, line, key, the expected and the found value', () => {
    expect(problemOf('alerts:\n  groupInterval: 1m\n  groupWait: 30\n')).toBe(
      'offbeat.yaml:3: alerts.groupWait: expected a duration such as 30s, 5m or 4h, got 30',
    );
  });

  it.each([
    ['groupWait', '10d', '0s to 1h'],
    ['groupInterval', '0s', '10s to 1d'],
    ['repeatInterval', '0s', '1m to 30d'],
    ['repeatInterval', '31d', '1m to 30d'],
    ['resolveAfter', '0s', '1s to 1h'],
    ['onsetWindow', '2h', '1s to 1h'],
    ['silenceMax', '367d', '1m to 366d'],
  ])('refuse alerts.%s: %s, and name the range', (key, given, range) => {
    expect(problemOf(`alerts:\n  ${key}: ${given}\n`)).toBe(
      `offbeat.yaml:2: alerts.${key}: expected a duration from ${range}, got "${given}"`,
    );
  });

  it.each([
    ['(abc', 'missing closing )'],
    ['a(?=b)', 'invalid or unsupported Perl syntax'],
    ['(a)\\1', 'invalid escape sequence'],
  ])('refuse the pattern %j, which RE2 does not have', (pattern, reason) => {
    expect(problemOf(`logs:\n  redact:\n    - ${JSON.stringify(pattern)}\n`)).toContain(
      `offbeat.yaml:3: logs.redact[0]: expected a regular expression of RE2: ${reason}`,
    );
  });

  it('refuse a pattern that matches an empty text', () => {
    expect(problemOf("logs: { redact: ['a*'] }")).toContain('expected a pattern that matches no empty text');
  });

  it.each([
    ['[{ match: { dataset: "a.*" } }]', 'expected dimensions, counters or ignore'],
    ['[{ match: {}, ignore: [a] }]', 'sources[0].match.dataset'],
    ['[{ match: { dataset: a }, dimensions: ["a.*"] }]', 'sources[0].dimensions'],
    ['[{ match: { datset: a }, ignore: [a] }]', 'did you mean dataset?'],
  ])('refuse the sources %s, and name the remedy', (sources, message) => {
    expect(problemOf(`sources: ${sources}`)).toContain(message);
  });

  it('accept the ends of a range', () => {
    const text =
      'alerts: { groupWait: 0s, groupInterval: 10s, repeatInterval: 1m, resolveAfter: 1h, silenceMax: 366d }';
    expect(parseSettings(text, 'offbeat.yaml').alerts).toMatchObject({ groupWait: 0, resolveAfter: 3_600_000 });
  });

  it('name {} as the value of a mapping without keys', () => {
    expect(problemOf('receivers:\n  - name: a\n    terminal:\n  - name: b\n    terminal: {a: 1}\n')).toBe(
      'offbeat.yaml:3: receivers[0].terminal: expected {}, got nothing | ' +
        'line 5: receivers[1].terminal.a: unknown key; expected none',
    );
  });

  it('name two problems in one line, in the order of the file', () => {
    expect(problemOf('alerts:\n  groupWait: 30\ncluster:\n  name: 1\n')).toBe(
      'offbeat.yaml:2: alerts.groupWait: expected a duration such as 30s, 5m or 4h, got 30 | ' +
        'line 4: cluster.name: expected text, got 1',
    );
  });

  it.each([
    [3, ''],
    [4, ' | and 1 more problem'],
    [5, ' | and 2 more problems'],
  ])('name three of %i problems and count the others', (count, end) => {
    const problem = (index: number) =>
      `catalogue[${index}].direction: expected one of "up"|"down"|"both", got "sideways"`;
    expect(problemOf(`catalogue:\n${'  - { match: {}, direction: sideways }\n'.repeat(count)}`)).toBe(
      `offbeat.yaml:2: ${problem(0)} | line 3: ${problem(1)} | line 4: ${problem(2)}${end}`,
    );
  });

  it('suggest the key that a misspelt one is nearest to', () => {
    expect(problemOf('alerts:\n  groupWiat: 30s\n')).toBe(
      'offbeat.yaml:2: alerts.groupWiat: unknown key; did you mean groupWait?',
    );
  });

  it('list the known keys if none is similar', () => {
    expect(problemOf('pager: 1\n')).toBe(
      'offbeat.yaml:1: pager: unknown key; expected one of cluster, publicUrl, catalogue, receivers, alerts, edges, sources, noData, logs, collectd, collect, deployment',
    );
  });

  it('report the problems of a receiver by the most similar kind', () => {
    expect(problemOf('receivers:\n  - name: team\n    webhook:\n      url: https://example.com\n')).toBe(
      'offbeat.yaml:3: receivers[0].webhook.secret: is missing; expected a reference: env:NAME, file:PATH or secretsmanager:NAME',
    );
  });

  it('refuse two receivers of one name', () => {
    const text = 'receivers:\n  - { name: a, terminal: {} }\n  - { name: a, terminal: {} }\n';
    expect(problemOf(text)).toContain('offbeat.yaml:1: receivers: expected a different name for each receiver');
  });

  it.each(['0s', '999ms', '31s', '5m'])(
    'refuse the time-out %s of a webhook, which would prevent every send',
    (timeout) => {
      const webhook = `{ url: "https://example.com", secret: "env:A", timeout: ${timeout} }`;
      expect(problemOf(`receivers:\n  - { name: a, webhook: ${webhook} }\n`)).toBe(
        `offbeat.yaml:2: receivers[0].webhook.timeout: expected a time-out from 1s to 30s, got "${timeout}"`,
      );
    },
  );

  it('have targets with a period of 30 s and no time-out of their own', () => {
    const text = 'collect: [{ target: "moosefs://mfsmaster" }, { target: "kafka://b", period: 10s, timeout: 10s }]\n';
    expect(parseSettings(text, 'offbeat.yaml').collect).toEqual([
      { target: 'moosefs://mfsmaster', period: 30_000 },
      { target: 'kafka://b', period: 10_000, timeout: 10_000 },
    ]);
  });

  const notShown = ', got a value that is not shown here';
  it.each([
    ['{}', '.target: is missing; expected text'],
    ['{ target: 5 }', '.target: expected text, got 5'],
    [
      '{ target: "ftp://b" }',
      `.target: expected an address such as moosefs://mfsmaster, kafka://broker-1:9092, https://search-1:9200 or msk://offbeat${notShown}`,
    ],
    [
      '{ target: "kafka://b:0" }',
      `.target: expected kafka://HOST, kafka://HOST:PORT or kafka://USER@HOST:PORT, such as kafka://broker-1:9092${notShown}`,
    ],
    [
      '{ target: "kafka://u:hunter2@b" }',
      `.target: an address has no password, because others see it; name it by reference: password env:NAME or file:PATH${notShown}`,
    ],
    ['{ target: "kafka://b", period: 9s }', '.period: expected a duration from 10s to 1h, got "9s"'],
    ['{ target: "kafka://b", period: 2h }', '.period: expected a duration from 10s to 1h, got "2h"'],
    [
      '{ target: "kafka://b", timeout: 31s }',
      '.timeout: expected at most the period: the next collection would wait for it, got "31s"',
    ],
    [
      '{ target: "kafka://b", networks: [10.0.0.0/8] }',
      '.networks: expected none: networks are those of the chunkservers of a storage, got a list of 1',
    ],
    [
      '{ target: "moosefs://b", networks: [10.0.0.0/33] }',
      '.networks: expected one of IPv4, such as 10.77.0.0/16, got a list of 1',
    ],
    [
      '{ target: "moosefs://b", tls: true }',
      '.tls: password, sasl, tls: true and ca are for Kafka and OpenSearch; a storage has no log-in, got true',
    ],
    [
      '{ target: "kafka://u@b" }',
      '.password: is missing; the user of the address needs password env:NAME or password file:PATH',
    ],
    [
      '{ target: "kafka://u@b", password: hunter2 }',
      `.password: expected a reference: env:NAME, file:PATH or secretsmanager:NAME${notShown}`,
    ],
    [
      '{ target: "kafka://u@b", password: env:A, sasl: plain }',
      '.sasl: sasl plain would send the password in clear text; add tls: true, or ca with your authority, got "plain"',
    ],
    [
      '{ target: "http://u@b:9200", password: env:A }',
      `.target: http: would send the password in clear text; write https:${notShown}`,
    ],
  ])('report what is wrong with the target %s', (target, problem) => {
    expect(problemOf(`collect:\n  - ${target}\n`)).toBe(`offbeat.yaml:2: collect[0]${problem}`);
  });

  it.each([
    ['moosefs://mfsmaster', 'MOOSEFS://MFSMASTER:9421/'],
    ['kafka://b', 'kafka://u@b:9092'],
    ['https://b', 'https://b:443/'],
  ])('refuse a target that is there before: %s and %s', (first, second) => {
    const text = `collect:\n  - { target: "${first}" }\n  - { target: "${second}", ${second.includes('@') ? 'password: env:A' : ''} }\n`;
    expect(problemOf(text)).toBe(`offbeat.yaml:3: collect[1].target: expected each target once${notShown}`);
  });

  it('read an alias as the value of its anchor', () => {
    const text = 'alerts: { groupWait: &short 5s, resolveAfter: *short }\n';
    expect(parseSettings(text, 'offbeat.yaml').alerts).toMatchObject({ groupWait: 5_000, resolveAfter: 5_000 });
  });

  it('show the value of an alias that is wrong', () => {
    expect(problemOf('cluster: { name: &name prod }\nalerts: { groupWait: *name }\n')).toBe(
      'offbeat.yaml:2: alerts.groupWait: expected a duration such as 30s, 5m or 4h, got "prod"',
    );
  });

  it('refuse a file that does not exist, and name the remedy', () => {
    expect(() => loadSettings('nowhere.yaml')).toThrow(
      'cannot read settings nowhere.yaml (ENOENT); name another file with --settings',
    );
  });
});

describe('the schema and the example of the settings', () => {
  it('the schema is derived once', () => {
    expect(settingsJsonSchema()).toBe(settingsJsonSchema());
  });

  it('offbeat.schema.json is current: `npm run schema` writes it', () => {
    expect(JSON.parse(readFileSync(join(root, 'offbeat.schema.json'), 'utf8'))).toEqual(settingsJsonSchema());
  });

  it('the example file is valid', () => {
    const settings = loadSettings(join(root, 'docs/offbeat.example.yaml'));
    expect(settings.receivers.length).toBeGreaterThan(1);
    expect(settings.catalogue.length).toBeGreaterThan(1);
  });
});
