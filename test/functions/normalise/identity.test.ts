import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { metricbeat, refusalOf, sampleOf, time, timeMs } from './beats.ts';

/** Returns the dimensions of a document of an unknown module. */
function dimensionsOf(fields: object, dataset = 'acme.thing') {
  return sampleOf(metricbeat(dataset, { ...fields, n: { value: 1 } })).dimensions;
}
const acme = (fields: object) => dimensionsOf({ acme: fields });

// After elastic/integrations#6783: one Metricbeat reads all regions and accounts, at the same moment.
describe('region and account of a cloud', () => {
  const cloud = { region: 'sa-east-1', account: { id: '627286350134', name: 'observability' }, provider: 'aws' };

  it('are dimensions of what a module of the cloud measures', () => {
    const usage = { aws: { dimensions: { Service: 'EC2' }, usage: { metrics: { CallCount: { sum: 49 } } } }, cloud };
    expect(sampleOf(metricbeat('aws.usage', usage)).dimensions).toEqual({
      'aws.dimensions.Service': 'EC2',
      'cloud.account.id': '627286350134',
      'cloud.region': 'sa-east-1',
    });
  });

  it('describe the host of any other module', () => {
    expect(sampleOf(metricbeat('system.load', { system: { load: { 1: 1 } }, cloud })).dimensions).toEqual({});
    expect(dimensionsOf({ cloud })).toEqual({});
  });
});

describe('a text of an unknown dataset is a dimension', () => {
  it.each([
    ['queue', { queue: 'orders' }, 'queue'],
    ['an identity word with a prefix', { pod_name: 'web-1' }, 'pod_name'],
    ['an identity word in another case', { InstanceId: 'i-7' }, 'InstanceId'],
    ['an abbreviation before it', { DBInstanceIdentifier: 'db-7' }, 'DBInstanceIdentifier'],
    ['a number that names a thing', { partition: 3 }, 'partition'],
    ['a name several levels below', { a: { b: { c: { name: 'x' } } } }, 'a.b.c.name'],
    ['a queue of messages', { message_queue: 'orders' }, 'message_queue'],
    ['a mount point', { mount_point: '/data' }, 'mount_point'],
  ])('if its name ends in %s', (_name, fields, field) => {
    expect(Object.keys(acme(fields))).toEqual([`acme.${field}`]);
  });

  it('if it is a label that its system declares, whatever its name is', () => {
    const labels = { mode: 'idle', cpu: '0', state: 'x' };
    expect(dimensionsOf({ prometheus: { labels } }, 'prometheus.collector')).toEqual({
      'prometheus.labels.cpu': '0',
      'prometheus.labels.mode': 'idle',
      'prometheus.labels.state': 'x',
    });
    expect(dimensionsOf({ aws: { dimensions: { Stage: 'a' } } }, 'aws.cloudwatch')).toEqual({
      'aws.dimensions.Stage': 'a',
    });
    expect(dimensionsOf({ gcp: { labels: { resource: { zone: 'b' } } } }, 'gcp.compute')).toEqual({
      'gcp.labels.resource.zone': 'b',
    });
    expect(dimensionsOf({ labels: { route: '/a' } }, 'statsd.server')).toEqual({ 'labels.route': '/a' });
  });

  it('without event.module and event.dataset, too, so that every queue of a host has its series', () => {
    const queue = (nth: number) => ({ '@timestamp': time, hostname: 'mq-1', queue: `q${nth}`, depth: nth });
    const samples = Array.from({ length: 10 }, (_, nth) => sampleOf(queue(nth)));
    expect(new Set(samples.map(({ dimensions }) => dimensions.queue)).size).toBe(10);
    expect(samples[3]).toMatchObject({ entity: { kind: 'host', name: 'mq-1' }, measurements: { depth: 3 } });
  });
});

