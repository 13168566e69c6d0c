/** The properties of a type of resource that CloudFormation cannot change without replacing the resource. */
export interface CreateOnly {
  /** A word for the resource, as docs/deploy.md lists it. */
  readonly what: string;
  /** Paths below `Properties`, as `BrokerNodeGroupInfo/ClientSubnets`. */
  readonly properties: readonly string[];
  /** Paths of properties that AWS changes in place in some cases, and replaces the resource in others. */
  readonly conditional: readonly string[];
  /** The content that is lost with the resource, and that no backup has. */
  readonly holds?: string;
}

export const clusterType = 'AWS::MSK::Cluster';
export const configurationType = 'AWS::MSK::Configuration';
export const domainType = 'AWS::OpenSearchService::Domain';
/** The type of event source mappings, of which those of Kafka are recorded: others have no consumer group. */
export const mappingType = 'AWS::Lambda::EventSourceMapping';

/**
 * The types of stateful resources, and of what gives those their identity, with their create-only properties. They are
 * `createOnlyProperties` and `conditionalCreateOnlyProperties` in the schemas of AWS's resource providers.
 * `test/templates/create-only.test.ts` compares them with the schemas that cfn-lint 1.58.0 has.
 * @see https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
 */
export const createOnly: Readonly<Record<string, CreateOnly>> = {
  'AWS::EC2::VPC': {
    what: 'VPC',
    properties: ['CidrBlock', 'Ipv4IpamPoolId', 'Ipv4NetmaskLength', 'VpcEncryptionControl'],
    conditional: ['InstanceTenancy'],
  },
  'AWS::EC2::Subnet': {
    what: 'subnets',
    properties: [
      ...['VpcId', 'AvailabilityZone', 'AvailabilityZoneId', 'CidrBlock', 'OutpostArn', 'Ipv6Native'],
      ...['Ipv4IpamPoolId', 'Ipv4NetmaskLength', 'Ipv6IpamPoolId', 'Ipv6NetmaskLength'],
    ],
    conditional: ['Ipv6CidrBlock'],
  },
  'AWS::EC2::SecurityGroup': {
    what: 'security groups',
    properties: ['GroupDescription', 'GroupName', 'VpcId'],
    conditional: [],
  },
  'AWS::KMS::Key': { what: 'keys', properties: [], conditional: [] },
  'AWS::SecretsManager::Secret': { what: 'the shippers’ password', properties: ['Name'], conditional: [] },
  [clusterType]: {
    what: 'MSK cluster',
    properties: [
      'ClusterName',
      'BrokerNodeGroupInfo/BrokerAZDistribution',
      'BrokerNodeGroupInfo/ClientSubnets',
      'BrokerNodeGroupInfo/SecurityGroups',
      'EncryptionInfo/EncryptionAtRest',
      'EncryptionInfo/EncryptionInTransit/InCluster',
    ],
    conditional: [],
  },
  [configurationType]: { what: 'its configuration', properties: ['Name', 'KafkaVersionsList'], conditional: [] },
  'AWS::MSK::BatchScramSecret': { what: 'its use of the log-in', properties: ['ClusterArn'], conditional: [] },
  'AWS::MSK::Topic': { what: 'topics', properties: ['ClusterArn', 'TopicName', 'ReplicationFactor'], conditional: [] },
  'AWS::DynamoDB::Table': {
    what: 'tables',
    properties: ['TableName', 'ImportSourceSpecification'],
    conditional: ['KeySchema'],
  },
  'AWS::SNS::Topic': {
    ...{ what: 'SNS topics', holds: 'its subscriptions' },
    ...{ properties: ['TopicName', 'FifoTopic'], conditional: [] },
  },
  'AWS::SQS::Queue': {
    ...{ what: 'queues', holds: 'the messages in it' },
    ...{ properties: ['FifoQueue', 'QueueName'], conditional: [] },
  },
  'AWS::ApiGatewayV2::Api': {
    ...{ what: 'HTTP API', holds: 'its address' },
    ...{ properties: ['ProtocolType'], conditional: [] },
  },
  'AWS::Cognito::UserPool': {
    ...{ what: 'user pool', holds: 'the accounts of people' },
    ...{ properties: [], conditional: [] },
  },
  'AWS::Cognito::UserPoolDomain': { what: 'its domain', properties: ['UserPoolId', 'Domain'], conditional: [] },
  'AWS::S3::Bucket': {
    what: 'bucket',
    properties: ['BucketName', 'BucketNamePrefix', 'BucketNamespace'],
    conditional: [],
  },
  [domainType]: {
    what: 'OpenSearch domain',
    properties: ['DomainName', 'EngineMode'],
    conditional: [
      'EncryptionAtRestOptions/Enabled',
      'EncryptionAtRestOptions/KmsKeyId',
      'AdvancedSecurityOptions/Enabled',
    ],
  },
  [mappingType]: {
    what: 'event source mappings of Kafka',
    properties: ['EventSourceArn', 'SelfManagedEventSource', 'StartingPosition', 'StartingPositionTimestamp'],
    conditional: [],
  },
};

