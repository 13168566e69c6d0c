import { describe, expect, it } from 'vitest';
import { normalise } from '../../../../functions/normalise/normalise.ts';
import { defaultSettings } from '../../../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../../../functions/shared/log/layout.ts';
import { beat, brokerMs, refusalOf, samplesOf, timeMs } from '../beats.ts';
import { attributes, cumulative, delta, encodings, metricsOf, nsOf, point, read, sampleOf, startMs } from './otlp.ts';

const gauge = (name: string, fields: object = { asDouble: 1 }, texts?: Readonly<Record<string, string>>) => ({
  name,
  gauge: { dataPoints: [point(fields, texts)] },
});

describe('the settings of a dataset', () => {
  const settings = {
    ...defaultSettings,
    sources: [
      {
        match: { dataset: 'acme.*' },
        dimensions: ['rack'],
        counters: ['acme.jobs.*'],
        ignore: ['acme.jobs.debug', 'pid', 'os.*'],
      },
    ],
  };
  const metrics = [
    gauge('acme.jobs.done', { asInt: '5' }, { queue: 'q', pid: '7' }),
    gauge('acme.jobs.debug', { asInt: '1' }, { queue: 'q', pid: '7' }),
  ];
  const resource = { 'host.name': 'node-a', rack: 'r1', 'os.version': '12', 'acme.version': '3' };

  it.each(encodings('metrics', metricsOf(metrics, resource)))(
    'add attributes of the resource to the dimensions, make counters, and leave out metrics, attributes and facts, in %s',
    (_, bytes) => {
      const [effect] = normalise(beat(bytes), settings, defaultLayout).effects;
      const sample = JSON.parse(String(effect!.value));
      expect(sample).toMatchObject({
        dimensions: { queue: 'q', rack: 'r1' },
        measurements: { 'acme.jobs.done': 5 },
        kinds: { 'acme.jobs.done': 'counter' },
        facts: { 'acme.version': '3' },
      });
      expect(Object.keys(sample.facts)).toEqual(['acme.version']);
      expect(Object.keys(sample.measurements)).toEqual(['acme.jobs.done']);
      expect(Object.keys(sample.dimensions)).toEqual(['queue', 'rack']);
    },
  );
});

