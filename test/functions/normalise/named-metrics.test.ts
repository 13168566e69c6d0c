import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { refusalOf, replayed, sampleOf, time, timeMs } from './beats.ts';

const seconds = timeMs / 1_000;

// The shape is that of Telegraf's serializer `json`.
describe('a metric of Telegraf', () => {
  const cpu = {
    fields: { usage_idle: 91.5, usage_user: 2.5, time: 7, state: 'ok', on_battery: true },
    name: 'cpu',
    tags: { cpu: 'cpu-total', host: 'raynor' },
    timestamp: seconds,
  };

  it('becomes a sample of the host in its tags, with the other tags as dimensions', () => {
    expect(sampleOf(cpu)).toEqual({
      entity: { cluster: 'local', kind: 'host', name: 'raynor' },
      timestampMs: timeMs,
      dataset: 'telegraf.cpu',
      dimensions: { cpu: 'cpu-total' },
      measurements: { 'telegraf.cpu.usage_idle': 91.5, 'telegraf.cpu.usage_user': 2.5, 'telegraf.cpu.time': 7 },
      facts: { 'fields.state': 'ok' },
      source: 'telegraf',
    });
  });

  it('with texts only is a sample without measurements and no dead letter, as the uptime of the input system', () => {
    const uptime = { ...cpu, name: 'system', fields: { uptime_format: '3 days, 17:50' } };
    expect(sampleOf(uptime)).toMatchObject({ dataset: 'telegraf.system', measurements: {} });
  });

  // After influxdata/telegraf#5867.
  it('keeps its series when the state, the image or the version of a container changes', () => {
    const container = (container_status: string, container_image: string) => ({
      fields: { container_id: 'adc4ba9593871bf2', usage_total: 20825265 },
      name: 'docker_container_cpu',
      tags: {
        container_image,
        container_name: 'zen_ritchie',
        container_status,
        cpu: 'cpu0',
        engine_host: 'docker-1',
        host: 'docker-1',
        server_version: '17.09.0-ce',
      },
      timestamp: seconds,
    });
    expect(sampleOf(container('running', 'shop:1'))).toMatchObject({
      dimensions: { container_name: 'zen_ritchie', cpu: 'cpu0', engine_host: 'docker-1' },
      facts: { container_status: 'running', container_image: 'shop:1', server_version: '17.09.0-ce' },
    });
    expect(sampleOf(container('exited', 'shop:2')).dimensions).toEqual(
      sampleOf(container('running', 'shop:1')).dimensions,
    );
  });

  it('keeps the status of requests apart, but not that of a check', () => {
    const of = (tags: object) => sampleOf({ ...cpu, tags: { host: 'a', ...tags } }).dimensions;
    expect(of({ status_code: '500', status: '500' })).toEqual({ status: '500', status_code: '500' });
    expect(of({ status_code: '500', result: 'response_status_code_mismatch', server: 'x' })).toEqual({ server: 'x' });
  });

  it('has its own name where it is called measurement, as by InfluxDB', () => {
    const { name, timestamp, ...point } = cpu;
    expect(sampleOf({ ...point, measurement: name, time: timestamp })).toMatchObject({
      timestampMs: timeMs,
      dataset: 'cpu',
      dimensions: { cpu: 'cpu-total' },
      measurements: { 'cpu.usage_idle': 91.5 },
    });
  });

  it('of a table of SNMP is told apart by all its tags', () => {
    const row = (ifDescr: string) => ({
      fields: { ifHCInOctets: 340772969979493, ifIndex: 104 },
      name: 'interface',
      tags: { agent_host: '192.0.2.7', host: 'collector-1', hostname: 'core-sw-1', ifDescr },
      timestamp: seconds,
    });
    expect(sampleOf(row('Vl351')).dimensions).toEqual({
      agent_host: '192.0.2.7',
      hostname: 'core-sw-1',
      ifDescr: 'Vl351',
    });
    expect(sampleOf(row('x'.repeat(200))).dimensions).not.toEqual(sampleOf(row('x'.repeat(201))).dimensions);
  });

  it('with more than eight tags keeps all of them in its identity', () => {
    const tags = (last: string) => ({
      host: 'a',
      ...Object.fromEntries(
        ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map((tag) => [tag, tag === 'j' ? last : 'x']),
      ),
    });
    const dimensions = (last: string) => sampleOf({ ...cpu, tags: tags(last) }).dimensions;
    expect(Object.keys(dimensions('y'))).toHaveLength(9);
    expect(dimensions('y')).not.toEqual(dimensions('z'));
  });
});

