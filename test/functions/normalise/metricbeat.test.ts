import { describe, expect, it } from 'vitest';
import { recording } from '../../support/recorded.ts';
import { beat, metricbeat, recorded, refusalOf, replayed, sampleOf, samplesOf, time, timeMs } from './beats.ts';

describe('a document of Metricbeat', () => {
  it('becomes one sample of its host, with each number under its dotted name', () => {
    const cpu = { system: { cpu: { cores: 2, total: { pct: 0.4, norm: { pct: 0.2 } } } } };
    expect(sampleOf(metricbeat('system.cpu', cpu))).toEqual({
      entity: { cluster: 'local', kind: 'host', name: 'node-a' },
      timestampMs: timeMs,
      dataset: 'system.cpu',
      dimensions: {},
      measurements: { 'system.cpu.cores': 2, 'system.cpu.total.pct': 0.4, 'system.cpu.total.norm.pct': 0.2 },
      facts: { 'agent.version': '8.17.0' },
      periodMs: 10_000,
      source: 'metricbeat',
    });
  });

  // The dataset, a field of the recorded document, and the entity and dimensions that the document describes.
  it.each([
    ['system.diskio', 'system.diskio.name', 'host', { device: 'vda' }],
    ['system.diskio', 'host.disk', 'host', {}],
    ['system.network', 'system.network.name', 'host', { interface: 'lo' }],
    ['system.network', 'host.network', 'host', {}],
    ['system.filesystem', 'system.filesystem.mount_point', 'host', { mount_point: '/mnt/m/data' }],
    ['system.load', 'system.load', 'host', {}],
    ['system.memory', 'system.memory', 'host', {}],
    ['kafka.partition', 'kafka.partition.id', 'topic', { partition: '0' }],
    ['kafka.consumergroup', 'kafka.consumergroup.id', 'consumer-group', { partition: '2', topic: 'orders' }],
    ['moosefs.master', 'moosefs.master', 'storage-master', {}],
    ['moosefs.chunkserver', 'moosefs.chunkserver.id', 'chunkserver', {}],
    ['moosefs.disk', 'moosefs.disk.path', 'chunkserver', { device: '/mnt/b/hdd2/' }],
  ])('of dataset %s with %s describes a %s', (dataset, field, kind, dimensions) => {
    const sample = sampleOf(recorded(dataset, field), replayed);
    expect(sample).toMatchObject({ entity: { cluster: 'recorded', kind }, dataset, scope: 'recorded' });
    expect(sample.dimensions).toEqual(dimensions);
  });

  it('has the name of the entity that it describes, and not that of the host that shipped it', () => {
    const names = [
      'kafka.partition',
      'kafka.consumergroup',
      'moosefs.master',
      'moosefs.chunkserver',
      'moosefs.disk',
    ].map((dataset) => sampleOf(recorded(dataset, dataset.split('.')[0]!), replayed).entity.name);
    expect(names).toEqual(['orders', 'orders-etl', '10.77.0.10:9421', '10.77.0.12:9422', '10.77.0.12:9422']);
  });

  it('becomes a sample for every document of the recording, and no two have the same time and series', () => {
    const samples = recording().flatMap((document) => samplesOf(beat(document, replayed)));
    const places = samples.map(({ entity, dataset, dimensions, timestampMs }) =>
      JSON.stringify([entity, dataset, dimensions, timestampMs]),
    );
    expect(samples).toHaveLength(10_439);
    expect(new Set(places).size).toBe(10_439);
  });

  it('carries no unit or kind for metrics of the catalogue', () => {
    const carried = recording().flatMap((document) =>
      samplesOf(beat(document, replayed)).flatMap(({ units = {}, kinds = {} }) => [
        ...Object.keys(units),
        ...Object.keys(kinds),
      ]),
    );
    expect(carried).toEqual([]);
  });

  it('of version 6 is read with its older envelope', () => {
    const old = {
      '@timestamp': time,
      beat: { hostname: 'old.example.com', name: 'old.example.com' },
      metricset: { module: 'system', name: 'network', rtt: 115 },
      system: { network: { name: 'lo0', in: { bytes: 7 }, out: { bytes: 8 } } },
    };
    expect(sampleOf(old)).toMatchObject({
      entity: { name: 'old.example.com' },
      dataset: 'system.network',
      dimensions: { interface: 'lo0' },
      measurements: { 'system.network.in.bytes': 7, 'system.network.out.bytes': 8 },
      source: 'unknown',
    });
  });

  it('of dataset moosefs.* is read in the same way', () => {
    const master = {
      agent: { type: 'offbeat' },
      service: { address: '10.0.0.1:9421' },
      moosefs: { master: { chunks: { count: 9 } } },
    };
    expect(sampleOf(metricbeat('moosefs.master', master), { schema: 'beat/1' })).toMatchObject({
      entity: { kind: 'storage-master', name: '10.0.0.1:9421' },
      measurements: { 'moosefs.master.chunks.count': 9 },
      source: 'offbeat',
    });
  });

  it.each([
    [
      'kafka.broker',
      { broker: { mbean: 'kafka.server:name=BytesOutPerSec,topic=m,type=X', out: { bytes_per_sec: 2 } } },
      'broker',
    ],
    ['kafka.producer', { producer: { mbean: 'kafka.producer:client-id=p,type=X', io_wait: 2 } }, 'service'],
  ])('of %s from JMX has the keys of its bean as dimensions', (dataset, kafka, kind) => {
    const sample = sampleOf(metricbeat(dataset, { kafka, service: { address: 'localhost:8778' } }));
    // A loopback address is another broker on every host.
    expect(sample.entity).toEqual({ cluster: 'local', kind, name: 'node-a:8778' });
    expect(Object.values(sample.dimensions)).toEqual([dataset === 'kafka.broker' ? 'm' : 'p']);
  });

  it('of a search node describes that node', () => {
    const stats = { node: { name: 'os-1', stats: { jvm: { mem: { heap: { used: { pct: 41 } } } } } } };
    expect(sampleOf(metricbeat('elasticsearch.node.stats', { elasticsearch: stats })).entity).toMatchObject({
      kind: 'search-node',
      name: 'os-1',
    });
  });

  it('of a follower of a partition has no offsets, only whether the replica is in sync', () => {
    const kafka = {
      topic: { name: 'orders' },
      partition: {
        id: 1,
        offset: { newest: 10, oldest: 0 },
        partition: { is_leader: false, replica: 3, leader: 1, insync_replica: false },
      },
    };
    expect(sampleOf(metricbeat('kafka.partition', { kafka }))).toMatchObject({
      dimensions: { partition: '1', replica: '3' },
      measurements: { 'kafka.partition.partition.insync_replica': 0 },
    });
  });

  it('of a consumer group without commits has no offset', () => {
    const kafka = {
      consumergroup: { id: 'g', offset: -1, consumer_lag: 112 },
      topic: { name: 't' },
      partition: { id: 0 },
    };
    expect(sampleOf(metricbeat('kafka.consumergroup', { kafka })).measurements).toEqual({
      'kafka.consumergroup.consumer_lag': 112,
    });
  });
});