/** The properties of an event source mapping that can be its consumer group. */
export const groupProperties = [
  'AmazonManagedKafkaEventSourceConfig/ConsumerGroupId',
  'SelfManagedKafkaEventSourceConfig/ConsumerGroupId',
] as const;

/** The update of a cluster that a change of the properties of its configuration causes too. */
export const configurationUpdate = 'configuration';

/** The property of a cluster that has the disk of each broker. */
export const storageProperty = 'BrokerNodeGroupInfo/StorageInfo';

/**
 * The GiB by which MSK enlarges the disk of each broker at least. It refuses less, and a smaller disk, with "To update
 * storage, you must increase it by at least 10 GiB".
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-autoexpand.html
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1129
 */
export const brokerDiskGrowthGiBMin = 10;

/**
 * The updates of an MSK cluster in place, and the properties that each changes. MSK accepts one of them in a request, and
 * refuses a second with "You can't update multiple attributes of the cluster in same request".
 * @see https://github.com/aws/aws-cdk/issues/16765
 */
export const clusterUpdates: Readonly<Record<string, readonly string[]>> = {
  'broker type': ['BrokerNodeGroupInfo/InstanceType'],
  storage: [storageProperty, 'StorageMode'],
  'number of brokers': ['NumberOfBrokerNodes'],
  'Kafka version': ['KafkaVersion'],
  [configurationUpdate]: ['ConfigurationInfo'],
  monitoring: ['EnhancedMonitoring', 'OpenMonitoring'],
  logging: ['LoggingInfo'],
  'client authentication': ['ClientAuthentication'],
  'encryption in transit': ['EncryptionInfo/EncryptionInTransit/ClientBroker'],
  connectivity: ['BrokerNodeGroupInfo/ConnectivityInfo'],
  rebalancing: ['Rebalancing'],
  'access to ZooKeeper': ['ZookeeperAccess'],
};

/** The properties that are changed in place, by type and update, as far as AWS refuses some of the changes. */
export const updatesOf: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  [clusterType]: clusterUpdates,
  [domainType]: { 'engine version': ['EngineVersion'] },
  [mappingType]: { 'consumer group': groupProperties },
};

/**
 * The property of each type that is a version. Neither service has a way back to an older one: OpenSearch Service refuses
 * it with "Upgrade from OpenSearch_2.3 to OpenSearch_1.0 not supported".
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/version-upgrades.html
 * @see https://docs.aws.amazon.com/opensearch-service/latest/developerguide/version-migration.html
 * @see https://github.com/aws/copilot-cli/issues/4333
 */
export const versionProperties: Readonly<Record<string, string>> = {
  [clusterType]: 'KafkaVersion',
  [domainType]: 'EngineVersion',
};
