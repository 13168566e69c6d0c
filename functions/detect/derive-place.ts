import { isIP } from 'node:net';
import { hostIn, namesOneHost } from '../shared/domain/address.ts';
import type { Edge, Relation } from '../shared/domain/edge.ts';
import type { EntityKind } from '../shared/domain/entity.ts';
import { factCharactersMax, type Sample } from '../shared/domain/sample.ts';

/** The addresses of an entity and its edges, as one sample shows them. */
export interface Place {
  readonly addresses: readonly string[];
  readonly edges: readonly Edge[];
}

/** The part of a sample that shows the place of its entity. */
export type Placed = Pick<Sample, 'entity' | 'dataset' | 'dimensions' | 'facts'>;

const nodeNames = ['host.name', 'k8s.node.name', 'kubernetes.node.name', 'kubernetes.node.hostname'];
const podNames = ['k8s.pod.name', 'kubernetes.pod.name'];
const searchNodeAddresses = [
  'elasticsearch.node.host',
  'elasticsearch.node.ip',
  'elasticsearch.node.transport_address',
];

/** The facts that are read of each kind of entity. */
export const factsRead: Readonly<Record<EntityKind, readonly string[]>> = {
  host: ['host.ip', 'system.filesystem.device_name'],
  chunkserver: ['service.address'],
  'storage-master': [],
  broker: ['kafka.broker.address'],
  'search-node': searchNodeAddresses,
  topic: ['kafka.broker.address'],
  'consumer-group': ['kafka.consumergroup.client.host'],
  service: [...nodeNames, ...podNames, 'moosefs.session.ip', 'service.address'],
};

/**
 * Returns what a sample shows of the place of its entity: the addresses of a host, and edges to what the entity needs.
 * Loopback and link-local addresses are left out, because they mean another host on each host.
 * @example
 * const entity = { cluster: 'prod', kind: 'broker', name: '10.0.0.1:9092' } as const;
 * placeOf({ entity, dataset: 'kafka.broker', dimensions: {} }).edges;
 * // => [{ relation: 'runs on', to: { kind: 'host', name: '10.0.0.1' } }]
 */
export function placeOf(sample: Placed): Place {
  const { entity } = sample;
  return { addresses: entity.kind === 'host' ? addressesOf(sample) : [], edges: edgesOf[entity.kind](sample) };
}

const edgesOf: Readonly<Record<EntityKind, (sample: Placed) => Edge[]>> = {
  host: (sample) => {
    const mounted = /^mfs#(.+)$/.exec(factOf(sample, ['system.filesystem.device_name']) ?? '')?.[1];
    return mounted === undefined ? [] : [edge('uses', 'storage-master', mounted)];
  },
  chunkserver: (sample) => {
    // Documents about one disk are collected from the chunkserver, those about a chunkserver from its master.
    const master = sample.dataset === 'moosefs.chunkserver' ? factOf(sample, ['service.address']) : undefined;
    return [...toHost('runs on', sample.entity.name), ...(master === undefined ? [] : [belongsTo(master)])];
  },
  'storage-master': ({ entity }) => toHost('runs on', entity.name),
  broker: (sample) => toHost('runs on', factOf(sample, ['kafka.broker.address']) ?? addressIn(sample.entity.name)),
  'search-node': (sample) => toHost('runs on', factOf(sample, searchNodeAddresses) ?? sample.entity.name),
  topic: (sample) => {
    const broker = factOf(sample, ['kafka.broker.address']);
    return broker === undefined || hostIn(broker) === undefined ? [] : [edge('uses', 'broker', broker)];
  },
  'consumer-group': (sample) => {
    const { topic } = sample.dimensions;
    const ofTopic = topic === undefined || topic === '' ? [] : [edge('reads', 'topic', topic)];
    return [...ofTopic, ...toHost('uses', factOf(sample, ['kafka.consumergroup.client.host']))];
  },
  service: (sample) => {
    if (sample.dataset === 'moosefs.session') return edgesOfMount(sample);
    const isPod = podNames.some((name) => textOf(sample, name) === sample.entity.name);
    const node = factOf(sample, nodeNames);
    return node === undefined
      ? toHost('runs on', addressIn(sample.entity.name))
      : toHost(isPod ? 'runs on' : 'uses', node);
  },
};

const edge = (relation: Relation, kind: EntityKind, name: string): Edge => ({ relation, to: { kind, name } });
const belongsTo = (master: string): Edge => edge('belongs to', 'storage-master', master);

/** Returns the edges of a mount: to the host of the client, and to the storage master that it uses. */
function edgesOfMount(sample: Placed): Edge[] {
  const master = factOf(sample, ['service.address']);
  return [
    ...toHost('runs on', factOf(sample, ['moosefs.session.ip'])),
    ...(master === undefined ? [] : [edge('uses', 'storage-master', master)]),
  ];
}

function toHost(relation: Relation, address: string | undefined): Edge[] {
  const host = address === undefined ? undefined : hostIn(address);
  return host === undefined ? [] : [edge(relation, 'host', host)];
}

/** Returns a name that is an address with a port, or an IP address; `undefined` for any other name. */
const addressIn = (name: string): string | undefined =>
  isIP(name) !== 0 || /^[^\s/]+:\d{1,5}$/.test(name) ? name : undefined;

/** Returns the text of the first fact or dimension that a sample has. */
function factOf(sample: Placed, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textOf(sample, name);
    if (text !== undefined && text !== '') return text;
  }
  return undefined;
}

function textOf({ facts, dimensions }: Placed, name: string): string | undefined {
  if (facts !== undefined && Object.hasOwn(facts, name)) return facts[name];
  return Object.hasOwn(dimensions, name) ? dimensions[name] : undefined;
}

/** Returns the addresses of a host. The last one of a text that was cut is left out, because a part of it is missing. */
function addressesOf({ facts }: Placed): string[] {
  const text = facts?.['host.ip'] ?? '';
  const all = text.split(', ');
  const whole = text.length < factCharactersMax ? all : all.slice(0, -1);
  return whole.filter((address) => isIP(address) !== 0 && namesOneHost(address));
}
