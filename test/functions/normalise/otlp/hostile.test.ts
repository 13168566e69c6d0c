import protobuf from 'protobufjs/minimal.js';
import { describe, expect, it } from 'vitest';
import { normalise } from '../../../../functions/normalise/normalise.ts';
import { defaultSettings, settingsSchema } from '../../../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../../../functions/shared/log/layout.ts';
import { beat, refusalOf, samplesOf, timeMs } from '../beats.ts';
import { attributes, cumulative, delta, logsOf, metricsOf, nsOf, point, read, sampleOf, timeUnixNano } from './otlp.ts';

const gauge = (name: string, ...dataPoints: object[]) => ({ name, gauge: { dataPoints } });
const good = gauge('good.x', point({ asInt: '1' }));
const countsOf = (metrics: readonly object[]) => {
  const { skipped, ignored } = normalise(beat(metricsOf(metrics)), defaultSettings, defaultLayout);
  return { skipped, ignored };
};

/** Returns a message of protobuf, made of its fields. */
type Field = (writer: protobuf.Writer) => protobuf.Writer;
const message = (...fields: Field[]): Uint8Array =>
  fields.reduce((writer, field) => field(writer), protobuf.Writer.create()).finish();
const inner =
  (number: number, ...fields: Field[]): Field =>
  (writer) =>
    writer.uint32(number * 8 + 2).bytes(message(...fields));
const text =
  (number: number, value: string): Field =>
  (writer) =>
    writer.uint32(number * 8 + 2).string(value);
const double =
  (number: number, value: number): Field =>
  (writer) =>
    writer.uint32(number * 8 + 1).double(value);
const fixed64 =
  (number: number, value: number): Field =>
  (writer) =>
    writer.uint32(number * 8 + 1).fixed64(value);
const varint =
  (number: number, value: number): Field =>
  (writer) =>
    writer.uint32(number * 8).uint32(value);
const repeated =
  (count: number, field: Field): Field =>
  (writer) => {
    for (let nth = 0; nth < count; nth += 1) field(writer);
    return writer;
  };

const ofHost = inner(1, inner(1, text(1, 'host.name'), inner(2, text(1, 'node-a'))));
/** Returns a record with the metrics of one host. */
const recordOf = (...metrics: Field[]) => Buffer.from(message(inner(1, ofHost, inner(2, ...metrics))));
/** A data point of 1 in field 1 of a gauge. */
const pointOfOne = inner(1, double(4, 1));

/** A histogram of delta temporality with buckets up to 1 and 2. */
const histogram = (...buckets: Field[]) =>
  inner(2, text(1, 'h.x'), inner(9, inner(1, fixed64(4, 3), ...buckets), varint(2, 1)));
const packed = [
  inner(6, (writer) => writer.fixed64(1).fixed64(2).fixed64(0)),
  inner(7, (writer) => writer.double(1).double(2)),
];

describe('lists of numbers in protobuf', () => {
  it('are read packed, unpacked and in parts', () => {
    const [expected] = samplesOf(beat(recordOf(histogram(...packed))));
    expect(Object.keys(expected!.measurements)).toEqual(['h.x.count', 'h.x.p50', 'h.x.p95', 'h.x.p99']);
    const bounds = [double(7, 1), double(7, 2)];
    const unpacked = [fixed64(6, 1), fixed64(6, 2), fixed64(6, 0), ...bounds];
    const inParts = [
      inner(6, (writer) => writer.fixed64(1)),
      fixed64(6, 2),
      inner(6, (writer) => writer.fixed64(0)),
      ...bounds,
    ];
    for (const buckets of [unpacked, inParts])
      expect(samplesOf(beat(recordOf(histogram(...buckets))))).toEqual([expected]);
  });

  it('that end in the middle of a number are refused', () => {
    const cut = inner(6, (writer) => writer.fixed64(1).uint32(0));
    expect(refusalOf(recordOf(histogram(cut, inner(7), inner(7), inner(7))))).toContain(
      'not OTLP: value: expected OTLP in protobuf: a number is longer than its list',
    );
  });
});

