import { describe, expect, it } from 'vitest';
import { normalise } from '../../../functions/normalise/normalise.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { nestedArrays } from '../../support/hostile.ts';
import { beat, metricbeat, refusalOf, sampleOf } from './beats.ts';

const megabytes = (count: number): string => 'x'.repeat(count * 1_000_000);
const manyFields = (end: string): Record<string, number> =>
  Object.fromEntries(Array.from({ length: 150_000 }, (_, nth) => [`f${nth}${end}`, nth]));

const list = (more: object) => ({
  host: 'node-m',
  plugin: 'load',
  type: 'load',
  dsnames: ['value'],
  dstypes: ['gauge'],
  values: [1],
  ...more,
});

describe('a time of 20,000 levels', () => {
  const deep = nestedArrays(20_000);

  it('in a beat is refused with a short message', () => {
    expect(refusalOf(`{"@timestamp":${deep},"host":{"name":"a"},"x":{"v":1}}`)).toBe(
      'not a time: @timestamp: expected a time such as 2026-11-23T15:00:00.000Z, or a number since 1970, got [[[[…]]]]',
    );
  });

  it('in a value list of collectd is refused with a short message', () => {
    const text = JSON.stringify(list({ time: 'deep' })).replace('"deep"', deep);
    expect(refusalOf(text)).toBe('not a time: [0].time: expected seconds since 1970, got [[[[…]]]]');
  });
});

describe('names from outside', () => {
  it.each([
    ['a host', metricbeat('system.load', { host: { name: 'a\u0000b' }, system: { load: { 1: 1 } } }), 'entity.name'],
    ['a dataset', metricbeat('a\u0000b', { x: { v: 1 } }), 'dataset'],
    ['a metric', metricbeat('x.y', { x: { 'a\u0000b': 1 } }), 'measurements.x.a\\u0000b'],
    [
      'a device',
      metricbeat('system.diskio', { system: { diskio: { name: 'a\u0000b', read: { bytes: 1 } } } }),
      'dimensions.device',
    ],
    [
      'the key of a bean',
      metricbeat('kafka.consumer', {
        service: { address: 'b:1' },
        kafka: { consumer: { mbean: 'k:a\u0000b=1', in: { bytes: 1 } } },
      }),
      'dimensions.a\\u0000b',
    ],
    ["collectd's host", [list({ host: 'a\u0000b' })], 'entity.name'],
    ["collectd's plugin", [list({ plugin: 'a\u0000b' })], 'dataset'],
    ["collectd's instance", [list({ plugin_instance: 'a\u0000b' })], 'dimensions.plugin_instance'],
    ["a log's host", { message: 'x', host: { name: 'a\u0000b' } }, 'entity.name'],
    ['half of a surrogate pair in a host', { message: 'x', host: { name: '\ud800bad\udfff' } }, 'entity.name'],
  ])('with NUL, such as %s, are refused with the name of their field', (_, document, field) => {
    expect(refusalOf(document)).toContain(`not a sample: ${field}: `);
    expect(refusalOf(document)).toContain('without NUL');
  });

  it('of JavaScript, such as constructor, are ordinary types of collectd', () => {
    const sample = sampleOf([list({ plugin: '__proto__', type: 'constructor', dsnames: ['toString'] })]);
    expect(sample.measurements).toEqual({ 'collectd.__proto__.constructor.toString': 1 });
    expect(sample.units).toBeUndefined();
  });

  it('of a text that is only a fact leave out the fact, and not its document', () => {
    const x = { 'a\u0000b': 'text', '\ud800': 'text', state: 'up', v: 1 };
    expect(sampleOf(metricbeat('x.y', { x }))).toMatchObject({
      measurements: { 'x.v': 1 },
      facts: { 'x.state': 'up' },
    });
  });

  it('that are empty are left out and counted', () => {
    const document = metricbeat('x.y', { '': 5, x: { v: 1 } });
    expect(sampleOf(document).measurements).toEqual({ 'x.v': 1 });
    const { skipped } = normalise(beat(document), defaultSettings, defaultLayout);
    expect(skipped).toEqual([{ field: '', reason: 'unsafe name' }]);
  });

  it('that are __proto__ become no dimension', () => {
    const bean = { service: { address: 'b:1' }, kafka: { consumer: { mbean: 'k:__proto__=x', in: { bytes: 1 } } } };
    expect(refusalOf(metricbeat('kafka.consumer', bean))).toBe(
      'not a sample: dimensions: expected no dimension named __proto__',
    );
  });
});

