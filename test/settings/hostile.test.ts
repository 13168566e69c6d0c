import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { parseSettings } from '../../settings/file.ts';

/** The settings of a text, or the message of the error that it ends in. */
function outcomeOf(text: string): Settings | string {
  try {
    return parseSettings(text, 'offbeat.yaml');
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

const topKeys =
  'cluster, publicUrl, catalogue, receivers, alerts, edges, sources, noData, logs, collectd, collect, deployment';
const tooDeep = 'expected at most 32 levels of lists and mappings within each other; close them, or quote the text';
const tooMany =
  'expected at most 20,000 values in the file, with each alias (*name) counted as what it stands for; write fewer';
const noTag = 'expected a value without this tag (!); remove the tag';
const noAliasBefore = 'expected an alias (*name) after its value (&name); write the value out';

/** Lines `key0: 1`, `key1: 1` and so on. */
const keys = (count: number): string => Array.from({ length: count }, (_, index) => `key${index}: 1\n`).join('');

/** Lines of which each is a list of nine aliases of the line before. */
const bomb = [
  'a: &a [x, x]\n',
  ...Array.from('bcdefgh', (key, index) => `${key}: &${key} [${`*${'abcdefg'[index]}, `.repeat(9)}]\n`),
].join('');

describe('a settings text that is wrong ends in one line', () => {
  it.each([
    ['100,000 lists within each other', `catalogue: ${'['.repeat(100_000)}`, `1: ${tooDeep}`],
    ['50,000 mappings within each other', `cluster: ${'{a: '.repeat(50_000)}`, `1: ${tooDeep}`],
    ['50,000 lists within each other in one line of block style', '- '.repeat(50_000), `1: ${tooDeep}`],
    ['a list 33 levels deep', `catalogue:\n  ${'['.repeat(32)}1${']'.repeat(32)}`, `2: ${tooDeep}`],
    [
      'a list 32 levels deep, which is a value like another',
      `catalogue:\n  ${'['.repeat(31)}1${']'.repeat(31)}`,
      '2: catalogue[0]: expected a mapping with the keys match, floor, relativeFloor, direction, sensitivity, limit, peers, ignore, runbook, got a list',
    ],
    [
      '20,000 unknown keys',
      keys(20_000),
      `1: key0: unknown key; expected one of ${topKeys} | line 2: key1: unknown key; expected one of ${topKeys} | ` +
        `line 3: key2: unknown key; expected one of ${topKeys} | and 19997 more problems`,
    ],
    ['20,001 keys', keys(20_001), `20001: key20000: ${tooMany}`],
    ['aliases that multiply', bomb, `5: e: ${tooMany}`],
    [
      '101 aliases',
      `alerts: { groupWait: &a 5s }\nx: [${'*a, '.repeat(101)}]`,
      '2: expected at most 100 aliases (*name); write the values out',
    ],
    ['a value that contains itself', 'cluster: &a\n  name: x\n  hosts: [*a]\n', `3: ${noAliasBefore}`],
    ['an alias without an anchor', 'cluster: *a\n', `1: ${noAliasBefore}`],
    ['a tag of another language', 'cluster: { name: !!python/object/apply:os.system ["id"] }\n', `1: ${noTag}`],
    ['binary data', 'cluster: { name: !!binary aGVsbG8= }\n', `1: ${noTag}`],
    ['a set', 'cluster: !!set { name }\n', `1: ${noTag}`],
    ['a set of an older YAML', '%YAML 1.1\n---\ncluster: !!set { name }\n', `3: ${noTag}`],
    ['a merge key', 'cluster:\n  <<: { name: a }\n', '2: cluster."<<": unknown key; expected one of name, hosts'],
    [
      'a merge key of an older YAML',
      '%YAML 1.1\n---\ncluster:\n  <<: { name: a }\n',
      '4: cluster."<<": unknown key; expected one of name, hosts',
    ],
    ['a key twice', 'alerts: {}\nalerts: {}\n', '2: alerts: is written twice; keep one'],
    [
      'a key of 1,000 characters',
      `${'key '.repeat(250)}: 1`,
      `1: (a key that is not shown here): unknown key; expected one of ${topKeys}`,
    ],
    ['a key twice in two notations', 'alerts: {}\n"alerts": {}\n', '2: alerts: is written twice; keep one'],
    ['a key that is a list', '? [a, b]\n: 1\n', '1: expected a text as a key; put it in quotes'],
    [
      'a key of every object',
      'cluster: { __proto__: { name: a } }\n',
      '1: cluster.__proto__: unknown key; expected one of name, hosts',
    ],
    [
      'the constructor of every object',
      'constructor: { prototype: {} }\n',
      `1: constructor: unknown key; expected one of ${topKeys}`,
    ],
    [
      'a second document',
      'alerts: {}\n---\nalerts: {}\n',
      '2: expected one document; remove the line --- or ... and what follows it',
    ],
    [
      '60,000 brackets that close nothing',
      ']'.repeat(60_000),
      '1: expected a key or a value; correct the quotes, brackets and colons, or the indentation',
    ],
    [
      'a bracket that stays open',
      'cluster: [\n',
      '2: expected the indentation of the lines above, or a closing bracket; align the line, or add the bracket',
    ],
    ['a list for the whole', '- 1\n', `1: the file: expected a mapping with the keys ${topKeys}, got a list`],
    [
      'a key that steers a terminal',
      '"\\e[2J\\a\\u202Ekey\\n2": 1\n',
      `1: "\\u001b[2J\\u0007\\u202ekey\\n2": unknown key; expected one of ${topKeys}`,
    ],
    [
      'a value that steers a terminal',
      'cluster: { name: "a\\e[31m b" }\n',
      '1: cluster.name: a cluster name contains neither "/" nor white space, got "a\\u001b[31m b"',
    ],
  ])('for %s', (_name, text, problem) => {
    expect(outcomeOf(text)).toBe(`offbeat.yaml:${problem}`);
  });

  it('and other errors have their stack traces afterwards', () => {
    const limit = Error.stackTraceLimit;
    outcomeOf(']]]');
    expect(Error.stackTraceLimit).toBe(limit);
  });

  it('for any YAML or JSON that is no settings', () => {
    const piece = fc.constantFrom(
      ...[
        'alerts:',
        '\n  ',
        'groupWait: ',
        '- ',
        '? ',
        'name: x',
        '&a ',
        '*a',
        '{',
        '}',
        '[',
        ']',
        ',',
        '"',
        "'",
        '|\n',
        '>\n',
      ],
      ...[
        '#',
        '%',
        '---\n',
        '...\n',
        '!',
        '!!set ',
        '<<: ',
        '\t',
        '\n',
        '\r\n',
        '\u0000',
        '\u2028',
        '\ufeff',
        '@',
        '\\',
        '~',
      ],
    );
    const pieces = fc.array(fc.oneof(piece, fc.string({ maxLength: 5, unit: 'binary' })), { maxLength: 60 });
    const places = fc.constantFrom(
      '',
      'cluster: ',
      'receivers:\n  - ',
      'deployment: { kafka: ',
      'catalogue: [{ match: ',
    );
    const yaml = fc.tuple(
      places,
      fc.oneof(
        fc.json(),
        fc.string(),
        pieces.map((all) => all.join('')),
      ),
    );
    fc.assert(
      fc.property(yaml, ([place, text]) => {
        expectOneLine(outcomeOf(place + text));
      }),
      { numRuns: 200 },
    );
  });

  it('for values within each other, however deep and however they are written', () => {
    const pairs = fc.constantFrom(['[', ']'], ['{a: ', '}'], ['{"a":[', ']}'], ['- ', ''], ['? ', ''], ['[{? ', '}]']);
    const deep = fc
      .record({ depth: fc.integer({ min: 0, max: 50_000 }), pair: pairs, isClosed: fc.boolean(), value: fc.json() })
      .map(({ depth, pair: [open, close], isClosed, value }) =>
        isClosed ? open!.repeat(depth) + value + close!.repeat(depth) : open!.repeat(depth) + value,
      );
    const places = fc.constantFrom('', 'cluster: ', 'receivers:\n  - ', 'cluster: &a\n  ');
    fc.assert(
      fc.property(places, deep, (place, text) => {
        expectOneLine(outcomeOf(place + text));
      }),
    );
  });
});

/** Expects settings, or a message of one line that no terminal acts on: at most three problems and some words. */
function expectOneLine(outcome: Settings | string): void {
  if (typeof outcome !== 'string') return;
  expect(outcome).toMatch(/^offbeat\.yaml:\d+: [^\p{C}\p{Zl}\p{Zp}]+$/u);
  expect(outcome.length).toBeLessThan(1_500);
}

describe('a settings text that is wrong is not repeated', () => {
  const address = 'https://hooks.example.com/T000/SECRETPATH';
  const secret = 'whsec_SECRETSECRETSECRETSECRETSECRET';

  it.each([
    ['in place of a webhook', (text: string) => `receivers:\n  - name: a\n    webhook: "${text}"\n`],
    ['in place of a receiver', (text: string) => `receivers:\n  - "${text}"\n`],
    ['in place of the receivers', (text: string) => `receivers: "${text}"\n`],
    ['as the name of a receiver', (text: string) => `receivers: [{ name: "${text}", terminal: {} }]\n`],
    [
      'as the secret',
      (text: string) => `receivers: [{ name: a, webhook: { url: "https://a.b", secret: "${text}" } }]\n`,
    ],
    [
      'as a time-out',
      (text: string) =>
        `receivers: [{ name: a, webhook: { url: "https://a.b", secret: "env:A", timeout: "${text}" } }]\n`,
    ],
    [
      'in a list for the address',
      (text: string) => `receivers: [{ name: a, webhook: { url: ["${text}"], secret: "env:A" } }]\n`,
    ],
    [
      'as the value of an unknown key',
      (text: string) => `receivers: [{ name: a, webhook: { url: "https://a.b", token: "${text}" } }]\n`,
    ],
    ['as the password of a target', (text: string) => `collect: [{ target: "kafka://u@b", password: "${text}" }]\n`],
    ['as a target', (text: string) => `collect: [{ target: "${text}" }, { target: "${text}" }]\n`],
    ['in the address of a target', (text: string) => `collect: [{ target: "kafka://u:${text}@b" }]\n`],
    ['in the address of a storage', (text: string) => `collect: [{ target: "moosefs://u:${text}@" }]\n`],
    ['as a network', (text: string) => `collect: [{ target: "moosefs://b", networks: ["${text}"] }]\n`],
    ['as a key', (text: string) => `receivers: [{ name: a, webhook: { "${text}" } }]\n`],
    ['as a key that is written twice', (text: string) => `"${text}": 1\n"${text}": 1\n`],
    ['as an alias', (text: string) => `cluster: *${text}\n`],
    ['as a tag', (text: string) => `cluster: !${text} 1\n`],
    ['behind an alias', (text: string) => `collectd: { storeRates: &a "${text}" }\ncluster: { name: *a }\n`],
    ['in text that is not YAML', (text: string) => `receivers:\n  - name: a\n    webhook: { url: ${text}: x }\n`],
    ['in place of the whole', (text: string) => text],
  ])('with an address or a secret %s', (_name, textWith) => {
    for (const text of [address, secret]) {
      expect(outcomeOf(textWith(text))).toMatch(/^offbeat\.yaml:\d+: /);
      expect(outcomeOf(textWith(text))).not.toContain('SECRET');
    }
  });

  it.each([
    ['a list of users', 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n'],
    ['a private key', '-----BEGIN KEY-----\nbin/root\n-----END KEY-----\n'],
    ['variables', 'PASSWORD=root\nTOKEN=bin\n'],
    ['a word', 'root'],
    ['a number', '271828'],
  ])('where it is %s', (_name, text) => {
    expect(outcomeOf(text)).toMatch(
      new RegExp(`^offbeat\\.yaml:1: the file: expected a mapping with the keys ${topKeys}, got (text|a number)$`),
    );
  });
});