it('a record of more than a million messages is refused, however small they are', () => {
  const empty: Field = (writer) => writer.uint32(18).uint32(0);
  const bytes = recordOf(inner(2, text(1, 'a.b'), inner(5, pointOfOne)), repeated(1_000_000, empty));
  expect(refusalOf(bytes)).toBe(
    'too many fields: more than 1000000 messages in one record, attributes and values included',
  );
});

/** Returns the least of three times to read a record, ms. */
function costOf(record: Buffer): number {
  const turns = Array.from({ length: 3 }, () => {
    const beganMs = performance.now();
    samplesOf(beat(record));
    return performance.now() - beganMs;
  });
  return Math.min(...turns);
}

describe('a record of four times the size takes about four times as long', () => {
  const ofParts = (count: number) => {
    const parts = Array.from({ length: count }, (_, nth): [string, string] => [`part${nth}.name`, `${nth}`]);
    const points = Array.from({ length: count }, (_, nth) => point({ asInt: '1' }, { x: `${nth}` }));
    const resource = { 'host.name': 'node-a', ...Object.fromEntries(parts) };
    return Buffer.from(JSON.stringify(metricsOf([gauge('a.b', ...points)], resource)));
  };
  const numbers = (count: number) =>
    inner(
      6,
      repeated(count, (writer) => writer.fixed64(1)),
    );
  const ofLists = (count: number) => recordOf(histogram(numbers(count), repeated(count, inner(6))));

  it.each([
    ['of as many attributes of its resource as data points', ofParts, 1_000],
    ['of many lists in one data point', ofLists, 2_400],
  ] as const)('%s', (_, recordWith, count) => {
    let ratio = Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < 3 && ratio >= 9; turn += 1) {
      const short = costOf(recordWith(count));
      ratio = Math.min(ratio, costOf(recordWith(4 * count)) / short);
    }
    expect(ratio).toBeLessThan(9);
  });
});

describe('a resource with more than eight attributes that name its parts', () => {
  const resource = (last: string) => ({
    'host.name': 'node-a',
    ...Object.fromEntries(Array.from({ length: 12 }, (_, nth) => [`part${nth}.name`, nth === 11 ? last : 'x'])),
  });
  const dimensionsWith = (last: string, of: Record<string, string> = {}) =>
    sampleOf(gauge('a.b', point({ asInt: '1' }, of)), resource(last)).dimensions;

  it('has as many series as it has parts, also with attributes of the data point', () => {
    const texts = [
      dimensionsWith('a'),
      dimensionsWith('b'),
      dimensionsWith('a', { x: '1' }),
      dimensionsWith('a', { x: '2' }),
    ];
    expect(new Set(texts.map((each) => JSON.stringify(each))).size).toBe(4);
    for (const each of texts) expect(Object.keys(each)).toHaveLength(9);
  });
});

it('an attribute named "others" distinguishes series where there are more than eight', () => {
  const names = Object.fromEntries(Array.from({ length: 9 }, (_, nth) => [`x${nth}`, 'x']));
  const dimensionsWith = (others: string) =>
    sampleOf(gauge('a.b', point({ asInt: '1' }, { ...names, others }))).dimensions;
  expect(dimensionsWith('a')).not.toEqual(dimensionsWith('b'));
});

describe('a data point that says nothing', () => {
  it('because it has no value is counted, and the others are read', () => {
    expect(countsOf([gauge('a.b', point({})), good])).toEqual({ skipped: [], ignored: { 'no recorded value': 1 } });
  });

  it('because it repeats another one is counted', () => {
    expect(countsOf([gauge('a.b', point({ asInt: '5' }), point({ asInt: '5' }))]).skipped).toEqual([
      { field: 'a.b', reason: 'given twice' },
    ]);
  });

  it('because of a quantile that is none is counted', () => {
    const quantileValues = [-1, 2, 'NaN', 0.5].map((quantile) => ({ quantile, value: 3 }));
    const summary = { name: 'a.b', summary: { dataPoints: [point({ count: '1', sum: 3, quantileValues })] } };
    expect(countsOf([summary]).skipped.map(({ reason }) => reason)).toEqual(['not finite', 'not finite', 'not finite']);
    expect(sampleOf(summary).measurements).toEqual({ 'a.b.count': 1, 'a.b.sum': 3, 'a.b.p50': 3 });
  });
});