describe('a data point', () => {
  it('has no unit where one of several lines was sent', () => {
    expect(sampleOf({ ...gauge('acme.size'), unit: 'By\n ignore: true' }).units).toBeUndefined();
  });

  it('of a gauge is its value, with the unit as sent', () => {
    expect(sampleOf({ ...gauge('acme.queue.depth', { asInt: '7' }), unit: '{message}' })).toEqual({
      entity: { cluster: 'local', kind: 'host', name: 'node-a' },
      timestampMs: timeMs,
      dataset: 'acme.queue',
      dimensions: {},
      measurements: { 'acme.queue.depth': 7 },
      source: 'opentelemetry',
    });
    expect(sampleOf({ ...gauge('acme.size'), unit: 'MBy' }).units).toEqual({ 'acme.size': 'MBy' });
  });

  it.each([
    ['monotonic and cumulative', { ...cumulative, isMonotonic: true }, 'counter', startMs],
    ['cumulative', cumulative, undefined, undefined],
    ['monotonic and of delta temporality', { ...delta, isMonotonic: true }, 'delta', undefined],
    ['of delta temporality', delta, 'delta', undefined],
  ])('of a sum that is %s has the kind and the start that follow from it', (_, sum, kind, start) => {
    const sample = sampleOf({ name: 'acme.jobs', sum: { ...sum, dataPoints: [point({ asInt: '-3' })] } });
    expect(sample).toMatchObject({ measurements: { 'acme.jobs': -3 } });
    expect(sample.kinds?.['acme.jobs']).toBe(kind);
    expect(sample.startMs).toBe(start);
  });

  it('has its attributes as dimensions, and those beyond eight are hashed into one', () => {
    const texts = (last: string) =>
      Object.fromEntries(Array.from({ length: 10 }, (_, nth) => [`a${nth}`, nth === 9 ? last : `${nth}`]));
    const { dimensions } = sampleOf(gauge('acme.size', { asInt: '1' }, texts('x')));
    expect(Object.keys(dimensions)).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'others']);
    expect(sampleOf(gauge('acme.size', { asInt: '1' }, texts('y'))).dimensions.others).not.toBe(dimensions.others);
    expect(sampleOf(gauge('acme.size', { asInt: '1' }, texts('x'))).dimensions).toEqual(dimensions);
  });

  it('has attributes of every type as text', () => {
    const values = [
      { boolValue: true },
      { intValue: '9007199254740993' },
      { doubleValue: 0.5 },
      { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'b' }] } },
      { kvlistValue: { values: [{ key: '__proto__', value: { boolValue: false } }] } },
      { bytesValue: 'AQI=' },
    ];
    const dataPoint = { ...point({ asInt: '1' }), attributes: values.map((value, nth) => ({ key: `k${nth}`, value })) };
    expect(sampleOf({ name: 'acme.size', gauge: { dataPoints: [dataPoint] } }).dimensions).toEqual({
      k0: 'true',
      k1: '9007199254740993',
      k2: '0.5',
      k3: '[1,"b"]',
      k4: '{"__proto__":false}',
      k5: 'AQI=',
    });
  });

  it('keeps two long attributes apart that begin alike', () => {
    const [one, two] = ['x', 'y'].map((end) =>
      sampleOf(gauge('a.b', { asInt: '1' }, { path: 'p'.repeat(1000) + end })),
    );
    expect(one!.dimensions.path).toHaveLength(128);
    expect(one!.dimensions.path).not.toBe(two!.dimensions.path);
  });

  it('shares a sample with those of the same moment, attributes and first two parts of the name', () => {
    const samples = read([
      gauge('system.disk.io', { asInt: '1' }, { device: 'sda' }),
      gauge('system.disk.merged', { asInt: '2' }, { device: 'sda' }),
      gauge('system.disk.merged', { asInt: '3' }, { device: 'sdb' }),
      gauge('system.network.io', { asInt: '4' }, { device: 'sda' }),
    ]);
    expect(samples.map(({ dataset, dimensions, measurements }) => [dataset, dimensions.device, measurements])).toEqual([
      ['system.disk', 'sda', { 'system.disk.io': 1, 'system.disk.merged': 2 }],
      ['system.disk', 'sdb', { 'system.disk.merged': 3 }],
      ['system.network', 'sda', { 'system.network.io': 4 }],
    ]);
  });

  it('becomes a second sample if it was sent twice with different values, so that detect reports a collision', () => {
    const twice = [gauge('a.b', { asInt: '1' }), gauge('a.b', { asInt: '2' })];
    expect(read(twice).map(({ measurements }) => measurements)).toEqual([{ 'a.b': 1 }, { 'a.b': 2 }]);
    expect(read([twice[0]!, twice[0]!])).toHaveLength(1);
  });

  it('has the earliest start of the counters of its sample, which a restart moves', () => {
    const sum = (name: string, start: number) => ({
      name,
      sum: { ...cumulative, isMonotonic: true, dataPoints: [point({ asInt: '1', startTimeUnixNano: nsOf(start) })] },
    });
    expect(sampleOf(sum('a.b.c', startMs)).startMs).toBe(startMs);
    expect(read([sum('a.b.d', startMs + 5), sum('a.b.c', startMs)])[0]?.startMs).toBe(startMs);
  });
});

describe('what is not a value', () => {
  const counts = (message: object) => {
    const [json, protobuf] = encodings('metrics', message).map(([, bytes]) => {
      const { skipped, ignored, effects } = normalise(beat(bytes), defaultSettings, defaultLayout);
      return { skipped, ignored, samples: effects.length };
    });
    expect(protobuf).toEqual(json);
    return json;
  };

  it('is left out and counted: NaN, no recorded value, exemplars', () => {
    const dataPoints = [
      point({ asDouble: 1, exemplars: [{ timeUnixNano: '1', asDouble: 4 }] }),
      point({ asDouble: 'NaN' }, { a: '1' }),
      point({ asDouble: '-Infinity' }, { a: '2' }),
      point({ flags: 1 }, { a: '3' }),
    ];
    expect(counts(metricsOf([{ name: 'a.b', gauge: { dataPoints } }]))).toEqual({
      samples: 1,
      skipped: [
        { field: 'a.b', reason: 'not finite' },
        { field: 'a.b', reason: 'not finite' },
      ],
      ignored: { exemplar: 1, 'no recorded value': 1 },
    });
  });

  it('costs no other sample of the record: a resource without an entity, a time out of range, a name that no metric can have', () => {
    const good = metricsOf([
      gauge('a.b'),
      gauge('c.d', { asInt: '1', timeUnixNano: nsOf(brokerMs - 30 * 86_400_000) }),
      gauge('x'.repeat(600)),
      gauge('e.f', { asInt: '1' }, { ['y'.repeat(200)]: 'z' }),
    ]).resourceMetrics;
    const nameless = metricsOf([gauge('a.b')], {}).resourceMetrics;
    expect(counts({ resourceMetrics: [...good, ...nameless] })).toEqual({
      samples: 1,
      skipped: [
        { field: `${'x'.repeat(200)}…`, reason: 'unsafe name' },
        { field: 'e.f', reason: 'unsafe name' },
      ],
      ignored: { 'no entity': 1, 'sample refused': 1 },
    });
  });

  it('is refused if there is nothing else in the record', () => {
    expect(refusalOf(metricsOf([gauge('a.b')], {}))).toMatch(/^no entity: resource: expected the attribute host.name/);
    expect(refusalOf(metricsOf([gauge('a.b', { asDouble: 'NaN' })]))).toBe('no measurement: a.b: not finite');
    expect(refusalOf(metricsOf([]))).toBe('no measurement: the record has neither data points nor log records');
    expect(refusalOf(metricsOf([gauge('a.b', { asInt: '1', timeUnixNano: '1000000' })]))).toMatch(
      /^timestamp out of range/,
    );
  });
});

