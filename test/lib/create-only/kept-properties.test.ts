import { describe, expect, it } from 'vitest';
import { refusedChanges } from '../../../lib/create-only/compare.ts';
import { isLoss, kept } from '../../../lib/create-only/kept.ts';
import { messageOf } from '../../../lib/create-only/messages.ts';
import type { RecordedResource, RecordedResources, Value } from '../../../lib/create-only/record.ts';
import { currentRecord } from './project.ts';

const recorded: RecordedResources = currentRecord('minimal');

/** Returns the recorded resources of a type, which have a value of a property. */
function holdersOf(type: string, property: string): [string, RecordedResource][] {
  const found = Object.entries(recorded).filter(
    ([, each]) => each.type === type && each.kept?.[property] !== undefined,
  );
  expect(found.length).toBeGreaterThan(0);
  return found;
}

/** Returns the messages about a resource whose property has another value, or none. */
function messagesAfter(
  [id, resource]: [string, RecordedResource],
  property: string,
  value: Value | undefined,
): string[] {
  const { [property]: _, ...others } = resource.kept!;
  const changed = { ...resource, kept: { ...others, ...(value !== undefined && { [property]: value }) } };
  const messages = refusedChanges(recorded, { ...recorded, [id]: changed });
  return messages.map((change) => messageOf(change, { file: 'f', entry: 'e' }).description);
}

const attributes = (type: string): Value => [{ AttributeName: 'key', AttributeType: type }];
const more: Value = [...(attributes('S') as Value[]), { AttributeName: 'other', AttributeType: 'N' }];

/** A property with values that lose something, and values that do not; `undefined` is none. */
interface Case {
  readonly type: string;
  readonly property: string;
  readonly loses: readonly (Value | undefined)[];
  readonly keeps: readonly (Value | undefined)[];
}
const cases: readonly Case[] = [
  { type: 'AWS::MSK::Cluster', property: 'NumberOfBrokerNodes', loses: [1], keeps: [2, 4] },
  { type: 'AWS::MSK::BatchScramSecret', property: 'SecretArnList', loses: [[], ['other'], undefined], keeps: [] },
  { type: 'AWS::MSK::Topic', property: 'PartitionCount', loses: [2, undefined], keeps: [1] },
  { type: 'AWS::SecretsManager::Secret', property: 'GenerateSecretString', loses: [{}, undefined], keeps: [] },
  { type: 'AWS::DynamoDB::Table', property: 'AttributeDefinitions', loses: [attributes('N'), []], keeps: [more] },
  {
    ...{ type: 'AWS::DynamoDB::Table', property: 'TimeToLiveSpecification/AttributeName' },
    ...{ loses: ['until'], keeps: ['expires', undefined] },
  },
  {
    ...{ type: 'AWS::DynamoDB::Table', property: 'PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled' },
    ...{ loses: [false, undefined], keeps: [true] },
  },
  { type: 'AWS::SQS::Queue', property: 'KmsMasterKeyId', loses: ['other', undefined], keeps: [] },
  {
    ...{ type: 'AWS::OpenSearchService::Domain', property: 'VPCOptions' },
    ...{ loses: [undefined], keeps: [{ SubnetIds: ['subnet-0a1b2c3d'] }] },
  },
];

describe.each(cases)('$property of $type', ({ type, property, loses, keeps }) => {
  it.each(loses.map((value) => ({ value })))('is refused to become $value, with what would be lost', ({ value }) => {
    const { loss } = kept[type]!.find((each) => each.property === property)!;
    for (const holder of holdersOf(type, property)) {
      const messages = messagesAfter(holder, property, value);
      expect(messages).toHaveLength(1);
      expect(messages[0]).toContain(`${property} of ${holder[0]}`);
      expect(messages[0]).toContain(loss);
    }
  });

  it.each(keeps.map((value) => ({ value })))('may become $value', ({ value }) => {
    for (const holder of holdersOf(type, property)) expect(messagesAfter(holder, property, value)).toEqual([]);
  });
});

describe('the encryption of a bucket', () => {
  const [{ property, ...others }] = kept['AWS::S3::Bucket']! as [(typeof kept)[string][number]];
  const rule = (key: string | undefined, isBucketKey: boolean) => ({
    ServerSideEncryptionConfiguration: [
      {
        BucketKeyEnabled: isBucketKey,
        ServerSideEncryptionByDefault: key === undefined ? { SSEAlgorithm: 'AES256' } : { KMSMasterKeyID: key },
      },
    ],
  });
  const losing = (before: unknown, after: unknown) => isLoss({ property, ...others }, before, after);

  it('may change in everything but a key that objects are encrypted with', () => {
    expect(losing(rule('one', true), rule('one', false))).toBe(false);
    expect(losing(rule(undefined, false), rule('one', true))).toBe(false);
    expect(losing(rule('one', true), rule('other', true))).toBe(true);
    expect(losing(rule('one', true), undefined)).toBe(true);
  });
});

describe('a record of an earlier release, without a property that is recorded now', () => {
  it('refuses no value of it', () => {
    const before = Object.entries(recorded).map(([id, { kept: _, ...each }]) => [id, each] as const);
    expect(refusedChanges(Object.fromEntries(before), recorded)).toEqual([]);
  });
});
