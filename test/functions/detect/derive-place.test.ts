import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Placed, placeOf } from '../../../functions/detect/derive-place.ts';
import { entityRecordSchema } from '../../../functions/shared/domain/edge.ts';
import { type EntityKind, entityKinds } from '../../../functions/shared/domain/entity.ts';
import type { Facts } from '../../../functions/shared/domain/sample.ts';

const sampleOf = (kind: EntityKind, name: string, facts?: Facts, parts: Partial<Placed> = {}): Placed => ({
  entity: { cluster: 'c', kind, name },
  dataset: 'd',
  dimensions: {},
  ...(facts === undefined ? {} : { facts }),
  ...parts,
});
const edgesOf = (sample: Placed): string[] =>
  placeOf(sample).edges.map(({ relation, to: { kind, name } }) => `${relation} ${kind} ${name}`);

describe('the place of an entity', () => {
  // The texts are those of the recording in events/recordings, and of Metricbeat 8 and the Collector.
  it.each<[string, Placed, string[]]>([
    [
      'a chunkserver, of its master’s document',
      sampleOf(
        'chunkserver',
        '10.77.0.13:9422',
        { 'service.address': '10.77.0.10:9421' },
        { dataset: 'moosefs.chunkserver' },
      ),
      ['runs on host 10.77.0.13', 'belongs to storage-master 10.77.0.10:9421'],
    ],
    [
      'a chunkserver, of a document about one disk',
      sampleOf('chunkserver', '10.77.0.13:9422', { 'service.address': '10.77.0.13:9422' }, { dataset: 'moosefs.disk' }),
      ['runs on host 10.77.0.13'],
    ],
    [
      'a mount of a storage',
      sampleOf(
        'service',
        '10.77.0.20:/mnt/mfs',
        { 'moosefs.session.ip': '10.77.0.20', 'service.address': '10.77.0.10:9421' },
        { dataset: 'moosefs.session' },
      ),
      ['runs on host 10.77.0.20', 'uses storage-master 10.77.0.10:9421'],
    ],
    ['a storage master', sampleOf('storage-master', '10.77.0.10:9421'), ['runs on host 10.77.0.10']],
    ['a broker with an address', sampleOf('broker', 'kafka-1:9092'), ['runs on host kafka-1']],
    [
      'a broker with an id',
      sampleOf('broker', '1', { 'kafka.broker.address': '10.0.0.1:9092' }),
      ['runs on host 10.0.0.1'],
    ],
    ['a broker with an id alone', sampleOf('broker', '1'), []],
    ['a search node', sampleOf('search-node', 'search-1'), ['runs on host search-1']],
    [
      'a search node with an address',
      sampleOf('search-node', 'n', { 'elasticsearch.node.transport_address': '10.0.0.7:9300' }),
      ['runs on host 10.0.0.7'],
    ],
    ['a topic', sampleOf('topic', 't', { 'kafka.broker.address': '10.0.0.1:9092' }), ['uses broker 10.0.0.1:9092']],
    [
      'a consumer group',
      sampleOf(
        'consumer-group',
        'g',
        { 'kafka.consumergroup.client.host': '/10.0.0.5' },
        { dimensions: { topic: 't' } },
      ),
      ['reads topic t', 'uses host 10.0.0.5'],
    ],
    [
      'a client of the storage',
      sampleOf('host', 'a', { 'system.filesystem.device_name': 'mfs#10.0.0.1:9421' }),
      ['uses storage-master 10.0.0.1:9421'],
    ],
    ['a host with a disk', sampleOf('host', 'a', { 'system.filesystem.device_name': '/dev/sda1' }), []],
    ['a service', sampleOf('service', 's', { 'host.name': 'a' }), ['uses host a']],
    [
      'a service whose instances are told apart by host',
      sampleOf('service', 's', undefined, { dimensions: { 'host.name': 'a' } }),
      ['uses host a'],
    ],
    ['a service that is named by its address', sampleOf('service', '10.0.0.1:6379'), ['runs on host 10.0.0.1']],
    ['a service of which no place is known', sampleOf('service', 's'), []],
    ['a pod', sampleOf('service', 'p', { 'k8s.pod.name': 'p', 'k8s.node.name': 'n' }), ['runs on host n']],
  ])('%s', (_, sample, edges) => {
    expect(edgesOf(sample)).toEqual(edges);
  });

  it.each([
    sampleOf('broker', 'localhost:9092'),
    sampleOf('topic', 't', { 'kafka.broker.address': '127.0.0.1:9092' }),
    sampleOf('consumer-group', 'g', { 'kafka.consumergroup.client.host': '127.0.0.1' }),
    sampleOf('service', 's', { 'host.name': 'localhost' }),
  ])('has no edge from loopback: $entity.kind', (sample) => {
    expect(edgesOf(sample)).toEqual([]);
  });

  it('has the addresses of a host that mean no other one', () => {
    const facts = { 'host.ip': '127.0.0.1, 10.0.0.1, fe80::1, fd00::1, ::1, 169.254.3.4' };
    expect(placeOf(sampleOf('host', 'a', facts)).addresses).toEqual(['10.0.0.1', 'fd00::1']);
    expect(placeOf(sampleOf('service', 'a', facts)).addresses).toEqual([]);
  });

  it('leaves out the last address of a text that was cut', () => {
    const text = Array.from({ length: 40 }, (_, nth) => `10.0.0.${100 + nth}`)
      .join(', ')
      .slice(0, 256);
    const { addresses } = placeOf(sampleOf('host', 'a', { 'host.ip': text }));
    expect(text.endsWith(`, ${addresses.at(-1)}`)).toBe(false);
    expect(addresses).toHaveLength(text.split(', ').length - 1);
  });

  it('fits the schema of its record, whatever the facts are', () => {
    const names = ['host.ip', 'kafka.broker.address', 'service.address', 'host.name', 'system.filesystem.device_name'];
    const facts = fc.dictionary(
      fc.constantFrom(...names),
      fc.string({ minLength: 1, maxLength: 256, unit: 'grapheme-ascii' }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...entityKinds), facts, (kind, given) => {
        const place = placeOf(sampleOf(kind, 'n', { ...given }, { dataset: 'moosefs.chunkserver' }));
        const entity = { cluster: 'c', kind, name: 'n' };
        const addresses = place.addresses.slice(0, 16);
        expect(() =>
          entityRecordSchema.parse({ entity, ...place, addresses, updatedAtMs: 0, scope: 'live' }),
        ).not.toThrow();
      }),
    );
  });
});
