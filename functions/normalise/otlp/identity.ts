import type { EntityKind } from '../../shared/domain/entity.ts';
import { isName } from '../../shared/domain/name.ts';
import { byKey } from '../../shared/domain/order.ts';
import type { Facts } from '../../shared/domain/sample.ts';
import type { Dimensions } from '../../shared/domain/series.ts';
import { factRankOf, hostRank, noFact } from '../document/fact-words.ts';
import { boundedDimensions, dimensionNameMax, dimensionsMax, dimensionText } from '../identity/dimensions.ts';
import { boundedFacts, factText, type RankedFact } from '../identity/facts.ts';
import type { Attribute, Attributes } from './model.ts';

/** The entity of a resource, and whatever else its samples share. */
export interface Subject {
  readonly kind: EntityKind;
  readonly name: string;
  /** The host that the rules of clusters are compared with. */
  readonly host: string | undefined;
  /** The attributes of the resource that distinguish its series from those of others of the same entity. */
  readonly dimensions: Attributes;
  readonly facts: Facts | undefined;
  /** All attributes of the resource. */
  readonly resource: Attributes;
}

/** The entity that a metric or a log record describes first of all. */
export type Area = 'host' | 'service';

const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const hostNames = ['host.name', 'k8s.node.name', 'host.id'];
/** The attributes that name what a resource without a service and a host is: receivers for Kubernetes and Docker set them. */
const workloadNames = [
  ...['deployment', 'statefulset', 'daemonset', 'cronjob', 'job', 'replicaset', 'pod', 'namespace', 'cluster'].map(
    (kind) => `k8s.${kind}.name`,
  ),
  'container.name',
  'container.id',
];
/** The name that an SDK gives a service whose name nobody set. */
const unnamed = /^unknown_service(:|$)/;

/**
 * Returns the entity of a resource, the dimensions it adds, and its facts.
 * @param area the entity that is preferred; the other one is taken if the resource does not name it
 * @returns `undefined` for a resource that names none
 */
export function subjectOf(attributes: Attributes, area: Area): Subject | undefined {
  const texts = new Map(attributes.filter(([, text]) => text !== ''));
  const host = firstOf(texts, hostNames);
  const service = texts.get('service.name');
  const named = service === undefined || unnamed.test(service) ? undefined : service;
  const kind = (area === 'host' ? host : (named ?? host)) === host && host !== undefined ? 'host' : 'service';
  const name = kind === 'host' ? host : (named ?? firstOf(texts, workloadNames) ?? service);
  if (name === undefined || name.length > 512 || !isName(name)) return undefined;
  const dimensions = kind === 'service' && named !== undefined ? instanceOf(texts) : partsOf(texts, name);
  const used = new Set([...dimensions.map(([dimension]) => dimension), kind === 'host' ? 'host.name' : 'service.name']);
  return { kind, name, host, dimensions, facts: factsOf(attributes, used), resource: attributes };
}

function firstOf(texts: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = texts.get(name);
    if (text !== undefined) return text;
  }
  return undefined;
}

/**
 * Returns what distinguishes the instances of a service. An id that is a UUID is new at each start, so the pod or the host
 * stands for it.
 */
function instanceOf(texts: ReadonlyMap<string, string>): Attribute[] {
  const id = texts.get('service.instance.id');
  if (id !== undefined && !uuid.test(id)) return [['service.instance.id', id]];
  for (const name of ['k8s.pod.name', 'host.name']) {
    const text = texts.get(name);
    if (text !== undefined) return [[name, text]];
  }
  return [];
}

/** A pattern for attributes of a resource that name a part of an entity: a database, a volume, a virtual machine. */
const identityWord = /\.(name|id|uid|instance|endpoint|address|port|namespace|path|topic|queue|vhost|partition)$/;
/** The groups of attributes that describe the entity itself, or what sent its telemetry. */
const describing = new Set('host os service telemetry cloud deployment faas process otel user_agent'.split(' '));
const partsOfProcess = ['process.executable.name', 'process.pid'];

/** Returns the attributes of a resource that name a part of its entity. A `name` stands for its sibling `id` and `uid`. */
function partsOf(texts: ReadonlyMap<string, string>, entity: string): Attribute[] {
  const parts: Attribute[] = [];
  for (const [name, text] of texts) {
    if (text === entity) continue;
    const [root] = name.split('.', 1);
    const isPart = identityWord.test(name) && !describing.has(root!) && !hasName(texts, name);
    if (isPart || partsOfProcess.includes(name)) parts.push([name, text]);
  }
  return parts;
}

function hasName(texts: ReadonlyMap<string, string>, name: string): boolean {
  const sibling = name.replace(/\.(id|uid)$/, '.name');
  return sibling !== name && texts.has(sibling);
}

/**
 * Returns attributes as dimensions, in the order of their names; those beyond eight as one with their hash.
 * @returns `undefined` if a name cannot be that of a dimension
 */
export function dimensionsOf(attributes: Attributes): Dimensions | undefined {
  if (attributes.some(isUnsafe)) return undefined;
  const sorted = attributes.length > 1 ? attributes.toSorted(byKey) : attributes;
  if (sorted.length > dimensionsMax)
    return boundedDimensions(sorted.map(([name, text]) => [name, dimensionText(text)]));
  const dimensions: Record<string, string> = {};
  for (const [name, text] of sorted) dimensions[name] = dimensionText(text);
  return dimensions;
}

/** Returns whether an attribute can be no dimension. Half of a surrogate pair is refused with the sample. */
function isUnsafe([name, text]: Attribute): boolean {
  if (name === '' || name.length > dimensionNameMax || name === '__proto__') return true;
  // NUL separates the parts of the key by which samples are gathered.
  return name.includes('\0') || text.includes('\0');
}

/**
 * Returns the attributes of a resource that all of its points repeat. Many become eight and their hash here, once, so that the
 * time for a record is not their number times that of its points. Of attributes that can be no dimensions, one is enough to
 * refuse each point.
 */
export function foldedParts(attributes: Attributes): Attributes {
  if (attributes.length <= dimensionsMax) return attributes;
  const unsafe = attributes.find(isUnsafe);
  return unsafe === undefined ? Object.entries(dimensionsOf(attributes)!) : [unsafe];
}

/** The ranks of names of attributes: senders repeat a few of them in each record. */
const ranks = new Map<string, number>();
const ranksMax = 1_000;

function rankOf(name: string): number {
  const known = ranks.get(name);
  if (known !== undefined) return known;
  const rank = name.startsWith('host.') ? hostRank : factRankOf(name);
  if (ranks.size < ranksMax && name.length <= dimensionNameMax) ranks.set(name, rank);
  return rank;
}

function factsOf(attributes: Attributes, used: ReadonlySet<string>): Facts | undefined {
  const found: RankedFact[] = [];
  for (const [name, text] of attributes) {
    const rank = rankOf(name);
    const isFit = name !== '' && name.length <= dimensionNameMax && name !== '__proto__' && isName(name);
    const value = rank === noFact || used.has(name) || !isFit ? undefined : factText(text);
    if (value !== undefined) found.push({ rank, name, value });
  }
  return boundedFacts(found);
}
