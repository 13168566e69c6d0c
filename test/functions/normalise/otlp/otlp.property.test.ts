import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalise } from '../../../../functions/normalise/normalise.ts';
import type { Normalised } from '../../../../functions/normalise/with-effects.ts';
import { RefusedRecordError } from '../../../../functions/shared/domain/errors.ts';
import { defaultSettings } from '../../../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../../../functions/shared/log/layout.ts';
import { hostileTexts, readsOrRefuses } from '../../../support/hostile.ts';
import { encodeOtlp } from '../../../support/otlp/encode.ts';
import { beat, refusalOf, timeMs } from '../beats.ts';
import { captured } from './captured.ts';
import { logsOf, metricsOf, nsOf, point } from './otlp.ts';

const whole = fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map(String);
const count = fc.nat({ max: 2 ** 30 }).map(String);
const double = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom('NaN', 'Infinity', 0, 1));
const text = fc.oneof(fc.constantFrom('', 'a', 'node-a', 'read', 'ä€𝄞'), fc.string({ maxLength: 20 }));

const anyValue = fc.letrec<{ value: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) }),
    fc.record({ doubleValue: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64')) }),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 3 }) }) }),
    fc.record({
      kvlistValue: fc.record({ values: fc.array(fc.record({ key: text, value: tie('value') }), { maxLength: 3 }) }),
    }),
  ),
})).value;

const attributeList = fc.array(
  fc.record({ key: fc.oneof(fc.constantFrom('host.name', 'service.name', 'device', 'state'), text), value: anyValue }),
  { maxLength: 10 },
);
const timeUnixNano = fc.integer({ min: -60_000, max: 0 }).map((ms) => nsOf(timeMs + ms));
const times = {
  timeUnixNano,
  startTimeUnixNano: timeUnixNano,
  attributes: attributeList,
  flags: fc.constantFrom(0, 0, 1),
};
const exemplars = fc.array(fc.record({ timeUnixNano, asDouble: fc.integer() }), { maxLength: 2 });

const numberPoint = fc.oneof(
  fc.record({ ...times, asInt: whole, exemplars }),
  fc.record({ ...times, asDouble: double, exemplars }),
);
const optional = { requiredKeys: ['timeUnixNano', 'startTimeUnixNano', 'attributes', 'flags', 'count'] as never[] };
const distribution = { ...times, count, sum: double, min: double, max: double, exemplars };
const histogramPoint = fc.record(
  {
    ...distribution,
    bucketCounts: fc.array(count, { maxLength: 4 }),
    explicitBounds: fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 3 }),
  },
  optional,
);
const buckets = fc.record({ offset: fc.integer({ min: -9, max: 9 }), bucketCounts: fc.array(count, { maxLength: 4 }) });
const exponentialPoint = fc.record(
  { ...distribution, scale: fc.integer({ min: -4, max: 10 }), zeroCount: count, positive: buckets, negative: buckets },
  optional,
);
const summaryPoint = fc.record({
  ...times,
  count,
  sum: double,
  quantileValues: fc.array(fc.record({ quantile: fc.double({ min: 0, max: 1, noNaN: true }), value: double }), {
    maxLength: 3,
  }),
});

const points = <T>(point: fc.Arbitrary<T>) => fc.array(point, { maxLength: 3 });
const aggregationTemporality = fc.constantFrom(0, 1, 2);
const data = fc.oneof(
  fc.record({ gauge: fc.record({ dataPoints: points(numberPoint) }) }),
  fc.record({
    sum: fc.record({ dataPoints: points(numberPoint), aggregationTemporality, isMonotonic: fc.boolean() }),
  }),
  fc.record({ histogram: fc.record({ dataPoints: points(histogramPoint), aggregationTemporality }) }),
  fc.record({ exponentialHistogram: fc.record({ dataPoints: points(exponentialPoint), aggregationTemporality }) }),
  fc.record({ summary: fc.record({ dataPoints: points(summaryPoint) }) }),
);
const metric = fc
  .tuple(
    fc.record({ name: fc.oneof(fc.constantFrom('system.disk.io', 'http.server.size', 'up'), text), unit: text }),
    data,
  )
  // A metric without a name cannot be distinguished from a span in protobuf; no sender makes one.
  .map(([named, of]) => ({ ...named, name: named.name || 'a', ...of }));