describe('a text of an unknown dataset is a fact, and no dimension', () => {
  it.each([
    ['a state', { state: 'running' }],
    ['a message', { reason: 'evicted' }],
    ['the name of a state', { state: { name: 'degraded' } }],
    ['the id of a client', { client: { id: 'c1' } }],
    ['the id of a member', { member_id: 'm-1' }],
    ['the id of a session', { session: { id: 's' } }],
    ['the name of an image, which changes with its version', { image: { name: 'web:2' } }],
    ['a version', { version: '3.7.0' }],
    ['the number of a process', { pid: 815 }],
  ])('if it is %s', (_name, fields) => {
    const sample = sampleOf(metricbeat('acme.thing', { acme: fields, n: { value: 1 } }));
    expect(sample.dimensions).toEqual({});
    expect(Object.keys(sample.facts!).some((name) => name.startsWith('acme.'))).toBe(true);
  });

  it('if it has more than 128 characters, and the fact is cut after 256', () => {
    const sample = sampleOf(metricbeat('acme.thing', { acme: { name: 'x'.repeat(300), value: 1 } }));
    expect(sample.facts).toMatchObject({ 'acme.name': 'x'.repeat(256) });
  });

  it.each([
    ['command lines', { command_line: 'run --all', args: ['run', '--all'] }],
    ['queries', { query: 'select 1' }],
    ['messages', { message: 'done' }],
    ['secrets', { password: 'x', api_key: 'y', token: 'z' }],
  ])('but never %s', (_name, fields) => {
    const { facts } = sampleOf(metricbeat('acme.thing', { acme: { ...fields, value: 1 } }));
    expect(facts).toEqual({ 'agent.version': '8.17.0' });
  });

  it('without the password of an address', () => {
    const acmeFields = { address: 'amqp://user:secret@mq-1:5672/prod', value: 1 };
    expect(JSON.stringify(sampleOf(metricbeat('acme.thing', { acme: acmeFields })))).not.toContain('secret');
  });

  it('and of more than sixteen, versions, states and addresses are kept', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, nth) => [`a${nth}`, 'x']));
    const { facts } = sampleOf(
      metricbeat('acme.thing', { acme: { ...many, zone: { version: '7' }, z_state: 'up', value: 1 } }),
    );
    expect(Object.keys(facts!)).toHaveLength(16);
    expect(facts).toMatchObject({ 'acme.zone.version': '7', 'acme.z_state': 'up' });
  });
});

describe('the identity of a thing', () => {
  it('is its name and not its id, if it has both', () => {
    expect(acme({ pod: { name: 'web-1', uid: 'a-b-c', id: 'd' }, node_id: 'n', node_name: 'm' })).toEqual({
      'acme.node_name': 'm',
      'acme.pod.name': 'web-1',
    });
    expect(acme({ pod: { uid: 'a-b-c' } })).toEqual({ 'acme.pod.uid': 'a-b-c' });
  });

  it('is its own before that of its container, its pod and its machine', () => {
    const own = Object.fromEntries(Array.from({ length: 8 }, (_, nth) => [`q${nth}_name`, 'x']));
    const around = {
      container: { id: 'c' },
      kubernetes: { pod: { name: 'p' }, labels: { app_name: 'l' } },
      cloud: { instance: { id: 'i' }, account: { id: 'a' } },
    };
    const dimensions = dimensionsOf({ acme: own, ...around });
    expect(Object.keys(dimensions)).toEqual([
      ...Object.keys(own)
        .map((name) => `acme.${name}`)
        .sort(),
      'others',
    ]);
    expect(dimensionsOf(around)).toEqual({ 'cloud.instance.id': 'i', 'container.id': 'c', 'kubernetes.pod.name': 'p' });
  });

  it('is that of the module, if the module has the name of a field of the schema', () => {
    const beatModule = { beat: { id: 'b7', type: 'filebeat', stats: { uptime: { ms: 5 } } } };
    const sample = sampleOf(metricbeat('beat.stats', beatModule));
    expect(sample.measurements).toEqual({ 'beat.stats.uptime.ms': 5 });
    expect(sample.dimensions).toMatchObject({ 'beat.id': 'b7' });
    // Of another module it describes the sender.
    expect(refusalOf(metricbeat('acme.thing', beatModule))).toMatch(/^no measurement: /);
  });
});

describe('the host of a document', () => {
  const numbers = { '@timestamp': time, depth: 1 };

  it.each([
    ['host.name', { host: { name: 'a' } }],
    ['host.hostname', { host: { hostname: 'a', id: 'x' } }],
    ['"host.name" as one key', { 'host.name': 'a' }],
    ['host as a text', { host: 'a' }],
    ['agent.hostname', { agent: { hostname: 'a' } }],
    ['beat.hostname', { beat: { hostname: 'a' } }],
    ['hostname', { hostname: 'a' }],
    ['HOSTNAME', { HOSTNAME: 'a' }],
    ['logsource', { logsource: 'a' }],
    ['kubernetes.node.name, if nothing else names it', { kubernetes: { node: { name: 'a' } } }],
  ])('may be %s', (_name, fields) => {
    expect(sampleOf({ ...numbers, ...fields }).entity).toEqual({ cluster: 'local', kind: 'host', name: 'a' });
    expect(sampleOf({ ...numbers, ...fields, message: 'x' }).entity.name).toBe('a');
  });

  it('is the field that says it best', () => {
    expect(
      sampleOf({ ...numbers, host: { name: 'a', hostname: 'b' }, hostname: 'c', agent: { name: 'd' } }).entity.name,
    ).toBe('a');
  });
});

