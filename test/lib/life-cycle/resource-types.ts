import { type ResourceDeclaration, referencesIn } from './template.ts';

/** The facts about one type of resource that decide its part in the life of a stack. */
export interface ResourceType {
  /** A flag: the resource costs money while it exists, whether it is used or not. */
  readonly isBilled: boolean;
  /** A flag: the resource holds what cannot be created again. */
  readonly hasData?: boolean;
  /** The properties that name the resource in its account and region; two resources cannot have equal ones. */
  readonly namedBy?: readonly string[];
  /** The reason for which the service refuses to delete the resource, if there is one. */
  readonly refusesDeletion?: (
    resource: ResourceDeclaration,
    state: {
      readonly isWritten: boolean;
      /** A resource that stays and refers to this one, as `STACK/ID`. */
      readonly user: string | undefined;
    },
  ) => string | undefined;
  /** The rest after a successful deletion; neither billed nor in the way of another create. */
  readonly leaves?: string;
  /** The source of these facts. */
  readonly source: string;
}

const pricing = (service: string): string => `https://aws.amazon.com/${service}/pricing/`;
const reference = (page: string): string =>
  `https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/${page}.html`;
const free = (source: string, ...namedBy: string[]): ResourceType => ({ isBilled: false, namedBy, source });
/** A type that is billed by requests, which nobody sends once the rest of its stack is gone. */
const byUse = free;
const billed = (source: string, ...namedBy: string[]): ResourceType => ({ isBilled: true, namedBy, source });
/**
 * A type that its service does not delete while something uses it: brokers, nodes and functions by their network
 * interfaces, a security group by rules of another one, a VPC by all that is in it. Functions are not in the way:
 * CloudFormation waits until Lambda has deleted their interfaces.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-vpcconfig.html
 */
const notWhileUsed = (type: ResourceType): ResourceType => ({
  ...type,
  refusesDeletion: (_, { user }) => (user === undefined ? undefined : `${user} uses it`),
});
const ec2 = (action: string): string => `https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_${action}.html`;
const iam = 'https://aws.amazon.com/iam/faqs/';
const vpc = pricing('vpc');