const logRecord = fc.record({
  timeUnixNano,
  observedTimeUnixNano: timeUnixNano,
  severityNumber: fc.integer({ min: 0, max: 30 }),
  severityText: text,
  body: anyValue,
  attributes: attributeList,
});

const resource = fc.record({ attributes: attributeList });
const metricsData = fc.record({
  resourceMetrics: fc.array(
    fc.record({
      resource,
      scopeMetrics: fc.array(fc.record({ metrics: fc.array(metric, { maxLength: 3 }) }), { maxLength: 2 }),
    }),
    { maxLength: 3 },
  ),
});
const logsData = fc.record({
  resourceLogs: fc.array(
    fc.record({
      resource,
      scopeLogs: fc.array(fc.record({ logRecords: fc.array(logRecord, { maxLength: 3 }) }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

/** Returns the result of a record, or its refusal as text. */
function outcome(bytes: Buffer): Normalised | string {
  try {
    return normalise(beat(bytes), defaultSettings, defaultLayout);
  } catch (error) {
    if (error instanceof RefusedRecordError) return error.reason;
    throw error;
  }
}

it('a record of metrics is read alike from JSON and from protobuf', () => {
  fc.assert(
    fc.property(metricsData, (message) => {
      fc.pre(message.resourceMetrics.length > 0);
      expect(outcome(encodeOtlp('metrics', message))).toEqual(outcome(Buffer.from(JSON.stringify(message))));
    }),
    { numRuns: 300 },
  );
});

it('a record of log records is read alike from JSON and from protobuf', () => {
  fc.assert(
    fc.property(logsData, (message) => {
      expect(outcome(encodeOtlp('logs', message))).toEqual(outcome(Buffer.from(JSON.stringify(message))));
    }),
    { numRuns: 300 },
  );
});

const real = [...captured('metrics.otlp_proto'), ...captured('logs.otlp_proto')].map(({ value }) => value!);

it('bytes of any kind become samples, or are refused with a reason and a detail', () => {
  const spoilt = fc
    .tuple(fc.nat(), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 }), fc.nat())
    .map(([which, changes, cut]) => {
      const bytes = Buffer.from(real[which % real.length]!);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return cut % 4 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
    });
  const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from([10, ...bytes]));
  fc.assert(
    fc.property(fc.oneof(spoilt, random), (bytes) => {
      readsOrRefuses(() => normalise(beat(bytes), defaultSettings, defaultLayout));
    }),
    { numRuns: 1_000 },
  );
});

it('a record in JSON with any value in any place becomes samples, or is refused', () => {
  const documents = [
    metricsOf([{ name: 'a.b', gauge: { dataPoints: [point({ asInt: '1' }, { device: 'sda' })] } }]),
    logsOf([{ body: { stringValue: 'x' }, severityNumber: 9, attributes: [] }]),
    JSON.parse(String(captured('metrics.otlp_json')[0]!.value)),
  ];
  fc.assert(
    fc.property(hostileTexts(documents), (document) => {
      readsOrRefuses(() => normalise(beat(document), defaultSettings, defaultLayout));
    }),
    { numRuns: 500 },
  );
});

it('a record that is cut is refused, and JSON after a line break is not taken for protobuf', () => {
  const [bytes] = real;
  expect(refusalOf(bytes!.subarray(0, bytes!.length - 1))).toMatch(/^not OTLP: value: begins like OTLP in protobuf/);
  expect(refusalOf(Buffer.from('\n{"a":1}'))).toMatch(/^no entity: host.name/);
  expect(refusalOf(Buffer.from('\n{"a":'))).toMatch(/^not JSON: /);
});