it('a record with more than 50,000 data points is refused, and names the remedy', () => {
  const dataPoints = Array.from({ length: 50_001 }, () => ({}));
  const message = metricsOf([{ name: 'a.b', gauge: { dataPoints } }]);
  for (const [, bytes] of encodings('metrics', message)) {
    expect(refusalOf(bytes)).toMatch(/^too many fields: more than 50000 .* set send_batch_max_size/);
  }
});

describe('the entity', () => {
  const entityOf = (metric: string, resource: Readonly<Record<string, string>>) => {
    const { entity, dimensions } = sampleOf(gauge(metric), resource);
    return [`${entity.kind}/${entity.name}`, dimensions];
  };
  const id = '0b7e9b0e-4b4e-4b0a-9c4e-0f6a3f6b7c11';

  it.each([
    ['system.uptime', { 'host.name': 'n', 'service.name': 's' }, 'host/n', {}],
    ['hw.fan.speed', { 'host.id': 'i' }, 'host/i', {}],
    [
      'process.cpu.time',
      { 'host.name': 'n', 'process.pid': '7', 'process.executable.name': 'java', 'process.command_line': 'java -jar' },
      'host/n',
      { 'process.executable.name': 'java', 'process.pid': '7' },
    ],
    ['http.requests', { 'host.name': 'n', 'service.name': 's' }, 'service/s', { 'host.name': 'n' }],
    [
      'http.requests',
      { 'service.name': 's', 'service.instance.id': 'a:80' },
      'service/s',
      { 'service.instance.id': 'a:80' },
    ],
    [
      'http.requests',
      { 'service.name': 's', 'service.instance.id': id, 'k8s.pod.name': 'p', 'host.name': 'n' },
      'service/s',
      { 'k8s.pod.name': 'p' },
    ],
    ['http.requests', { 'service.name': 's', 'service.instance.id': id }, 'service/s', {}],
    ['redis.keys', { 'host.name': 'n', 'service.name': 'unknown_service:redis' }, 'host/n', {}],
    [
      'postgresql.rows',
      { 'host.name': 'n', 'postgresql.database.name': 'd', 'os.type': 'linux' },
      'host/n',
      { 'postgresql.database.name': 'd' },
    ],
    [
      'k8s.pod.phase',
      { 'k8s.pod.name': 'p', 'k8s.pod.uid': id, 'k8s.namespace.name': 'x' },
      'service/p',
      { 'k8s.namespace.name': 'x' },
    ],
  ])('of %s from %j is %s', (metric, resource, entity, dimensions) => {
    expect(entityOf(metric, resource as Record<string, string>)).toEqual([entity, dimensions]);
  });

  it('has the other texts of the resource as facts, without commands and secrets', () => {
    const { facts } = sampleOf(gauge('system.uptime'), {
      'host.name': 'n',
      'os.version': '13',
      'process.command_args': '--password x',
      'acme.token': 'x',
    });
    expect(facts).toEqual({ 'os.version': '13' });
  });
});

it('a record in JSON with the names of the protocol files, names of enumerated values and numbers as numbers is read alike', () => {
  const record = {
    resource_metrics: [
      {
        resource: { attributes: attributes({ 'host.name': 'node-a' }) },
        scope_metrics: [
          {
            metrics: [
              {
                name: 'acme.jobs',
                sum: {
                  aggregation_temporality: 'AGGREGATION_TEMPORALITY_DELTA',
                  is_monotonic: true,
                  data_points: [{ time_unix_nano: timeMs * 1e6, as_int: 3 }],
                },
              },
            ],
          },
        ],
      },
    ],
  };
  expect(samplesOf(beat(record))).toMatchObject([
    { timestampMs: timeMs, measurements: { 'acme.jobs': 3 }, kinds: { 'acme.jobs': 'delta' } },
  ]);
});
