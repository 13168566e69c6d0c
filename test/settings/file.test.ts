import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { loadSettings, parseSettings, settingsJsonSchema } from '../../settings/file.ts';

const root = join(import.meta.dirname, '../..');

/** The lines of the error that `text` ends in. */
function problemsOf(text: string): string[] {
  try {
    parseSettings(text, 'offbeat.yaml');
  } catch (error) {
    if (error instanceof UsageError) return error.message.split('\n');
    throw error;
  }
  return [];
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

  it('keep the defaults of what is left out', () => {
    const settings = parseSettings('alerts:\n  groupWait: 5s\n', 'offbeat.yaml');
    expect(settings.alerts).toEqual({ ...defaultSettings.alerts, groupWait: 5_000 });
  });

  it('name file, line, key, what was expected and what came', () => {
    expect(problemsOf('alerts:\n  groupInterval: 1m\n  groupWait: 30\n')).toEqual([
      'offbeat.yaml:3: alerts.groupWait: expected a duration such as 30s, 5m or 4h, got 30',
    ]);
  });

  it('tell every problem at once, in the order of the file', () => {
    const text = 'cluster:\n  name: a/b\ncatalogue:\n  - match: {}\n    direction: sideways\n    floor: -1\n';
    expect(problemsOf(text).map((line) => line.split(': ')[0])).toEqual([
      'offbeat.yaml:2',
      'offbeat.yaml:5',
      'offbeat.yaml:6',
    ]);
  });

  it('suggest the key that a misspelt one is nearest to', () => {
    expect(problemsOf('alerts:\n  groupWiat: 30s\n')).toEqual([
      'offbeat.yaml:2: alerts.groupWiat: unknown key; did you mean groupWait?',
    ]);
  });

  it('list the keys that there are where none is near', () => {
    expect(problemsOf('pager: 1\n')).toEqual([
      'offbeat.yaml:1: pager: unknown key; expected one of cluster, catalogue, receivers, alerts, collectd, deployment',
    ]);
  });

  it('judge a receiver by the kind it is nearest to', () => {
    expect(problemsOf('receivers:\n  - name: team\n    webhook:\n      url: https://example.com\n')).toEqual([
      'offbeat.yaml:3: receivers[0].webhook.secret: is missing; expected a reference: env:NAME, file:PATH or secretsmanager:NAME',
    ]);
  });

  it('refuse two receivers of one name, whose deliveries could not be told apart', () => {
    const text = 'receivers:\n  - { name: a, terminal: {} }\n  - { name: a, terminal: {} }\n';
    expect(problemsOf(text)[0]).toContain('offbeat.yaml:1: receivers: expected a name of its own for each receiver');
  });

  it.each(['0s', '999ms', '31s', '5m'])(
    'refuse the time-out %s of a webhook, which would never come to a send',
    (timeout) => {
      const webhook = `{ url: "https://example.com", secret: "env:A", timeout: ${timeout} }`;
      expect(problemsOf(`receivers:\n  - { name: a, webhook: ${webhook} }\n`)).toEqual([
        `offbeat.yaml:2: receivers[0].webhook.timeout: expected a time-out from 1s to 30s, got "${timeout}"`,
      ]);
    },
  );

  it('never repeat a secret that was written in place of a reference', () => {
    const text =
      'receivers:\n  - name: team\n    webhook: { url: "ftp://hooks.example.com/T0/B0", secret: whsec_c2VjcmV0 }\n';
    const said = problemsOf(text).join('\n');
    expect(said).toContain('receivers[0].webhook.secret: expected a reference');
    expect(said).not.toContain('whsec_');
    expect(said).not.toContain('T0/B0');
  });

  it.each([
    ['a key twice', 'alerts: {}\nalerts: {}\n', 'offbeat.yaml:2: Map keys must be unique'],
    ['a list for the whole', '- 1\n', 'offbeat.yaml:1: the file: expected object, got [1]'],
    ['a bracket that stays open', 'cluster: [\n', 'offbeat.yaml:'],
  ])('refuse %s', (_name, text, message) => {
    expect(problemsOf(text)[0]).toContain(message);
  });

  it('refuse a file that is not there, and say how to name another', () => {
    expect(() => loadSettings('nowhere.yaml')).toThrow(
      'cannot read settings nowhere.yaml (ENOENT); name another file with --settings',
    );
  });

  it('of any text are settings or a usage error whose every line names the file', () => {
    const yaml = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .array(fc.constantFrom('alerts:', '  groupWait: ', '- ', 'name: x', '&a ', '*a', '{', ']', '\n'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(yaml, (text) => {
        for (const problem of problemsOf(text)) expect(problem).toMatch(/^offbeat\.yaml:\d+: /);
      }),
    );
  });
});

describe('what comes with the settings', () => {
  it('offbeat.schema.json is current: `npm run schema` writes it', () => {
    expect(JSON.parse(readFileSync(join(root, 'offbeat.schema.json'), 'utf8'))).toEqual(settingsJsonSchema());
  });

  it('the example file holds', () => {
    const settings = loadSettings(join(root, 'docs/offbeat.example.yaml'));
    expect(settings.receivers.map(({ name }) => name)).toEqual(['terminal', 'team']);
    expect(settings.catalogue.length).toBeGreaterThan(1);
  });
});
