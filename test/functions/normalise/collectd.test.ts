import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { beat, brokerMs, lettersOf, refusalOf, sampleOf, samplesOf } from './beats.ts';

/** Returns a value list as collectd 5.12 writes it with `Format JSON`. */
const list = (more: object = {}) => ({
  values: [0, 89289.5],
  dstypes: ['derive', 'derive'],
  dsnames: ['read', 'write'],
  time: brokerMs / 1000 - 0.346,
  interval: 10,
  host: 'node-m',
  plugin: 'disk',
  plugin_instance: 'loop6',
  type: 'disk_octets',
  type_instance: '',
  ...more,
});
const counters = settingsSchema.parse({ collectd: { storeRates: false } });

describe("a message of collectd's write_kafka", () => {
  it('becomes a sample of its host, with metrics by plugin, type and data source', () => {
    expect(sampleOf([list()])).toEqual({
      entity: { cluster: 'local', kind: 'host', name: 'node-m' },
      timestampMs: brokerMs - 346,
      dataset: 'collectd.disk.disk_octets',
      dimensions: { plugin_instance: 'loop6' },
      measurements: { 'collectd.disk.disk_octets.read': 0, 'collectd.disk.disk_octets.write': 89289.5 },
      source: 'collectd',
    });
  });

  it('contains raw counters if collectd.storeRates is false', () => {
    expect(sampleOf([list()], {}, counters)).toMatchObject({
      kinds: { 'collectd.disk.disk_octets.read': 'counter', 'collectd.disk.disk_octets.write': 'counter' },
      units: { 'collectd.disk.disk_octets.read': 'By', 'collectd.disk.disk_octets.write': 'By' },
    });
  });

  it('has gauges for any value of collectd.storeRates', () => {
    const percent = list({
      plugin: 'cpu',
      plugin_instance: '',
      type: 'percent',
      type_instance: 'user',
      values: [32.6],
      dstypes: ['gauge'],
      dsnames: ['value'],
    });
    const sample = {
      dataset: 'collectd.cpu.percent',
      dimensions: { type_instance: 'user' },
      measurements: { 'collectd.cpu.percent': 32.6 },
    };
    expect(sampleOf([percent])).toMatchObject(sample);
    expect(sampleOf([percent], {}, counters)).toMatchObject(sample);
    expect(sampleOf([percent], {}, counters).kinds).toBeUndefined();
  });

  it('of an unknown type has the unit 1/s for a rate', () => {
    const odd = list({ plugin: 'odd', type: 'odd_things', values: [1], dstypes: ['derive'], dsnames: ['value'] });
    expect(sampleOf([odd]).units).toEqual({ 'collectd.odd.odd_things': '1/s' });
  });

  it('of the first interval, without a rate yet, becomes a sample without measurements and no dead letter', () => {
    expect(sampleOf([list({ values: [null, null] })]).measurements).toEqual({});
    expect(sampleOf([list({ values: [null, 5] })]).measurements).toEqual({ 'collectd.disk.disk_octets.write': 5 });
  });

  it('becomes one sample for each value list, in order', () => {
    const samples = samplesOf(beat([list(), list({ plugin_instance: 'loop7' }), list({ type: 'disk_ops' })]));
    expect(samples.map(({ dataset, dimensions }) => `${dataset} ${dimensions.plugin_instance}`)).toEqual([
      'collectd.disk.disk_octets loop6',
      'collectd.disk.disk_octets loop7',
      'collectd.disk.disk_ops loop6',
    ]);
  });

  it('has a value that is no number left out, and its others kept', () => {
    expect(sampleOf([list({ values: ['NaN', 7] })]).measurements).toEqual({ 'collectd.disk.disk_octets.write': 7 });
  });

  it('with a list that is refused keeps the others, and that list becomes a dead letter of its own', () => {
    const bad = list({ time: 'now' });
    const message = beat([list(), bad, 5, list({ plugin_instance: 'loop7' })]);
    expect(samplesOf(message).map(({ dimensions }) => dimensions.plugin_instance)).toEqual(['loop6', 'loop7']);
    expect(lettersOf(message)).toEqual([
      `not a time: document 2 of 4: [0].time: expected seconds since 1970, got "now": ${JSON.stringify([bad])}`,
      'not a document: document 3 of 4: value: expected a JSON object, got 5: 5',
    ]);
  });

  it.each([
    ['an empty array', [], 'not collectd: expected value lists, got an empty array'],
    ['no host', [list({ host: '' })], 'no entity: [0].host: missing; expected a text, as collectd writes it'],
    [
      'no plugin',
      [list({ plugin: undefined })],
      'no entity: [0].plugin: missing; expected a text, as collectd writes it',
    ],
    ['a time that is text', [list({ time: 'now' })], 'not a time: [0].time: expected seconds since 1970, got "now"'],
    [
      '1,001 lists',
      Array.from({ length: 1001 }, () => list()),
      'too many fields: 1001 value lists in one message, 1000 at most',
    ],
  ])('with %s is refused', (_name, message, refusal) => {
    expect(refusalOf(message)).toBe(refusal);
  });
});
