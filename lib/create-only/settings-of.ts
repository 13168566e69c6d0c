import type { DeploymentSettings } from '../../settings/deployment.ts';
import type { RefusedChange } from './refused-change.ts';

type Setting = keyof DeploymentSettings;

/** The settings that decide a property, by its path. */
const byProperty: Readonly<Record<string, readonly Setting[]>> = {
  'BrokerNodeGroupInfo/ClientSubnets': ['egress', 'vpc', 'size'],
  'EncryptionInfo/EncryptionAtRest': ['key'],
  'EncryptionAtRestOptions/KmsKeyId': ['key'],
  'SSESpecification/KMSMasterKeyId': ['key'],
  BucketEncryption: ['key'],
  // CDK divides the range of the VPC among the subnets of all zones.
  CidrBlock: ['egress', 'size'],
  KmsMasterKeyId: ['key'],
  NumberOfBrokerNodes: ['size'],
  PartitionCount: ['partitions', 'size'],
  ReplicationFactor: ['size'],
  VpcId: ['vpc'],
};

/** The settings that decide whether a resource exists, by type, and by a part of its path where it matters. */
const byType: readonly (readonly [type: string, part: string, settings: readonly Setting[]])[] = [
  ['AWS::EC2::SecurityGroup', 'NetworkDomain', ['warehouse', 'domain', 'vpc']],
  ['AWS::EC2::', '', ['egress', 'vpc', 'size']],
  ['AWS::KMS::Key', 'Monitoring', ['key', 'alarmTopic']],
  ['AWS::KMS::Key', 'DataHub', ['key', 'kafka']],
  ['AWS::KMS::Key', '', ['key']],
  ['AWS::SQS::Queue', 'StagesAttempts', ['warehouse']],
  ['AWS::SNS::Topic', 'FanOut', ['alertTopic']],
  ['AWS::SNS::Topic', 'Monitoring', ['alarmTopic']],
  ['AWS::MSK::', '', ['kafka']],
  ['AWS::SecretsManager::Secret', '', ['kafka']],
  ['AWS::OpenSearchService::Domain', '', ['warehouse', 'domain']],
  ['AWS::Cognito::', '', ['page']],
  ['AWS::ApiGatewayV2::Api', 'Page', ['page']],
];

/** Returns the settings of `offbeat.yaml` that can be the cause of a refused change; none if only a release can be. */
export function settingsOf(change: RefusedChange): readonly Setting[] {
  if (change.kind !== 'gone') return 'property' in change ? (byProperty[change.property] ?? []) : [];
  const { id, type } = change;
  return byType.find(([prefix, part]) => type.startsWith(prefix) && id.includes(part))?.[2] ?? [];
}
