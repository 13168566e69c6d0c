import type { EntityKind } from '../shared/domain/entity.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { isObject, type JsonObject } from '../shared/domain/json-object.ts';
import { byKey } from '../shared/domain/order.ts';
import type { Dimensions } from '../shared/domain/series.ts';
import { shownText } from '../shared/domain/shown.ts';
import { required } from './draft.ts';
import { defined, firstText, textAt, valueAt } from './fields.ts';

/** The entity that a document describes, and the dimensions of its series. */
export interface EntityIdentity {
  readonly kind: EntityKind;
  readonly name: string;
  readonly dimensions: Dimensions;
}

/** Returns the host of a document; `undefined` where it names none. */
export function hostOf(beat: JsonObject): string | undefined {
  return firstText(beat, 'host.name', 'host.hostname', 'agent.name', 'agent.hostname', 'beat.hostname', 'beat.name');
}

/**
 * Returns the host of a document.
 * @throws {RefusedRecordError} `no entity` where it names none
 */
export function requiredHost(beat: JsonObject): string {
  return required(hostOf(beat), 'host.name', 'expected the name of the host; keep its fields host and agent');
}

type Identify = (beat: JsonObject) => EntityIdentity;

const ofHost =
  (dimensions: Readonly<Record<string, string>> = {}): Identify =>
  (beat) => ({
    kind: 'host',
    name: requiredHost(beat),
    dimensions: textsAt(beat, dimensions),
  });

const identities: Readonly<Record<string, Identify>> = {
  'system.cpu': ofHost(),
  'system.load': ofHost(),
  'system.memory': ofHost(),
  'system.core': ofHost({ core: 'system.core.id' }),
  'system.diskio': ofHost({ device: 'system.diskio.name' }),
  'system.network': ofHost({ interface: 'system.network.name' }),
  'system.filesystem': ofHost({ mount_point: 'system.filesystem.mount_point' }),
  'system.process': ofHost({ process: 'process.name', pid: 'process.pid' }),
  'linux.iostat': ofHost({ device: 'linux.iostat.name' }),
  'kafka.broker': (beat) => ({ kind: 'broker', name: brokerOf(beat), dimensions: mbeanKeys(beat) }),
  'kafka.partition': partitionOfTopic,
  'kafka.topic': (beat) => ({
    kind: 'topic',
    name: required(
      firstText(beat, 'kafka.topic.topic.name', 'kafka.topic.name'),
      'kafka.topic.name',
      'expected a topic',
    ),
    dimensions: { ...mbeanKeys(beat), ...textsAt(beat, { partition: 'kafka.topic.partition.id' }) },
  }),
  'kafka.consumergroup': (beat) => ({
    kind: 'consumer-group',
    name: required(textAt(beat, 'kafka.consumergroup.id'), 'kafka.consumergroup.id', 'expected the name of a group'),
    dimensions: textsAt(beat, { topic: 'kafka.topic.name', partition: 'kafka.partition.id' }),
  }),
  'kafka.consumer': ofClient,
  'kafka.producer': ofClient,
  'moosefs.master': (beat) => ({ kind: 'storage-master', name: requiredService(beat), dimensions: {} }),
  'moosefs.chunkserver': (beat) => ({
    kind: 'chunkserver',
    name: addressAt(beat, 'moosefs.chunkserver'),
    dimensions: {},
  }),
  'moosefs.disk': (beat) => ({
    kind: 'chunkserver',
    name: addressAt(beat, 'moosefs.disk.chunkserver'),
    dimensions: textsAt(beat, { device: 'moosefs.disk.path' }),
  }),
  'offbeat.canary': (beat) => ({ kind: 'service', name: requiredService(beat), dimensions: {} }),
  'elasticsearch.node': ofSearchNode,
  'elasticsearch.node_stats': ofSearchNode,
  'elasticsearch.node.stats': ofSearchNode,
};

/** Names of the datasets whose entity is known. A document of any other dataset describes its host. */
export const knownDatasets: readonly string[] = Object.keys(identities);

/**
 * Returns the entity and the dimensions of a metric document. A document of an unknown dataset describes its host, with
 * every field of the dataset that is a name or an id as a dimension.
 * @throws {RefusedRecordError} `no entity`, naming the field that is missing, or `not a sample` for a name too long
 */
export function identify(beat: JsonObject, dataset: string): EntityIdentity {
  const known = Object.hasOwn(identities, dataset) ? identities[dataset] : undefined;
  return known?.(beat) ?? { kind: 'host', name: requiredHost(beat), dimensions: namesIn(beat) };
}

/**
 * Returns whether a document describes a follower of a Kafka partition. A follower repeats its leader's offsets, so it
 * gets series of its own, for its own measurements only.
 */
export function isFollower(beat: JsonObject, dataset: string): boolean {
  return dataset === 'kafka.partition' && valueAt(beat, 'kafka.partition.partition.is_leader') === false;
}