describe('a document of an unknown dataset', () => {
  const acme = {
    acme: {
      info: { server: { id: 'r1' }, memory: { used: { bytes: 5 } }, clients: { connected: 3 }, io: { out_per_sec: 1 } },
    },
    service: { address: '10.0.0.9:6379' },
  };

  it('describes its host, with its names, its ids and its service as dimensions', () => {
    expect(sampleOf(metricbeat('acme.info', acme))).toMatchObject({
      entity: { kind: 'host', name: 'node-a' },
      dimensions: { 'acme.info.server.id': 'r1', service: '10.0.0.9:6379' },
    });
  });

  it('has gauges under their dotted names, with a unit where the name ends in one', () => {
    const { measurements, units, kinds } = sampleOf(metricbeat('acme.info', acme));
    expect(measurements).toEqual({
      'acme.info.memory.used.bytes': 5,
      'acme.info.clients.connected': 3,
      'acme.info.io.out_per_sec': 1,
    });
    expect(units).toEqual({ 'acme.info.memory.used.bytes': 'By', 'acme.info.io.out_per_sec': '1/s' });
    expect(kinds).toBeUndefined();
  });

  // After public reports: elastic/beats#22984 and #6584, and the fields that Metricbeat's modules document.
  it.each([
    [
      'labels of Prometheus',
      (nth: number) =>
        metricbeat('prometheus.collector', {
          prometheus: {
            labels: { job: 'node', cpu: `${nth}`, mode: 'idle' },
            metrics: { node_cpu_seconds_total: nth },
          },
        }),
    ],
    [
      'instances of a Windows counter',
      (nth: number) =>
        metricbeat('windows.perfmon', {
          windows: { perfmon: { instance: `${nth}:`, object: 'LogicalDisk', writes: 1 } },
        }),
    ],
    [
      'dimensions of CloudWatch',
      (nth: number) =>
        metricbeat('aws.cloudwatch', { aws: { dimensions: { InstanceId: `i-${nth}` }, ec2: { metrics: { avg: 1 } } } }),
    ],
  ])('differs from another one of the same time by %s', (_name, documentOf) => {
    const samples = Array.from({ length: 8 }, (_, nth) => sampleOf(documentOf(nth)));
    expect(new Set(samples.map(({ dimensions }) => JSON.stringify(dimensions))).size).toBe(8);
  });

  it('does not differ by labels, which may change while the entity remains the same', () => {
    const fields = {
      kubernetes: { pod: { name: 'web-1', labels: { hash_id: 'a1' }, annotations: { change_id: '7' } } },
      odd: { name: 'x'.repeat(200), state: 'running', value: 1 },
    };
    expect(sampleOf(metricbeat('odd.one', fields)).dimensions).toEqual({ 'kubernetes.pod.name': 'web-1' });
  });

  it('has eight named dimensions at most, and one with the hash of those beyond', () => {
    const many = (last: string) =>
      Object.fromEntries(Array.from({ length: 20 }, (_, nth) => [`n${nth}_name`, nth === 19 ? last : 'x']));
    const [one, same, other] = ['x', 'x', 'y'].map((last) => {
      const document = metricbeat('odd.one', { odd: { z_name: last, ...many('x'), value: 1 } });
      return sampleOf(document).dimensions;
    });
    expect(Object.keys(one!)).toHaveLength(9);
    expect(one!.others).toMatch(/^[0-9a-f]{16}$/);
    expect(same).toEqual(one);
    expect(other).toEqual({ ...one, others: expect.any(String) });
    expect(other!.others).not.toBe(one!.others);
  });
});

describe('a field that a document must have', () => {
  it.each([
    ['host.name', { '@timestamp': time, event: { dataset: 'system.cpu' }, system: { cpu: { cores: 2 } } }],
    ['kafka.topic.name', metricbeat('kafka.partition', { kafka: { partition: { offset: { newest: 1 } } } })],
    ['kafka.consumergroup.id', metricbeat('kafka.consumergroup', { kafka: { consumergroup: { consumer_lag: 1 } } })],
    [
      'moosefs.chunkserver.port',
      metricbeat('moosefs.chunkserver', { moosefs: { chunkserver: { ip: '10.0.0.1', chunks: 1 } } }),
    ],
    ['service.address', metricbeat('moosefs.master', { moosefs: { master: { chunks: { count: 1 } } } })],
  ])('is named by the dead letter where it is missing: %s', (field, document) => {
    expect(refusalOf(document)).toMatch(new RegExp(`^no entity: ${field}: missing; `));
  });

  it('is replaced by the error of the Beat where it measured nothing', () => {
    const failed = metricbeat('kafka.partition', { error: { message: 'error making http request' } });
    expect(refusalOf(failed)).toBe('no measurement: error.message: error making http request');
  });
});