it('a line of syslog that Telegraf read is a log record of the host that wrote it', () => {
  const line = {
    name: 'syslog',
    fields: { message: 'disk failed', severity_code: 3, facility_code: 1, version: 1, timestamp: timeMs * 1e6 },
    tags: { host: 'collector-1', hostname: 'web-1', severity: 'err', appname: 'kernel' },
    timestamp: seconds,
  };
  expect(sampleOf(line)).toMatchObject({
    entity: { kind: 'host', name: 'web-1' },
    dimensions: { level: 'error' },
    measurements: { 'log.records': 1 },
    line: { text: 'disk failed' },
  });
});

// After vectordotdev/vector#9186 and STCLab-Inc/wave-autoscale#150.
describe('a metric of Vector', () => {
  const metric = (value: object, more: object = {}) => ({
    name: 'cpu_seconds_total',
    namespace: 'host',
    tags: { collector: 'cpu', cpu: '0', host: 'node-a', mode: 'idle' },
    timestamp: time,
    kind: 'absolute',
    ...value,
    ...more,
  });

  it('is a counter with its own name and its tags', () => {
    expect(sampleOf(metric({ counter: { value: 5100.5 } }))).toEqual({
      entity: { cluster: 'local', kind: 'host', name: 'node-a' },
      timestampMs: timeMs,
      dataset: 'vector.host',
      dimensions: { collector: 'cpu', cpu: '0', mode: 'idle' },
      measurements: { 'host.cpu_seconds_total': 5100.5 },
      kinds: { 'host.cpu_seconds_total': 'counter' },
      source: 'vector',
    });
  });

  it('is a delta if it is incremental, and a gauge if it is one', () => {
    const incremental = metric({ counter: { value: 5 } }, { kind: 'incremental', interval_ms: 1000 });
    expect(sampleOf(incremental)).toMatchObject({
      measurements: { 'host.cpu_seconds_total': 5 },
      kinds: { 'host.cpu_seconds_total': 'delta' },
    });
    expect(sampleOf(metric({ gauge: { value: 5 } })).kinds).toBeUndefined();
  });

  it('has its host at the top where the setting host_tag puts it', () => {
    const { tags, ...rest } = metric({ gauge: { value: 5 } });
    const { host, ...others } = tags as Record<string, string>;
    expect(sampleOf({ ...rest, host, tags: others })).toMatchObject({
      entity: { kind: 'host', name: 'node-a' },
      dimensions: others,
    });
  });

  it.each([
    [
      'a distribution',
      {
        distribution: {
          samples: [
            { value: 2, rate: 3 },
            { value: 4, rate: 1 },
          ],
          statistic: 'summary',
        },
      },
      { 'host.cpu_seconds_total.count': 4, 'host.cpu_seconds_total.sum': 10 },
      { 'host.cpu_seconds_total.count': 'counter', 'host.cpu_seconds_total.sum': 'counter' },
    ],
    [
      'a histogram',
      { aggregated_histogram: { buckets: [{ upper_limit: 1, count: 2 }], count: 2, sum: 1.5 } },
      { 'host.cpu_seconds_total.count': 2, 'host.cpu_seconds_total.sum': 1.5 },
      { 'host.cpu_seconds_total.count': 'counter', 'host.cpu_seconds_total.sum': 'counter' },
    ],
    [
      'a summary',
      { aggregated_summary: { quantiles: [{ quantile: 0.99, value: 7 }], count: 2, sum: 1.5 } },
      { 'host.cpu_seconds_total.count': 2, 'host.cpu_seconds_total.sum': 1.5, 'host.cpu_seconds_total.p99': 7 },
      { 'host.cpu_seconds_total.count': 'counter', 'host.cpu_seconds_total.sum': 'counter' },
    ],
    ['a set', { set: { values: ['a', 'b'] } }, { 'host.cpu_seconds_total': 2 }, undefined],
  ])('of %s has its numbers', (_name, value, measurements, kinds) => {
    const sample = sampleOf(metric(value));
    expect(sample.measurements).toEqual(measurements);
    expect(sample.kinds).toEqual(kinds);
  });
});

