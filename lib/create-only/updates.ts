import { changedKeys } from './changed-keys.ts';
import { brokerDiskGrowthGiBMin, clusterType, storageProperty, versionProperties } from './properties.ts';
import type { RecordedResource, Value } from './record.ts';
import type { RefusedChange } from './refused-change.ts';
import { isOlder } from './versions.ts';

/** A resource as it was recorded, and as it would be. Both are of the same type. */
export interface Pair {
  readonly id: string;
  readonly before: RecordedResource;
  readonly after: RecordedResource;
}

/** Returns the updates in place that AWS would refuse. */
export function refusedUpdates(pair: Pair): RefusedChange[] {
  return [...versionRefusals(pair), ...diskRefusals(pair), ...combinations(pair)];
}

/** Returns a change to an older version, and one between the modes of Kafka. */
function versionRefusals({ id, before, after }: Pair): RefusedChange[] {
  const { type } = before;
  const property = versionProperties[type];
  if (property === undefined) return [];
  const [from, to] = [before, after].map((each) => updateOf(each, property));
  if (typeof from !== 'string' || typeof to !== 'string') return [];
  const older: RefusedChange[] = isOlder(to, from)
    ? [{ id, type, kind: 'older', property, before: from, after: to }]
    : [];
  return isKraft(from) === isKraft(to) ? older : [{ id, type, kind: 'mode', before: from, after: to }, ...older];
}

/** Returns whether a version has the mode KRaft: MSK names it so. */
const isKraft = (version: string): boolean => version.endsWith('.kraft');

/**
 * Returns a disk of the brokers that is smaller than before, or larger by too little. The disk of a data node has no such
 * limit: OpenSearch Service moves the data to new nodes.
 * @see https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-configuration-changes.html
 */
function diskRefusals({ id, before, after }: Pair): RefusedChange[] {
  const [from, to] = [before, after].map((each) =>
    memberAt(updateOf(each, storageProperty), 'EBSStorageInfo', 'VolumeSize'),
  );
  if (typeof from !== 'number' || typeof to !== 'number') return [];
  const isEnlarged = to >= from + brokerDiskGrowthGiBMin;
  return from === to || isEnlarged ? [] : [{ id, type: before.type, kind: 'disk', before: from, after: to }];
}

/** Returns two updates or more of the MSK cluster. */
function combinations({ id, before, after }: Pair): RefusedChange[] {
  const { type } = before;
  const updates = changedKeys(before.updates ?? {}, after.updates ?? {});
  return type === clusterType && updates.length > 1 ? [{ id, type, kind: 'combined', updates }] : [];
}

/** Returns the value of a property that can be changed; `undefined` if it is not recorded, or not set. */
export function updateOf({ updates = {} }: RecordedResource, property: string): Value | undefined {
  const [value] = Object.values(updates).flatMap((each) => (isObject(each) ? (each[property] ?? []) : []));
  return value;
}

function memberAt(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  return path.reduce((at, key) => (at !== undefined && isObject(at) ? at[key] : undefined), value);
}

const isObject = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