describe('a path that is written in several ways', () => {
  it.each([
    ['nested', { system: { diskio: { name: 'sda', read: { bytes: 1 } } } }],
    ['dotted', { 'system.diskio.name': 'sda', 'system.diskio.read.bytes': 1 }],
    ['dotted at the beginning', { 'system.diskio': { name: 'sda', read: { bytes: 1 } } }],
    ['dotted at the end', { system: { 'diskio.name': 'sda', diskio: { 'read.bytes': 1 } } }],
  ])('is the same when it is %s', (_name, fields) => {
    const sample = sampleOf(metricbeat('system.diskio', fields));
    expect(sample).toMatchObject({ dimensions: { device: 'sda' }, measurements: { 'system.diskio.read.bytes': 1 } });
  });

  it.each([['first'], ['last']])('twice has the value with fewer levels, if that is written %s', (place) => {
    const [dotted, nested] = [{ 'acme.value': 1 }, { acme: { value: 2 } }];
    const fields = place === 'first' ? { ...dotted, ...nested } : { ...nested, ...dotted };
    expect(sampleOf(metricbeat('acme.thing', fields)).measurements).toEqual({ 'acme.value': 1 });
  });
});

describe('a document that no Beat made', () => {
  it('may have its numbers under names of the Elastic Common Schema', () => {
    expect(sampleOf({ '@timestamp': time, hostname: 'a', server: { connections: 5 } }).measurements).toEqual({
      'server.connections': 5,
    });
  });

  it.each([
    ['date', 1_795_446_000_250],
    ['timestamp', '2026-11-23T15:00:00.250Z'],
  ])('may have its time in %s, which is not measured', (field, value) => {
    const sample = sampleOf({ [field]: value, hostname: 'a', cpu_p: 0.5 });
    expect(sample).toMatchObject({ timestampMs: timeMs + 250 });
    expect(sample.measurements).toEqual({ cpu_p: 0.5 });
  });

  it('may have a duration named time, which is no moment', () => {
    expect(sampleOf({ hostname: 'a', time: 12 }).measurements).toEqual({ time: 12 });
  });
});

describe('the settings of a dataset', () => {
  const settings = settingsSchema.parse({
    sources: [
      { match: { dataset: 'acme.*' }, dimensions: ['acme.unit_of', 'acme.slot'], counters: ['acme.*.total'] },
      { match: { dataset: 'acme.thing' }, ignore: ['acme.debug.*', 'acme.name'] },
    ],
  });
  const fields = {
    acme: { unit_of: 'u7', slot: 3, name: 'n', state: 'up', in: { total: 9 }, debug: { x: 1, note: 'y' }, value: 2 },
  };

  it('add dimensions, make counters and leave fields out', () => {
    const sample = sampleOf(metricbeat('acme.thing', fields), {}, settings);
    expect(sample.dimensions).toEqual({ 'acme.slot': '3', 'acme.unit_of': 'u7' });
    expect(sample.measurements).toEqual({ 'acme.in.total': 9, 'acme.value': 2 });
    expect(sample.kinds).toEqual({ 'acme.in.total': 'counter' });
    expect(sample.facts).toEqual({ 'acme.state': 'up', 'agent.version': '8.17.0' });
  });

  it('concern no other dataset', () => {
    const sample = sampleOf(metricbeat('other.thing', { other: { unit_of: 'u', total: 1 } }), {}, settings);
    expect(sample).toMatchObject({ dimensions: {}, measurements: { 'other.total': 1 } });
    expect(sample.kinds).toBeUndefined();
  });

  it('never replace a dimension of the dataset that has the same name', () => {
    const rules = settingsSchema.parse({
      sources: [{ match: { dataset: '*' }, dimensions: ['device', 'location'] }],
    });
    const diskio = { device: 'x', system: { diskio: { name: 'sda', read: { bytes: 1 } } } };
    expect(sampleOf(metricbeat('system.diskio', diskio), {}, rules).dimensions).toEqual({
      device: 'sda',
      'sources.device': 'x',
    });
    const monitor = { location: 'x', agent: { type: 'heartbeat' }, monitor: { id: 'm', duration: { us: 1 } } };
    expect(sampleOf(metricbeat('uptime', monitor), {}, rules).dimensions).toEqual({
      location: 'node-a',
      'sources.location': 'x',
    });
  });

  it('make dimensions of long texts, which remain different', () => {
    const rules = settingsSchema.parse({ sources: [{ match: { dataset: '*' }, dimensions: ['acme.query'] }] });
    const [a, b] = ['a', 'b'].map((end) => {
      const acme = { query: 'x'.repeat(2_000) + end, value: 1 };
      return sampleOf(metricbeat('acme.thing', { acme }), {}, rules).dimensions['acme.query'];
    });
    expect(a).toHaveLength(128);
    expect(a).not.toBe(b);
  });

  it('concern datasets with a table, too', () => {
    const rules = settingsSchema.parse({
      sources: [{ match: { dataset: 'system.*' }, dimensions: ['system.cpu.zone'], ignore: ['system.cpu.cores'] }],
    });
    const cpu = { system: { cpu: { zone: 'z', cores: 2, total: { pct: 1 } } } };
    expect(sampleOf(metricbeat('system.cpu', cpu), {}, rules)).toMatchObject({
      dimensions: { 'system.cpu.zone': 'z' },
      measurements: { 'system.cpu.total.pct': 1 },
    });
  });
});