// Each field would repeat the long name, which would need hundreds of gigabytes.
describe('a name of megabytes', () => {
  it('is left out if it has fields below it, and the rest of the document is read', () => {
    const document = metricbeat('x.y', { [megabytes(2)]: manyFields(''), x: { v: 1 } });
    expect(sampleOf(document).measurements).toEqual({ 'x.v': 1 });
  });

  it('is left out if it is the module and has ids below it', () => {
    const module = megabytes(1);
    const document = metricbeat('x.y', { event: { module, dataset: 'x.y' }, [module]: manyFields('_id'), x: { v: 1 } });
    expect(sampleOf(document)).toMatchObject({ measurements: { 'x.v': 1 }, dimensions: {} });
  });

  it('is refused as a plugin of collectd', () => {
    const values = Array.from({ length: 200_000 }, () => 1);
    const dsnames = values.map((_, nth) => `d${nth}`);
    expect(refusalOf([list({ plugin: megabytes(2), values, dsnames })])).toBe(
      'not a sample: [0]: plugin and type: more than 256 characters',
    );
  });
});

describe('a document of many fields', () => {
  it('is refused above 10,000, objects included, whatever their values are', () => {
    const objects = Object.fromEntries(Array.from({ length: 10_000 }, (_, nth) => [`f${nth}`, {}]));
    expect(refusalOf(metricbeat('x.y', { x: objects }))).toMatch(
      /^too many fields: x\.f\d+: field number 10001, 10000 at most$/,
    );
  });

  it('may have any number of entries in an array and of fields without a value', () => {
    const nothing = Object.fromEntries(Array.from({ length: 20_000 }, (_, nth) => [`f${nth}`, null]));
    const list = Array.from({ length: 20_000 }, (_, nth) => ({ nth }));
    expect(sampleOf(metricbeat('x.y', { x: { ...nothing, list, v: 1 } })).measurements).toEqual({ 'x.v': 1 });
  });
});

it('a numeric text is decimal, as shippers write it', () => {
  const load = (value: string) => sampleOf(metricbeat('system.load', { system: { load: { 1: value, 5: 2 } } }));
  for (const [text, number] of Object.entries({ '7': 7, ' -7.5 ': -7.5, '.5e1': 5, '+1.': 1 })) {
    expect([text, load(text).measurements['system.load.1']]).toEqual([text, number]);
  }
  for (const text of ['0x10', '0b1', '0o7', '1_000', 'Infinity', '1,5', '', 'e5', '.']) {
    expect([text, load(text).measurements]).toEqual([text, { 'system.load.5': 2 }]);
  }
});

it('two values of collectd with one name are the first, and the other is counted', () => {
  const message = [list({ dsnames: ['a', 'a'], values: [1, 2, 3, 4] })];
  const type = 'collectd.load.load';
  expect(sampleOf(message).measurements).toEqual({ [`${type}.a`]: 1, [type]: 3 });
  const { skipped } = normalise(beat(message), defaultSettings, defaultLayout);
  expect(skipped).toEqual([`${type}.a`, type].map((field) => ({ field, reason: 'given twice' })));
});

it('a value list of collectd may have at most 1,000 values', () => {
  const values = Array.from({ length: 1_001 }, () => 1);
  expect(refusalOf([list({ values })])).toBe('too many fields: [0].values: 1001 values in one list, 1000 at most');
});
