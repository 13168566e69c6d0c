import { changedKeys } from './changed-keys.ts';
import { groupProperties, mappingType } from './properties.ts';
import type { RecordedResource, RecordedResources } from './record.ts';
import type { RefusedChange } from './refused-change.ts';
import { updateOf } from './updates.ts';

/**
 * Returns the change after which the consumer group of a recorded event source mapping would be read by a new mapping, or
 * the mapping would read another group. CloudFormation creates the new mapping before it deletes the old one, and the
 * second one of a group is refused: "The consumer group ID that you specify must be unique among all your Kafka event
 * sources. After creating …, you cannot update this value". A mapping that goes with its group is no refused change.
 * @param id     the recorded mapping, by its key in the record
 * @param before the recorded mapping
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-consumer-group-id.html
 * @see https://github.com/aws/aws-cdk/issues/26416
 */
export function refusedReaders(id: string, before: RecordedResource, current: RecordedResources): RefusedChange[] {
  const group = groupOf(before);
  if (group === undefined) return [];
  const named = { id, type: before.type };
  const after = Object.hasOwn(current, id) ? groupOf(current[id]!) : undefined;
  if (after !== undefined && after !== group) return [{ ...named, kind: 'other group', before: group, after }];
  const [reader] = Object.entries(current).filter(
    ([other, each]) => groupOf(each) === group && (!after || other === id),
  );
  if (reader === undefined) return [];
  const [readerId, { properties }] = reader;
  const changed = changedKeys(before.properties, properties).map((property) => ({
    ...{ property, before: before.properties[property], after: properties[property] },
  }));
  if (readerId === id && changed.length === 0) return [];
  return [{ ...named, kind: 'other reader', group, reader: readerId, changed }];
}

/** Returns the consumer group of an event source mapping, or `undefined` for any other resource. */
function groupOf(resource: RecordedResource): string | undefined {
  if (resource.type !== mappingType) return undefined;
  return groupProperties.map((each) => updateOf(resource, each)).find((value) => typeof value === 'string');
}