it('a metric named __proto__ is left out and counted, and the others are read', () => {
  const proto = gauge('__proto__', point({ asInt: '5' }));
  expect(read([proto, good]).map(({ measurements }) => measurements)).toEqual([{ 'good.x': 1 }]);
  expect(countsOf([proto, good]).skipped).toEqual([{ field: '__proto__', reason: 'unsafe name' }]);
});

it.each([
  ['at', 0],
  ['after', 1],
])('a start %s the time of its data point is no start: not every reading is the first after a restart', (_, ms) => {
  const dataPoints = [point({ asInt: '5', startTimeUnixNano: nsOf(timeMs + ms) })];
  const counter = sampleOf({ name: 'a.b', sum: { ...cumulative, isMonotonic: true, dataPoints } });
  expect([counter.kinds, counter.startMs]).toEqual([{ 'a.b': 'counter' }, undefined]);
});

describe('a metric without a name in protobuf', () => {
  const nameless = inner(2, inner(5, pointOfOne));

  it('does not make log records of the metrics beside it', () => {
    const named = inner(2, text(1, 'a.b'), inner(5, pointOfOne));
    const samples = samplesOf(beat(recordOf(nameless, named)));
    expect(samples.map(({ measurements }) => measurements)).toEqual([{ 'a.b': 1 }]);
  });

  it('is not what a log record with only a body is', () => {
    const bytes = recordOf(inner(2, inner(5, text(1, 'it failed')), text(3, 'ERROR')));
    expect(samplesOf(beat(bytes))).toMatchObject([{ line: { text: 'it failed' }, dimensions: { level: 'error' } }]);
  });
});

describe('one service in two clusters', () => {
  const settings = settingsSchema.parse({
    cluster: { name: 'local', hosts: ['a', 'b'].map((host) => ({ match: `node-${host}`, cluster: `of-${host}` })) },
  });
  const ofService = (host: string) => ({
    'service.name': 'api',
    'service.instance.id': '1',
    'host.name': `node-${host}`,
  });
  const resources = (record: (host: string) => object) => ['a', 'b'].flatMap((host) => Object.values(record(host))[0]);

  it('has metrics in each', () => {
    const resourceMetrics = resources((host) =>
      metricsOf([gauge(`a.b.${host}`, point({ asInt: '1' }))], ofService(host)),
    );
    const samples = samplesOf(beat({ resourceMetrics }), settings);
    expect(samples.map(({ entity, measurements }) => [entity.cluster, measurements])).toEqual([
      ['of-a', { 'a.b.a': 1 }],
      ['of-b', { 'a.b.b': 1 }],
    ]);
  });

  it('has log records in each', () => {
    const resourceLogs = resources((host) => logsOf([{ timeUnixNano, body: { stringValue: 'x' } }], ofService(host)));
    const samples = samplesOf(beat({ resourceLogs }), settings);
    expect(samples.map(({ entity, measurements }) => [entity.cluster, measurements])).toEqual([
      ['of-a', { 'log.records': 1 }],
      ['of-b', { 'log.records': 1 }],
    ]);
  });
});

it('the settings leave out an attribute of a resource also where it has more than eight', () => {
  const settings = settingsSchema.parse({ sources: [{ match: { dataset: 'a.b' }, ignore: ['part11.name'] }] });
  const dimensionsWith = (last: string) => {
    const texts = Object.fromEntries(
      Array.from({ length: 12 }, (_, nth) => [`part${nth}.name`, nth === 11 ? last : 'x']),
    );
    const resource = { attributes: attributes({ 'host.name': 'node-a', ...texts }) };
    const metrics = [{ name: 'a.b', sum: { ...delta, dataPoints: [point({ asInt: '1' })] } }];
    const [sample] = samplesOf(beat({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] }), settings);
    return sample!.dimensions;
  };
  expect(dimensionsWith('a')).toEqual(dimensionsWith('b'));
});
