import type { CfnElement } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import {
  allFunctions,
  deployed,
  deploymentNames,
  ofType,
  placeOf,
  type Resource,
  type Synthesised,
  synthesise,
} from '../../support/deployment.ts';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

function publishOf(deployment: Synthesised) {
  const made = allFunctions(deployment).find(({ name }) => name === 'publish')!;
  const { stackName, id } = placeOf(made.node.defaultChild as CfnElement);
  const role = placeOf(made.role!.node.defaultChild as CfnElement).id;
  const statements = ofType(deployment, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => JSON.stringify(Properties.Roles).includes(`"${role}"`))
    .flatMap(([, { Properties }]): Statement[] => Properties.PolicyDocument.Statement);
  const mappings = ofType(deployment, 'AWS::Lambda::EventSourceMapping')
    .map(([, mapping]): Resource => mapping)
    .filter(({ Properties }) => JSON.stringify(Properties.FunctionName).includes(id));
  return { function: deployment.resources.get(`${stackName}/${id}`)!.Properties, statements, mappings };
}

const actionsIn = (statements: readonly Statement[], pattern: RegExp): string[] =>
  [...new Set(statements.flatMap(({ Action }) => Action))].filter((action) => pattern.test(action)).sort();

const scramOnMsk = `deployment:
  vpc:
    id: vpc-0a1b2c3d4e5f60718
    zones: [eu-north-1a, eu-north-1b]
    subnets: [subnet-0a1b2c3d4e5f60718, subnet-0a1b2c3d4e5f60719]
  kafka:
    cluster: arn:aws:kafka:eu-north-1:111122223333:cluster/events/0a1b2c3d-0000-4000-8000-000000000000-1
    login: scram
    secret: arn:aws:secretsmanager:eu-north-1:111122223333:secret:AmazonMSK_kafka-AbCdEf
    secretKey: arn:aws:kms:eu-north-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000
    securityGroup: sg-0a1b2c3d4e5f60718
`;

describe.each(deploymentNames)('publish in the deployment %s', (name) => {
  const publish = publishOf(deployed(name));

  it('is outside the VPC and knows neither brokers nor a log-in', () => {
    expect(publish.function.VpcConfig).toBeUndefined();
    const variables = Object.keys(publish.function.Environment.Variables);
    expect(variables.filter((variable) => variable.startsWith('OFFBEAT_KAFKA_'))).toEqual([]);
    expect(variables).toEqual(expect.arrayContaining(['OFFBEAT_REJECTED_ALERTS_URL', 'OFFBEAT_POLLING']));
  });

  it('may send to the queue of rejected alerts, publish to the topic and settle deliveries, and nothing else', () => {
    const { statements } = publish;
    expect(actionsIn(statements, /^(sqs|sns|dynamodb|s3|es|kafka-cluster:(Write|Create|AlterC))/)).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'sns:Publish',
      'sqs:SendMessage',
    ]);
    const [send, ...others] = statements.filter(({ Action }) => [Action].flat().includes('sqs:SendMessage'));
    expect(others).toEqual([]);
    expect(JSON.stringify(send!.Resource)).toMatch(/^\{"Fn::GetAtt":\["\w*FanOutRejected\w*","Arn"\]\}$/);
  });

  it('has a role with which Lambda attaches its pollers to the network of the brokers, and no function', () => {
    const { statements } = publish;
    const interfaces = statements.filter(({ Sid }) => Sid === 'NetworkInterfaces');
    expect(actionsIn(interfaces, /^ec2:/)).toEqual([
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
    ]);
    expect(statements.filter(({ Effect }) => Effect === 'Deny')).toMatchObject([{ Action: 'ec2:*' }]);
  });
});

describe('the pollers of publish', () => {
  it('are in the subnets that the mapping names where the brokers are not of MSK, with their secret', () => {
    const { mappings, statements } = publishOf(deployed('self-managed-kafka'));
    expect(mappings).toHaveLength(1);
    const access: readonly { readonly Type: string; readonly URI: unknown }[] =
      mappings[0]!.Properties.SourceAccessConfigurations;
    const uris = (type: string) => access.filter(({ Type }) => Type === type).map(({ URI }) => URI);
    const secret = 'arn:aws:secretsmanager:eu-north-1:111122223333:secret:kafka-AbCdEf';
    expect(uris('VPC_SUBNET')).toEqual(['subnet-0a1b2c3d4e5f60718', 'subnet-0a1b2c3d4e5f60719']);
    expect(uris('VPC_SECURITY_GROUP')).toEqual(['sg-0a1b2c3d4e5f60718']);
    expect(uris('SASL_SCRAM_512_AUTH')).toEqual([secret]);
    const reads = statements.filter(({ Action }) => [Action].flat().includes('secretsmanager:GetSecretValue'));
    expect(reads.map(({ Resource: of }) => of)).toEqual([secret]);
  });

  it('log in to MSK with the secret of the mapping, which the role may read and decrypt', () => {
    const { mappings, statements, ...publish } = publishOf(synthesise(scramOnMsk));
    expect(publish.function.VpcConfig).toBeUndefined();
    expect(mappings.map(({ Properties }) => Properties.SourceAccessConfigurations)).toEqual([
      [expect.objectContaining({ Type: 'SASL_SCRAM_512_AUTH' })],
    ]);
    expect(actionsIn(statements, /^(secretsmanager:Get|kms:)/)).toEqual([
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'secretsmanager:GetSecretValue',
    ]);
    const keys = statements.filter(({ Action }) => [Action].flat().includes('kms:Decrypt'));
    expect(JSON.stringify(keys)).toContain('key/0a1b2c3d-0000-4000-8000-000000000000');
  });

  it('read the topic with the prefix, which the function is told', () => {
    const { mappings, ...publish } = publishOf(synthesise('deployment: { prefix: team-a }'));
    expect(mappings.map(({ Properties }) => Properties.Topics)).toEqual([['team-a.offbeat.alerts']]);
    expect(publish.function.Environment.Variables.OFFBEAT_KAFKA_PREFIX).toBe('team-a');
  });
});