function partitionOfTopic(beat: JsonObject): EntityIdentity {
  return {
    kind: 'topic',
    name: required(textAt(beat, 'kafka.topic.name'), 'kafka.topic.name', 'expected a topic'),
    dimensions: textsAt(beat, {
      partition: 'kafka.partition.id',
      ...(isFollower(beat, 'kafka.partition') ? { replica: 'kafka.partition.partition.replica' } : {}),
    }),
  };
}

function ofClient(beat: JsonObject): EntityIdentity {
  return { kind: 'service', name: requiredService(beat), dimensions: mbeanKeys(beat) };
}

function ofSearchNode(beat: JsonObject): EntityIdentity {
  const name = firstText(beat, 'elasticsearch.node.name', 'elasticsearch.node.id') ?? serviceOf(beat);
  return {
    kind: 'search-node',
    name: required(name, 'elasticsearch.node.name', 'expected the name of a node'),
    dimensions: {},
  };
}

function brokerOf(beat: JsonObject): string {
  const name = firstText(beat, 'kafka.broker.address', 'kafka.broker.id') ?? serviceOf(beat);
  return required(name, 'kafka.broker.address', 'expected the address of a broker');
}

function addressAt(beat: JsonObject, path: string): string {
  const ip = required(textAt(beat, `${path}.ip`), `${path}.ip`, 'expected the address of a chunkserver');
  return `${ip}:${required(textAt(beat, `${path}.port`), `${path}.port`, 'expected the port of a chunkserver')}`;
}

function requiredService(beat: JsonObject): string {
  return required(serviceOf(beat), 'service.address', 'expected the address of the service');
}

/** Returns the address of a service. A loopback address is replaced by the host's name, because every host has one. */
function serviceOf(beat: JsonObject): string | undefined {
  const address = textAt(beat, 'service.address');
  const host = hostOf(beat);
  if (address === undefined || host === undefined) return address;
  return address.replace(/^(localhost|127\.0\.0\.1|\[::1\])(?=:|$)/, host);
}

/**
 * Returns the keys of a Kafka bean as dimensions: `kafka.server:type=…,name=…,topic=messages` is one bean of many
 * topics.
 */
function mbeanKeys(beat: JsonObject): Dimensions {
  const module = textAt(beat, 'event.dataset') ?? '';
  const [, keys = ''] = (textAt(beat, `${module}.mbean`) ?? '').split(':', 2);
  const pairs = keys.split(',').map((pair) => pair.split('=', 2));
  return Object.fromEntries(
    pairs.filter(([key, value]) => key !== undefined && value !== undefined && key !== 'type' && key !== 'name'),
  );
}

/** The most dimensions of a document of an unknown dataset. */
const namesMax = 8;
/** The most characters of such a dimension: a longer text describes an event and does not name a thing. */
const nameCharactersMax = 128;

/** A pattern for the last word of a field that names a thing. */
const identityWord =
  /(^|_)(name|id|instance|object|namespace|interface|device|path|topic|queue|database|db|vhost|host|server|partition)$/;
/** A pattern for objects of which every field names a thing, whatever the field is called. */
const naming = /^((prometheus|gcp)\.labels|(aws|azure|gcp)\.dimensions)$/;
/** A pattern for objects whose fields may change while the thing remains the same. */
const passing = /^(kubernetes|container|docker)(\.[^.]+)*\.(labels|annotations)$/;

/**
 * Returns the dimensions of an unknown dataset: names, ids and labels of its own fields, its service and its container.
 */
function namesIn(beat: JsonObject): Dimensions {
  const module = firstText(beat, 'event.module', 'metricset.module');
  const roots = [module, 'container', 'kubernetes'].filter((root) => root !== undefined);
  const found: [string, string][] = roots.flatMap((root) => namesUnder(root, beat[root], 1));
  const service = textAt(beat, 'service.address');
  if (service !== undefined) found.push(['service', service]);
  return Object.fromEntries(found.sort(byKey).slice(0, namesMax));
}

function namesUnder(path: string, value: unknown, depth: number): [string, string][] {
  if (!isObject(value) || depth > 4 || passing.test(path)) return [];
  return Object.entries(value).flatMap(([name, inner]): [string, string][] => {
    if (isObject(inner)) return namesUnder(`${path}.${name}`, inner, depth + 1);
    if (typeof inner !== 'string' && typeof inner !== 'number') return [];
    const isName = naming.test(path) || identityWord.test(inSnakeCase(name));
    const text = String(inner);
    return isName && text !== '' && text.length <= nameCharactersMax ? [[dimensionName(path, name), text]] : [];
  });
}

/**
 * Returns the name of a dimension.
 * @throws {RefusedRecordError} `not a sample` for a long name, so that a path of megabytes is not copied thousands of
 *   times
 */
function dimensionName(path: string, name: string): string {
  if (path.length + name.length < nameCharactersMax) return `${path}.${name}`;
  const detail = `dimensions: ${shownText(path)}.${shownText(name)}: more than ${nameCharactersMax} characters`;
  throw new RefusedRecordError('not a sample', detail);
}

/** Converts `InstanceId` to `instance_id`. */
const inSnakeCase = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

function textsAt(beat: JsonObject, paths: Readonly<Record<string, string>>): Dimensions {
  return defined(Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, textAt(beat, path)])));
}
