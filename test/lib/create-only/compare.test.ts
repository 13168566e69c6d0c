import { describe, expect, it } from 'vitest';
import { refusedChanges } from '../../../lib/create-only/compare.ts';
import { messageOf } from '../../../lib/create-only/messages.ts';
import { clusterType, domainType, mappingType } from '../../../lib/create-only/properties.ts';
import { type RecordedResource, recordOf } from '../../../lib/create-only/record.ts';
import type { RefusedChange } from '../../../lib/create-only/refused-change.ts';

const group = (description: string): RecordedResource => ({
  type: 'AWS::EC2::SecurityGroup',
  properties: { GroupDescription: description },
});
const cluster = (updates: Record<string, string>, version = '3.9.x'): RecordedResource => ({
  type: clusterType,
  properties: { 'BrokerNodeGroupInfo/SecurityGroups': [{ 'Fn::GetAtt': ['Network/Brokers', 'GroupId'] }] },
  updates: { ...updates, 'Kafka version': { KafkaVersion: version } },
});
const topic: RecordedResource = {
  type: 'AWS::MSK::Topic',
  properties: { ClusterArn: { 'Fn::GetAtt': ['DataHub/Cluster', 'Arn'] } },
};
const kinds = (changes: readonly RefusedChange[]): string[] => changes.map(({ kind }) => kind);

describe('a change of a create-only property', () => {
  it('is refused with all that would be replaced with the resource, directly or through others', () => {
    const rest = { 'DataHub/Cluster': cluster({}), 'DataHub/Topic': topic };
    const changes = refusedChanges(
      { 'Network/Brokers': group('Brokers'), ...rest },
      { 'Network/Brokers': group('Kafka brokers'), ...rest },
    );
    expect(changes).toMatchObject([
      {
        ...{ id: 'Network/Brokers', kind: 'replaced', property: 'GroupDescription' },
        ...{ before: 'Brokers', after: 'Kafka brokers' },
        alsoReplaced: [{ id: 'DataHub/Cluster' }, { id: 'DataHub/Topic' }],
      },
    ]);
  });

  it('is refused where the property was absent, and where it would be', () => {
    const none = { type: 'AWS::S3::Bucket', properties: {} };
    const named = { type: 'AWS::S3::Bucket', properties: { BucketName: 'beats' } };
    expect(kinds(refusedChanges({ 'State/B': none }, { 'State/B': named }))).toEqual(['replaced']);
    expect(kinds(refusedChanges({ 'State/B': named }, { 'State/B': none }))).toEqual(['replaced']);
  });

  it('is said to depend on the case where AWS changes the property in place in some', () => {
    const domain = (key: string) => ({
      type: 'AWS::OpenSearchService::Domain',
      properties: { 'EncryptionAtRestOptions/KmsKeyId': key },
    });
    const [change] = refusedChanges({ 'State/D': domain('one') }, { 'State/D': domain('other') });
    expect(messageOf(change!, { file: 'f', entry: 'e' }).description).toContain('in place in some cases only');
  });
});

describe('the record', () => {
  const properties = {
    ...{ ClusterName: 'beats', NumberOfBrokerNodes: 2, BrokerNodeGroupInfo: { InstanceType: 'kafka.t3.small' } },
    ConfigurationInfo: { Arn: { 'Fn::GetAtt': ['Config', 'Arn'] }, Revision: 1 },
    EncryptionInfo: { EncryptionAtRest: { DataVolumeKMSKeyId: { 'Fn::ImportValue': 'Keys:Key' } } },
  };
  const templates = (serverProperties: string) => [
    {
      stackName: 'Keys',
      Outputs: { Key: { Value: { 'Fn::GetAtt': ['Key1', 'Arn'] }, Export: { Name: 'Keys:Key' } } },
    },
    {
      stackName: 'Hub',
      Resources: {
        Cluster: { Type: clusterType, Properties: properties },
        Config: { Type: 'AWS::MSK::Configuration', Properties: { Name: 'beats', ServerProperties: serverProperties } },
        Domain: { Type: domainType, Properties: { EngineVersion: 'OpenSearch_3.5', IPAddressType: 'ipv4' } },
        Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { Threshold: 1 } },
      },
    },
  ];

  it('has stateful resources alone, and names those of other stacks by stack and logical id', () => {
    const record = recordOf(templates('a=1'));
    expect(Object.keys(record)).toEqual(['Hub/Cluster', 'Hub/Config', 'Hub/Domain']);
    expect(record['Hub/Cluster']!.properties).toEqual({
      ClusterName: 'beats',
      'EncryptionInfo/EncryptionAtRest': { DataVolumeKMSKeyId: { 'Fn::GetAtt': ['Keys/Key1', 'Arn'] } },
    });
  });

  it('has the event source mappings of Kafka, and none of queues', () => {
    const group = { AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'offbeat-detect' } };
    const Resources = {
      Detect: { Type: mappingType, Properties: { EventSourceArn: 'arn:aws:kafka:…', ...group, BatchSize: 1 } },
      Notify: { Type: mappingType, Properties: { EventSourceArn: 'arn:aws:sqs:…', BatchSize: 1 } },
    };
    expect(recordOf([{ stackName: 'Offbeat', Resources }])).toEqual({
      'Offbeat/Detect': {
        ...{ type: mappingType, properties: { EventSourceArn: 'arn:aws:kafka:…' } },
        updates: { 'consumer group': { 'AmazonManagedKafkaEventSourceConfig/ConsumerGroupId': 'offbeat-detect' } },
      },
    });
  });

  it('has the version of the engine, and nothing else of the domain that can be changed', () => {
    expect(recordOf(templates('a=1'))['Hub/Domain']!.updates).toEqual({
      'engine version': { EngineVersion: 'OpenSearch_3.5' },
    });
  });

  it('shows a new server property as an update of the cluster, which gets a new revision', () => {
    const [before, after] = [recordOf(templates('a=1')), recordOf(templates('a=2'))];
    expect(refusedChanges(before, after)).toEqual([]);
    const machine = { ...after['Hub/Cluster']!.updates, 'broker type': 'kafka.m7g.large' };
    const both = { ...after, 'Hub/Cluster': { ...after['Hub/Cluster']!, updates: machine } };
    expect(refusedChanges(before, both)).toMatchObject([
      { id: 'Hub/Cluster', kind: 'combined', updates: ['broker type', 'configuration'] },
    ]);
  });

  it('has no resource of somebody else', () => {
    expect(Object.keys(recordOf(templates('a=1'), (id) => id !== 'Hub/Config'))).toEqual(['Hub/Cluster', 'Hub/Domain']);
  });
});
