import { App, type CfnElement, Stack, Token } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { consumerGroupsOf, isDeployed } from '../../functions/deployed-functions.ts';
import { type FunctionName, functionNames, stagesOfTopics } from '../../functions/functions.ts';
import { partitionsDefault } from '../../functions/shared/log/topics.ts';
import { DataHub } from '../../lib/constructs/data-hub.ts';
import { Network } from '../../lib/constructs/network.ts';
import {
  allFunctions,
  deployed,
  deploymentNames,
  keeping,
  ofType,
  placeOf,
  type Resource,
  type Synthesised,
  synthesise,
} from '../support/deployment.ts';

const encryptedBy = { SSEAlgorithm: expect.stringMatching(/^(AES256|aws:kms)$/) };

/** The properties that every resource of a type has in every deployment. */
const promises: Readonly<Record<string, object>> = {
  'AWS::S3::Bucket': {
    VersioningConfiguration: { Status: 'Enabled' },
    BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: encryptedBy }] },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  },
  'AWS::DynamoDB::Table': {
    SSESpecification: { SSEEnabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  },
  'AWS::SNS::Topic': { KmsMasterKeyId: expect.anything() },
  'AWS::KMS::Key': { EnableKeyRotation: true },
  'AWS::MSK::Cluster': {
    EncryptionInfo: { EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true } },
    ClientAuthentication: { Sasl: { Iam: { Enabled: true } }, Unauthenticated: { Enabled: false } },
  },
  'AWS::OpenSearchService::Domain': {
    EncryptionAtRestOptions: { Enabled: true },
    NodeToNodeEncryptionOptions: { Enabled: true },
    DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: 'Policy-Min-TLS-1-2-PFS-2023-10' },
    AdvancedSecurityOptions: { Enabled: true, InternalUserDatabaseEnabled: false },
    VPCOptions: expect.anything(),
  },
  'AWS::Logs::LogGroup': { RetentionInDays: 30 },
};