/** Every type of resource in Offbeat's templates. A template with another type cannot be interpreted. */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::ApiGatewayV2::Api': byUse(pricing('api-gateway')),
  'AWS::ApiGatewayV2::Authorizer': byUse(pricing('api-gateway')),
  'AWS::ApiGatewayV2::Integration': byUse(pricing('api-gateway')),
  'AWS::ApiGatewayV2::Route': byUse(pricing('api-gateway')),
  'AWS::ApiGatewayV2::Stage': byUse(pricing('api-gateway')),
  'AWS::CloudWatch::Alarm': billed(pricing('cloudwatch'), 'AlarmName'),
  'AWS::CloudWatch::Dashboard': billed(pricing('cloudwatch'), 'DashboardName'),
  // Left behind, a pool is billed by the people who sign in: none, once nothing refers to it.
  'AWS::Cognito::UserPool': {
    isBilled: false,
    hasData: true,
    refusesDeletion: ({ properties }) =>
      properties.DeletionProtection === 'ACTIVE' ? 'it has deletion protection' : undefined,
    source: reference('aws-resource-cognito-userpool'),
  },
  'AWS::Cognito::ManagedLoginBranding': free(pricing('cognito'), 'UserPoolId', 'ClientId'),
  'AWS::Cognito::UserPoolClient': free(pricing('cognito')),
  'AWS::Cognito::UserPoolDomain': free(pricing('cognito'), 'Domain'),
  'AWS::Cognito::UserPoolGroup': free(pricing('cognito'), 'UserPoolId', 'GroupName'),
  'AWS::DynamoDB::Table': {
    isBilled: true,
    hasData: true,
    namedBy: ['TableName'],
    refusesDeletion: ({ properties }) =>
      properties.DeletionProtectionEnabled === true ? 'it has deletion protection' : undefined,
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html',
  },
  'AWS::EC2::EIP': billed(vpc),
  'AWS::EC2::FlowLog': byUse(pricing('cloudwatch')),
  'AWS::EC2::InternetGateway': free(vpc),
  'AWS::EC2::NatGateway': billed(vpc),
  'AWS::EC2::Route': free(vpc),
  'AWS::EC2::RouteTable': free(vpc),
  'AWS::EC2::SecurityGroup': notWhileUsed(free(ec2('DeleteSecurityGroup'), 'GroupName')),
  'AWS::EC2::SecurityGroupEgress': free(vpc),
  'AWS::EC2::SecurityGroupIngress': free(vpc),
  'AWS::EC2::Subnet': notWhileUsed(free('https://docs.aws.amazon.com/vpc/latest/userguide/subnet-deleting.html')),
  'AWS::EC2::SubnetRouteTableAssociation': free(vpc),
  'AWS::EC2::VPC': notWhileUsed(free(ec2('DeleteVpc'))),
  'AWS::EC2::VPCEndpoint': billed('https://aws.amazon.com/privatelink/pricing/'),
  'AWS::EC2::VPCGatewayAttachment': free(vpc),
  'AWS::IAM::Policy': free(iam),
  'AWS::IAM::Role': free(iam, 'RoleName'),
  'AWS::KMS::Key': {
    isBilled: true,
    hasData: true,
    leaves: 'the key, pending deletion for 7 to 30 days, in which KMS does not bill it',
    source: pricing('kms'),
  },
  // Left behind, it would poll and invoke.
  'AWS::Lambda::EventSourceMapping': billed(pricing('lambda')),
  'AWS::Lambda::Function': byUse(pricing('lambda'), 'FunctionName'),
  'AWS::Lambda::Permission': free(pricing('lambda')),
  'AWS::Logs::LogGroup': byUse(pricing('cloudwatch'), 'LogGroupName'),
  // A create with the name of an existing policy replaces it.
  'AWS::Logs::ResourcePolicy': free(
    'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html',
  ),
  'AWS::MSK::BatchScramSecret': {
    isBilled: false,
    hasData: true,
    source: reference('aws-resource-msk-batchscramsecret'),
  },
  'AWS::MSK::Cluster': {
    isBilled: true,
    hasData: true,
    namedBy: ['ClusterName'],
    source: pricing('msk'),
  },
  'AWS::MSK::Configuration': notWhileUsed({
    isBilled: false,
    hasData: true,
    namedBy: ['Name'],
    source: 'https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-operations-delete.html',
  }),
  'AWS::MSK::Topic': {
    isBilled: true,
    hasData: true,
    namedBy: ['ClusterArn', 'TopicName'],
    source: reference('aws-resource-msk-topic'),
  },
  'AWS::OpenSearchService::Domain': {
    isBilled: true,
    hasData: true,
    namedBy: ['DomainName'],
    source: pricing('opensearch-service'),
  },
  'AWS::S3::Bucket': {
    isBilled: true,
    hasData: true,
    namedBy: ['BucketName'],
    refusesDeletion: (_, { isWritten }) => (isWritten ? 'it is not empty' : undefined),
    source: reference('aws-resource-s3-bucket'),
  },
  'AWS::S3::BucketPolicy': free(pricing('s3')),
  'AWS::SNS::Subscription': byUse(pricing('sns')),
  'AWS::SNS::Topic': byUse(pricing('sns'), 'TopicName'),
  'AWS::SNS::TopicPolicy': free(pricing('sns')),
  'AWS::SQS::Queue': byUse(pricing('sqs'), 'QueueName'),
  'AWS::SQS::QueuePolicy': free(pricing('sqs')),
  // Left behind, it would send for ever.
  'AWS::Scheduler::Schedule': billed(pricing('eventbridge'), 'Name'),
  'AWS::SecretsManager::Secret': {
    isBilled: true,
    hasData: true,
    namedBy: ['Name'],
    // CloudFormation deletes without the time of grace, so that the name is free at once.
    source: 'https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1999',
  },
  'Custom::OffbeatBrokers': free('functions/look-up-brokers: it creates nothing'),
  'Custom::OffbeatKafka': {
    isBilled: false,
    leaves: 'topics and ACLs on the brokers; a later create accepts those that exist',
    source: 'functions/set-up-kafka',
  },
  'Custom::OffbeatServiceRole': {
    isBilled: false,
    leaves: 'the service-linked role of OpenSearch; a later create accepts that it exists',
    source: 'functions/set-up-service-role',
  },
  'Custom::OffbeatWarehouse': {
    isBilled: false,
    leaves: 'templates, roles and dashboards in the domain; a later create writes them again',
    source: 'functions/set-up-warehouse',
  },
  'Custom::S3AutoDeleteObjects': free('aws-cdk-lib/aws-s3: its deletion empties the bucket, which it depends on'),
  'Custom::VpcRestrictDefaultSG': free('aws-cdk-lib/aws-ec2: its deletion gives the default group its rules again'),
};

/** The type whose deletion empties the bucket that it refers to. */
export const emptiesBuckets = 'Custom::S3AutoDeleteObjects';

/** @throws {Error} naming the type, if the table has no row for it */
export function typeOf({ id, type }: ResourceDeclaration): ResourceType {
  const found = resourceTypes[type];
  if (found === undefined) throw new Error(`${id}: ${type} has no row in test/lib/life-cycle/resource-types.ts`);
  return found;
}

/**
 * Returns the name by which another create of the same declaration would meet this resource; `undefined` where the service
 * makes the name up, or where the name contains what is new at each create: the id of the stack, or another of its resources.
 */
export function fixedName(resource: ResourceDeclaration): string | undefined {
  const values = (typeOf(resource).namedBy ?? []).map((property) => resource.properties[property]);
  if (values.length === 0 || values.includes(undefined)) return undefined;
  const references = referencesIn(values);
  if (references.has('AWS::StackId') || !references.isDisjointFrom(resource.dependsOn)) return undefined;
  return `${resource.type} ${JSON.stringify(values)}`;
}
