import { describe, expect, it } from 'vitest';
import { normalise } from '../../../functions/normalise/normalise.ts';
import { defaultSettings, settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { endVersion, tickVersion } from '../../../functions/shared/domain/signal.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { onePartitionEach, topics } from '../../../functions/shared/log/topics.ts';
import { beat, brokerMs, metricbeat, refusalOf, replayed, sampleOf } from './beats.ts';

const load = (value: unknown, more: object = {}) =>
  metricbeat('system.load', { system: { load: { 1: 0.5, norm: { 1: value } } } }, more);
const at = (timestamp: unknown) => load(0.5, { '@timestamp': timestamp });
const dayMs = 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString();

describe('a number of a document', () => {
  it.each([
    ['a numeric text, as Elasticsearch would coerce it', '"0.75"', 0.75],
    ['an integer of more than 53 bits, to the nearest double', '18446744073709551615', 18446744073709552000],
    ['−0', '-0', 0],
  ])('may be %s', (_name, json, value) => {
    const text = JSON.stringify(load('X')).replace('"X"', json);
    expect(sampleOf(text).measurements['system.load.norm.1']).toBe(value);
  });

  it.each([
    ['NaN as text', '"NaN"', 'not a number'],
    ['text', '"high"', 'not a number'],
    ['an empty text', '""', 'not a number'],
    ['more than a double holds', '1e999', 'not finite'],
    ['Infinity as text', '"Infinity"', 'not finite'],
  ])('is left out where it is %s, and the other fields are kept', (_name, json, reason) => {
    const text = JSON.stringify(load('X')).replace('"X"', json);
    const { effects, skipped } = normalise(beat(text), defaultSettings, defaultLayout);
    expect(JSON.parse(String(effects[0]?.value)).measurements).toEqual({ 'system.load.1': 0.5 });
    expect(skipped).toEqual([{ field: 'system.load.norm.1', reason }]);
  });

  it('that is invalid and the only measurement makes a dead letter that names it', () => {
    const only = metricbeat('system.load', { system: { load: { norm: { 1: 'NaN' } } } });
    expect(refusalOf(only)).toBe('no measurement: system.load.norm.1: not a number');
  });

  // After radoondas/apachebeat#17 and elastic/logstash#1859: grok makes texts unless it is told the type.
  it.each([
    ['apache', { cpu_load: '0.5', uptime: '12' }, 'apache.cpu_load: expected a number, got the text "0.5"'],
    ['a', { used: '12%' }, 'a.used: expected a number, got the text "12%"'],
    ['a', { free: '10 GiB' }, 'a.free: expected a number, got the text "10 GiB"'],
    ['a', { sent: '1,234' }, 'a.sent: expected a number, got the text "1,234"'],
    ['a', { version: '8.1', build: '1.2.3', state: 'up' }, 'no field contains a number that measures anything'],
  ])('that is a text in all fields of %s is named by the refusal', (root, fields, detail) => {
    expect(refusalOf({ hostname: 'h', [root]: fields })).toContain(`no measurement: ${detail}`);
  });

  it('in a list of objects is counted, and named if there is no other', () => {
    const queues = [{ name: 'a', depth: 3 }];
    const document = metricbeat('http.acme', { http: { acme: { queues } } });
    expect(refusalOf(document)).toBe('no measurement: http.acme.queues: a list of objects');
    const { skipped } = normalise(beat({ hostname: 'h', up: 1, queues }), defaultSettings, defaultLayout);
    expect(skipped).toEqual([{ field: 'queues', reason: 'a list of objects' }]);
  });

  it('that names a thing is no measurement', () => {
    const odd = { odd: { thing: { id: 7, pid: 8, port: 9, user_id: 10, value: 11 } } };
    expect(sampleOf(metricbeat('odd.thing', odd)).measurements).toEqual({ 'odd.thing.value': 11 });
  });

  it('of the envelope is no measurement', () => {
    const noise = {
      event: { dataset: 'system.load', duration: 5 },
      labels: { a: 1 },
      log: { offset: 1 },
      process: { pid: 1 },
    };
    expect(Object.keys(sampleOf(load(0.5, noise)).measurements)).toEqual(['system.load.1', 'system.load.norm.1']);
  });
});

describe("a document's time", () => {
  it.each([
    ['7 days before its append time', iso(brokerMs - 7 * dayMs)],
    ['a minute after', iso(brokerMs + 60_000)],
    ['ms since the epoch', brokerMs - 1000],
    ['with nanoseconds', '2026-11-23T15:00:00.123456789Z'],
    ['with an offset', '2026-11-23T16:00:00+01:00'],
    ['without a zone, which is UTC', '2026-11-23T15:00:00'],
  ])('may be %s', (_name, timestamp) => {
    const expected =
      typeof timestamp === 'number'
        ? timestamp
        : Date.parse(/Z|[+-]\d\d:\d\d$/.test(timestamp) ? timestamp : `${timestamp}Z`);
    expect(sampleOf(at(timestamp)).timestampMs).toBe(expected);
  });

  it.each([
    ['a ms more than a minute', 60_001],
    ['10 minutes', 600_000],
  ])('is replaced by its append time when it is %s ahead', (_name, aheadMs) => {
    expect(sampleOf(at(iso(brokerMs + aheadMs))).timestampMs).toBe(brokerMs);
  });

  it.each([
    ['1970', '1970-01-01T00:00:00.000Z'],
    ['next year', '2027-11-23T15:00:00.000Z'],
    ['a ms too early', iso(brokerMs - 7 * dayMs - 1)],
    ['a ms too late', iso(brokerMs + 600_001)],
  ])('is refused when it is %s', (_name, timestamp) => {
    expect(refusalOf(at(timestamp))).toMatch(
      /^timestamp out of range: @timestamp: .* correct the shipper's clock, or replay/,
    );
  });

  it.each([['yesterday'], ['2026-13-45T99:00:00Z'], [{ a: 1 }], [true], ['']])(
    'is refused as not a time when it is %j',
    (timestamp) => {
      expect(refusalOf(at(timestamp))).toMatch(/^not a time: @timestamp: expected a time such as .*, got /);
    },
  );

  it('of a replay may be of any age, but must be a time', () => {
    expect(sampleOf(at('1999-01-01T00:00:00Z'), replayed).timestampMs).toBe(Date.parse('1999-01-01T00:00:00Z'));
    expect(refusalOf(at('1969-12-31T23:59:59Z'), replayed)).toMatch(/^timestamp out of range: /);
  });

  it('of a replay must not be in the future', () => {
    expect(refusalOf(at('2027-11-23T15:00:00Z'), replayed)).toMatch(
      /^timestamp out of range: .* is not between 1970 and its append time, /,
    );
  });

  it('that is missing is replaced by its append time', () => {
    expect(sampleOf(at(undefined)).timestampMs).toBe(brokerMs);
  });
});

describe('a document that cannot be read', () => {
  const nested = (depth: number): string => `{"a":`.repeat(depth) + 1 + '}'.repeat(depth);
  const wide = Object.fromEntries(Array.from({ length: 1001 }, (_, nth) => [`f${nth}`, nth]));

  it.each<[string, unknown, RegExp]>([
    ['text', 'hello', /^not JSON: value: SyntaxError/],
    ['NaN as JSON', '{"a":NaN}', /^not JSON: value: SyntaxError/],
    ['bytes', Buffer.from([0xff, 0xfe, 0x00]), /^not JSON: value: SyntaxError/],
    ['nothing', Buffer.alloc(0), /^not JSON: value: SyntaxError/],
    ['half a document', '{"@timestamp":"2026', /^not JSON: value: SyntaxError/],
    ['null', 'null', /^not a document: value: expected a JSON object, got null/],
    ['a number', '5', /^not a document: value: expected a JSON object, got 5/],
    ['an empty object', {}, /^no measurement: no field contains a number/],
    [
      'fields nested too deep',
      `{"host":{"name":"a"},"x":${nested(30)}}`,
      /^nested too deep: x\.a\..*more than 20 levels/,
    ],
    [
      'more than 1,000 measurements',
      metricbeat('odd.one', { odd: wide }),
      /^too many fields: odd\.f1000: measurement number 1001, 1000 at most/,
    ],
    ['a name that is too long', load(1, { host: { name: 'a'.repeat(600) } }), /^not a sample: entity\.name: /],
  ])('because it is %s is refused with a reason', (_name, document, refusal) => {
    expect(refusalOf(document)).toMatch(refusal);
  });

  it('because it is a tombstone is refused with a reason', () => {
    expect(() => normalise({ ...beat(''), value: null }, defaultSettings, defaultLayout)).toThrow('got a tombstone');
  });

  it.each([['sample/2'], ['tick/2'], ['beat/1'], ['']])(
    'because its schema is "%s" names the expected schemas',
    (schema) => {
      expect(refusalOf(load(1), { [header.schema]: schema })).toMatch(
        /^unknown schema: header offbeat-schema: expected one of tick\/1, /,
      );
    },
  );

  it('because it is nested too deep for the stack does not end the process', () => {
    expect(refusalOf(`{"host":{"name":"a"},"x":${nested(200_000)}}`)).toMatch(/^nested too deep/);
  });

  it('of 5 MB is read if it contains a measurement', () => {
    expect(sampleOf(load(1, { message: 'x'.repeat(4_900_000) })).measurements).toMatchObject({
      'system.load.norm.1': 1,
    });
  });
});

describe('names from outside', () => {
  it('that are __proto__ are left out and change no prototype', () => {
    const text = JSON.stringify(load(1)).replace(
      '"system":{',
      '"__proto__":{"polluted":1},"system":{"__proto__":{"polluted":2},',
    );
    expect(sampleOf(text).measurements).toEqual({ 'system.load.1': 0.5, 'system.load.norm.1': 1 });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('of JavaScript, such as constructor, are ordinary names', () => {
    const odd = { odd: { constructor: { prototype: 3 }, toString: 4, hasOwnProperty: 5 } };
    expect(sampleOf(metricbeat('odd.constructor', odd)).measurements).toEqual({
      'odd.constructor.prototype': 3,
      'odd.toString': 4,
      'odd.hasOwnProperty': 5,
    });
    expect(sampleOf(metricbeat('constructor', { odd: { value: 1 } })).dataset).toBe('constructor');
  });
});

it('dimensions are sorted by name, in whatever order their shipper writes them', () => {
  const kafka = (consumergroup: object) => ({ topic: { name: 't' }, partition: { id: 0 }, consumergroup });
  const sample = sampleOf(metricbeat('kafka.consumergroup', { kafka: kafka({ id: 'g', offset: 1 }) }));
  expect(Object.keys(sample.dimensions)).toEqual(['partition', 'topic']);
});

it('a dimension that is longer than a sample may have is shortened, and two of them remain two', () => {
  const service = (end: string) => ({ address: `${'z'.repeat(2_000)}${end}` });
  const samples = ['a', 'b'].map((end) => sampleOf(metricbeat('app.text', { service: service(end), app: { v: 1 } })));
  const texts = samples.map(({ dimensions }) => dimensions.service ?? '');
  for (const text of texts) expect(text).toMatch(/^z{1011}~[0-9a-f]{12}$/);
  expect(new Set(texts).size).toBe(2);
});

describe('the cluster of a document', () => {
  const settings = settingsSchema.parse({
    cluster: {
      name: 'prod',
      hosts: [
        { match: 'stage-*', cluster: 'stage' },
        { match: '*-1', cluster: 'first' },
      ],
    },
  });

  it.each([
    ['node-a', 'prod'],
    ['stage-1', 'stage'],
    ['node-1', 'first'],
  ])('of host %s is %s by the first rule that matches', (name, cluster) => {
    expect(sampleOf(load(1, { host: { name } }), {}, settings).entity.cluster).toBe(cluster);
  });

  it('of a replay is the replay, for any rules', () => {
    const sample = sampleOf(load(1, { host: { name: 'stage-1' } }), replayed, settings);
    expect(sample).toMatchObject({ entity: { cluster: 'recorded' }, scope: 'recorded' });
  });

  it.each([['local'], ['live'], ['a/b'], ['']])('cannot be replayed as "%s"', (cluster) => {
    expect(refusalOf(load(1), { [header.replay]: cluster })).toMatch(/^not a replay: header offbeat-replay: /);
  });
});

describe('headers of other programs', () => {
  it.each([['schema'], ['id'], ['replay'], ['position'], ['source-time']])(
    'with the name %s have no meaning',
    (name) => {
      expect(sampleOf(load(1), { [name]: 'com.example.Event' })).toEqual(sampleOf(load(1)));
    },
  );
});

describe("a replay's time", () => {
  const layout = { partitions: { ...onePartitionEach, [topics.samples]: 3 } };
  const normalised = (schema: string, scope: string, headers: Record<string, string>) =>
    normalise(beat({ scope, timeMs: 60_000 }, { [header.schema]: schema, ...headers }), defaultSettings, layout);

  it.each([[tickVersion], [endVersion]])('(%s) goes to every partition of samples', (schema) => {
    const { effects } = normalised(schema, 'recorded', replayed);
    expect(effects.map(({ partition, headers, value }) => [partition, headers[header.schema], value])).toEqual(
      [0, 1, 2].map((partition) => [partition, schema, '{"scope":"recorded","timeMs":60000}']),
    );
  });

  it.each([
    ['of live', 'live', {}],
    ['of another replay', 'other', replayed],
  ])('is refused when it is that %s', (_name, scope, headers) => {
    expect(() => normalised(tickVersion, scope, headers)).toThrow('scope: expected that of header offbeat-replay');
  });
});