describe.each(deploymentNames)('the deployment %s', (name) => {
  const deployment = deployed(name);
  const hasWarehouse = name !== 'no-warehouse';
  const hasPage = name !== 'no-warehouse' && name !== 'self-managed-kafka';

  it('has no fixed account and no fixed region', () => {
    for (const { account, region } of deployment.stacks) {
      expect([account, region].every((value) => Token.isUnresolved(value))).toBe(true);
    }
  });

  it('keeps nothing beside functions', () => {
    const prefix = `${deployment.functions.stackName}/`;
    const beside = keeping.flatMap((type) => ofType(deployment, type)).filter(([id]) => id.startsWith(prefix));
    expect(beside).toEqual([]);
  });

  it('retains data when its stacks are deleted', () => {
    const retained = keeping.flatMap((type) => ofType(deployment, type));
    expect(retained.length).toBeGreaterThan(0);
    for (const [, { DeletionPolicy }] of retained) expect(DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  it('encrypts stored data and messages, allows no public access, and keeps every log for a month', () => {
    const promised = [...deployment.resources].filter(([, { Type }]) => Type in promises);
    expect(promised.length).toBeGreaterThan(0);
    for (const [id, { Type, Properties }] of promised) expect(Properties, id).toMatchObject(promises[Type]!);
    for (const [id, { Properties }] of ofType(deployment, 'AWS::SQS::Queue')) {
      expect(Properties.SqsManagedSseEnabled ?? Properties.KmsMasterKeyId, id).toBeTruthy();
    }
  });

  it('runs every function of Offbeat on arm64 and Node 24, as an ECMAScript module', () => {
    const ours = functionsOf(deployment);
    const needless: readonly FunctionName[] = [
      // Its settings alone name targets.
      ...(name === 'bring-your-own' ? [] : (['collect', 'collect-account'] as const)),
      ...(name === 'self-managed-kafka' ? (['look-up-brokers'] as const) : []),
      ...(name === 'bring-your-own' ? (['set-up-service-role'] as const) : []),
      ...(hasWarehouse ? [] : (['persist', 'aggregate', 'set-up-warehouse', 'set-up-service-role'] as const)),
      ...(hasPage ? [] : (['page'] as const)),
    ];
    expect([...ours.keys()].sort()).toEqual(functionNames.filter((each) => !needless.includes(each)).sort());
    for (const { Properties } of ours.values()) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
      expect(Properties.Environment.Variables.NODE_OPTIONS).toContain('--enable-source-maps');
    }
  });

  it('puts all functions into the VPC but those that connect to nothing in it', () => {
    const outside = [...functionsOf(deployment)].filter(([, { Properties }]) => Properties.VpcConfig === undefined);
    const expected = [
      ...(name === 'bring-your-own' ? ['collect-account'] : []),
      ...(name === 'self-managed-kafka' ? [] : ['look-up-brokers']),
      'notify',
      ...(hasPage ? ['page'] : []),
      'publish',
      ...(name === 'bring-your-own' || !hasWarehouse ? [] : ['set-up-service-role']),
    ];
    expect(outside.map(([word]) => word).sort()).toEqual(expected);
  });

  it('allows no security group to be reached from an address', () => {
    const rules = [
      ...ofType(deployment, 'AWS::EC2::SecurityGroup').flatMap(
        ([, { Properties }]) => Properties.SecurityGroupIngress ?? [],
      ),
      ...ofType(deployment, 'AWS::EC2::SecurityGroupIngress').map(([, { Properties }]) => Properties),
    ];
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) expect(rule).toHaveProperty('SourceSecurityGroupId');
  });

  it('reads every topic from its first record, and has no limit after which Lambda would skip a record', () => {
    const sources = ofType(deployment, 'AWS::Lambda::EventSourceMapping').filter(
      ([, { Properties }]) => Properties.Topics,
    );
    const stages = stagesOfTopics.filter(({ stage }) => isDeployed(stage, hasWarehouse));
    const read = stages.flatMap(({ topics }) => topics);
    expect(sources.map(([, { Properties }]) => Properties.Topics[0]).sort()).toEqual(read.sort());
    for (const [, { Properties }] of sources) {
      expect(Properties).toMatchObject({ StartingPosition: 'TRIM_HORIZON', BatchSize: 10_000 });
      for (const limit of ['MaximumRetryAttempts', 'MaximumRecordAgeInSeconds', 'DestinationConfig']) {
        expect(Properties).not.toHaveProperty(limit);
      }
      expect(Properties).not.toHaveProperty('BisectBatchOnFunctionError');
    }
  });

  it('has a consumer group for each event source of topics', () => {
    const groups = ofType(deployment, 'AWS::Lambda::EventSourceMapping').flatMap(([, { Properties }]) => {
      const config = Properties.AmazonManagedKafkaEventSourceConfig ?? Properties.SelfManagedKafkaEventSourceConfig;
      return config ? [config.ConsumerGroupId] : [];
    });
    expect(groups.sort()).toEqual(consumerGroupsOf(hasWarehouse).toSorted());
    expect(new Set(groups).size).toBe(groups.length);
  });

  it('requires signed requests to the API, and a token of the user pool to that of the page', () => {
    const routes = ofType(deployment, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    const ofPage = ({ ApiId }: { ApiId: { Ref: string } }): boolean => ApiId.Ref.startsWith('OffbeatPage');
    const signed = routes.filter((route) => !ofPage(route as never));
    expect(signed.length).toBeGreaterThan(0);
    for (const { AuthorizationType } of signed) expect(AuthorizationType).toBe('AWS_IAM');
    const types = routes
      .filter((route) => ofPage(route as never))
      .map((route) => [route.RouteKey, route.AuthorizationType]);
    expect(Object.fromEntries(types)).toEqual(hasPage ? { 'ANY /api/{proxy+}': 'JWT', $default: 'NONE' } : {});
  });

  it('sends alarms to a topic that is no part of the flow', () => {
    const { template, offbeat } = deployment;
    const topic = template.toJSON().Outputs.AlarmsTopic.Value;
    expect(offbeat.monitoring.alarmTopic).not.toBe(offbeat.fanOut.topic);
    const alarms = ofType(deployment, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(30);
    for (const [, { Properties }] of alarms) expect(Properties.AlarmActions).toEqual([topic]);
  });
});

describe('the alarm of a function that fails', () => {
  it('needs one failure of a function that runs once an hour or with a deployment, and five of others', () => {
    const { specs } = deployed('minimal').offbeat.monitoring;
    const periodsOf = (alarm: string) => specs.find(({ name }) => name === alarm)?.periods;
    expect(periodsOf('errors-aggregate')).toBe(1);
    expect(periodsOf('errors-set-up-warehouse')).toBe(1);
    expect(periodsOf('errors-detect')).toBe(5);
  });
});

/** Ours, by their words in `functions/`; not those of CDK's providers. */
function functionsOf(deployment: Synthesised): Map<string, Resource> {
  const ours = allFunctions(deployment).map((each): [string, Resource] => {
    const { stackName, id } = placeOf(each.node.defaultChild as CfnElement);
    return [each.name, deployment.resources.get(`${stackName}/${id}`)!];
  });
  return new Map(ours);
}

describe('pollers', () => {
  it('are on demand by default, and get failures of whole batches', () => {
    for (const [, { Properties }] of ofType(deployed('minimal'), 'AWS::Lambda::EventSourceMapping')) {
      expect(Properties).not.toHaveProperty('ProvisionedPollerConfig');
      if (Properties.Topics) expect(Properties).not.toHaveProperty('FunctionResponseTypes');
    }
    expect(functionsOf(deployed('minimal')).get('detect')?.Properties.Environment.Variables.OFFBEAT_POLLING).toBe(
      'on-demand',
    );
  });

  it('are at most as many as partitions where they are provisioned, and get failures by partition', () => {
    const sources = ofType(deployed('bring-your-own'), 'AWS::Lambda::EventSourceMapping').map(
      ([, { Properties }]) => Properties,
    );
    for (const source of sources.filter(({ Topics }) => Topics)) {
      const most = source.Topics[0] === 'offbeat.samples' || source.Topics[0] === 'offbeat.summaries' ? 4 : 2;
      expect(source.ProvisionedPollerConfig.MaximumPollers).toBeLessThanOrEqual(most);
      expect(source.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    }
    const { Properties } = functionsOf(deployed('bring-your-own')).get('detect')!;
    expect(Properties.Environment.Variables.OFFBEAT_POLLING).toBe('provisioned');
  });
});

describe('the network', () => {
  const endpointsOf = (settings: string): string[] =>
    ofType(synthesise(settings), 'AWS::EC2::VPCEndpoint')
      .map(([, { Properties }]) => JSON.stringify(Properties.ServiceName).match(/\.(\w+)"/)?.[1] ?? '')
      .sort();

  it('has the endpoints that functions and on-demand pollers need', () => {
    expect(endpointsOf('deployment: {}')).toEqual(['dynamodb', 'lambda', 's3', 'sts']);
  });

  it('has no endpoints for pollers that are provisioned, or that have NAT', () => {
    expect(endpointsOf('deployment: { polling: provisioned }')).toEqual(['dynamodb', 's3']);
    expect(endpointsOf('deployment: { egress: nat }')).toEqual(['dynamodb', 's3']);
  });

  it('has a route to the internet with NAT only, and never for functions', () => {
    expect(ofType(synthesise('deployment: { egress: nat }'), 'AWS::EC2::NatGateway')).toHaveLength(2);
    expect(ofType(deployed('minimal'), 'AWS::EC2::InternetGateway')).toEqual([]);
  });

  it('creates only security groups in an existing VPC', () => {
    const { network, resources } = deployed('bring-your-own');
    const types = [...resources].flatMap(([id, { Type }]) => (id.startsWith(`${network.stackName}/`) ? [Type] : []));
    expect(types.filter((type) => !/^AWS::(EC2::SecurityGroup|CDK::Metadata)/.test(type))).toEqual([]);
  });

  it('allows the named shippers to reach the brokers, and no others', () => {
    const rules = ofType(synthesise('deployment: { shippers: [10.1.0.0/16, sg-0a1b2c3d] }'), 'AWS::EC2::SecurityGroup')
      .flatMap(([, { Properties }]) => Properties.SecurityGroupIngress ?? [])
      .filter(({ CidrIp }) => CidrIp !== undefined);
    expect(rules).toMatchObject([{ CidrIp: '10.1.0.0/16', FromPort: 9096, ToPort: 9096 }]);
  });
});

describe('the data hub', () => {
  it('requires a zone for each broker', () => {
    const stack = new Stack(new App(), 'Test');
    const network = new Network(stack, 'Network', { zones: ['eu-north-1a', 'eu-north-1b'] });
    const make = () => new DataHub(stack, 'DataHub', { network, partitions: partitionsDefault, brokers: 3 });
    expect(make).toThrow(/brokers: 3 brokers need a zone each, and the network has 2/);
  });

  it('does not create topics automatically', () => {
    const [[, configuration]] = ofType(deployed('minimal'), 'AWS::MSK::Configuration') as [[string, Resource]];
    expect(configuration.Properties.ServerProperties).toContain('auto.create.topics.enable=false');
  });

  it('creates every topic with its partitions, append time as timestamps, and its retention', () => {
    const topics = ofType(deployed('production'), 'AWS::MSK::Topic').map(([, { Properties }]) => Properties);
    const counts = topics.map(({ TopicName, PartitionCount }) => [TopicName, PartitionCount]);
    expect(Object.fromEntries(counts)).toEqual({
      ...partitionsDefault,
      'offbeat.beats': 4,
      'offbeat.samples': 10,
      'offbeat.summaries': 10,
    });
    const samples = topics.find(({ TopicName }) => TopicName === 'offbeat.samples');
    expect(JSON.parse(samples?.Configs['Fn::Base64'])).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': '86400000',
      'message.timestamp.type': 'LogAppendTime',
    });
  });
});