describe('a metric with a value', () => {
  it('of OpenTSDB has its own name, and not that of its field', () => {
    const put = { metric: 'sys.cpu.nice', timestamp: seconds, value: 18, tags: { host: 'web01', dc: 'lga' } };
    expect(sampleOf(put)).toMatchObject({
      entity: { kind: 'host', name: 'web01' },
      dimensions: { dc: 'lga' },
      measurements: { 'sys.cpu.nice': 18 },
    });
    expect(sampleOf({ hostname: 'web01', metric: 'load', value: 3, samples: 5 }).measurements).toEqual({
      load: 3,
      'load.samples': 5,
    });
  });

  // After risingwavelabs/risingwave-demo-deprecated#14 and Telefonica/prometheus-kafka-adapter#12.
  it('of an adapter of Prometheus is read from its text, and belongs to its job', () => {
    const document = {
      labels: {
        __name__: 'prometheus_sd_kubernetes_events_total',
        event: 'delete',
        instance: 'prometheus-0:9500',
        job: 'prometheus',
        role: 'endpoints',
      },
      name: 'prometheus_sd_kubernetes_events_total',
      timestamp: '2022-08-02T14:12:43Z',
      value: '12',
    };
    expect(sampleOf(document, replayed)).toEqual({
      entity: { cluster: 'recorded', kind: 'service', name: 'prometheus' },
      timestampMs: Date.UTC(2022, 7, 2, 14, 12, 43),
      dataset: 'metrics',
      dimensions: { event: 'delete', instance: 'prometheus-0:9500', role: 'endpoints' },
      measurements: { prometheus_sd_kubernetes_events_total: 12 },
      kinds: { prometheus_sd_kubernetes_events_total: 'counter' },
      source: 'unknown',
      scope: 'recorded',
    });
    for (const value of ['NaN', '+Inf', '-Inf', 'x']) {
      expect(refusalOf({ ...document, timestamp: time, value })).toBe(
        'no measurement: prometheus_sd_kubernetes_events_total: not finite',
      );
    }
  });

  // After ogibayashi/kafka-topic-exporter#11.
  it('with labels but without a host is refused, and the refusal names the tag', () => {
    const document = { name: 'test', value: 0.1, timestamp: timeMs, labels: { foolabel: 'a', barlabel: 'b' } };
    expect(refusalOf(document)).toBe(
      'no entity: tags.host: missing; expected a tag with the name of the host or of a job',
    );
    expect(sampleOf({ ...document, host: 'a' })).toMatchObject({
      dimensions: { barlabel: 'b', foolabel: 'a' },
      measurements: { test: 0.1 },
    });
  });

  it('follows the settings of its dataset', () => {
    const settings = settingsSchema.parse({
      sources: [
        { match: { dataset: 'metrics' }, dimensions: ['zone'], counters: ['sent'], ignore: ['pod', 'sent.debug'] },
      ],
    });
    const document = { metric: 'sent', value: 3, debug: 1, zone: 'b', tags: { host: 'a', pod: 'x-1', queue: 'q' } };
    expect(sampleOf(document, {}, settings)).toMatchObject({
      dimensions: { queue: 'q', zone: 'b' },
      measurements: { sent: 3 },
      kinds: { sent: 'counter' },
    });
  });
});

describe('a document that only looks like a metric with a name', () => {
  it('remains a log record if it has a message', () => {
    const line = { hostname: 'a', name: 'app', tags: { a: 'b' }, value: 3, message: 'x' };
    expect(sampleOf(line).measurements).toEqual({ 'log.records': 1 });
  });

  it('remains any other document if its name is white space', () => {
    const blank = { host: { name: 'a' }, name: ' ', tags: { a: 'b' }, fields: { load: 3 } };
    expect(sampleOf(blank).measurements).toEqual({ 'fields.load': 3 });
    expect(refusalOf({ metric: ' ', value: '3', labels: { job: 'x' } })).toMatch(/^no measurement: value: /);
  });

  it('remains a document of a Beat', () => {
    const beat = { agent: { type: 'metricbeat' }, host: { name: 'a' }, name: 'x', labels: { a: 'b' }, value: 3 };
    expect(sampleOf(beat).measurements).toEqual({ value: 3 });
  });
});

it('no two sets of tags are one series', () => {
  const tags = fc.dictionary(fc.stringMatching(/^[a-z.]{1,8}$/), fc.string({ minLength: 1, unit: 'grapheme-ascii' }), {
    maxKeys: 12,
    noNullPrototype: true,
  });
  const dimensions = (of: object) =>
    JSON.stringify(sampleOf({ metric: 'm', value: 1, host: 'a', labels: of }).dimensions);
  fc.assert(
    fc.property(tags, tags, (a, b) => {
      const same = (left: object) => JSON.stringify(Object.entries(left).sort());
      fc.pre(same(a) !== same(b));
      expect(dimensions({ ...a, host: 'a' })).not.toBe(dimensions({ ...b, host: 'a' }));
    }),
  );
});
