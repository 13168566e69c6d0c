import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../functions/shared/domain/errors.ts';
import { ofType, type Resource, type Synthesised, synthesise } from '../../support/deployment.ts';

const arn = 'arn:aws:kafka:eu-west-1:111122223333:cluster/other/4b1f3a52-9f63-4d8e-8b0a-1c2d3e4f5a6b-2';
const synthesised = synthesise(`
collect:
  - { target: "msk://offbeat", period: 1m }
  - { target: "msk://${arn}", period: 10m }
  - { target: "aws://queues", period: 5m }
  - { target: "kafka://broker-1:9092" }
`);

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Effect: string;
}

const functionAt = (of: Synthesised, part: RegExp): [string, Resource] =>
  ofType(of, 'AWS::Lambda::Function').find(([id]) => part.test(id))!;
const account = /CollectionsAccountcollectaccount/;
const [path, asking] = functionAt(synthesised, account);

function statementsOf(of: Synthesised, resource: Resource): Statement[] {
  const role = resource.Properties.Role['Fn::GetAtt'][0];
  return ofType(of, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => JSON.stringify(Properties.Roles).includes(`"${role}"`))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as Statement[]);
}
const resourcesFor = (action: string, statements = statementsOf(synthesised, asking)): unknown[] =>
  statements.filter(({ Action }) => [Action].flat().includes(action)).flatMap(({ Resource }) => [Resource].flat());
const mappingsOf = (logicalId: string) =>
  ofType(synthesised, 'AWS::Lambda::EventSourceMapping')
    .map(([, { Properties }]) => Properties)
    .filter(({ FunctionName }) => JSON.stringify(FunctionName).includes(`"${logicalId}"`));

describe('the collections of AWS', () => {
  it('are made by a function in no VPC', () => {
    expect(asking.Properties.VpcConfig).toBeUndefined();
  });

  it('may describe the clusters that targets name, and no others', () => {
    for (const action of ['kafka:DescribeClusterV2', 'kafka:ListNodes']) {
      const resources = resourcesFor(action);
      expect(resources).toHaveLength(2);
      expect(resources).toContain(arn);
      expect(JSON.stringify(resources)).toMatch(/:cluster\/offbeat\/\*"/);
    }
  });

  it('may do of all resources only what IAM cannot restrict, and only for a target that needs it', () => {
    expect(resourcesFor('kafka:ListClustersV2')).toEqual(['*']);
    expect(resourcesFor('cloudwatch:GetMetricData')).toEqual(['*']);
    const bare = synthesise(`collect: [{ target: "msk://${arn}", period: 1m }]\n`);
    const statements = statementsOf(bare, functionAt(bare, account)[1]);
    expect(resourcesFor('kafka:DescribeClusterV2', statements)).toEqual([arn]);
    expect(resourcesFor('kafka:ListClustersV2', statements)).toEqual([]);
    expect(resourcesFor('cloudwatch:GetMetricData', statements)).toEqual([]);
  });

  it('may append nothing and read no secret, and send to the queue of documents alone', () => {
    const actions = statementsOf(synthesised, asking).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /^(kafka-cluster|es|dynamodb|s3|sns|secretsmanager|ec2):/.test(action))).toEqual(
      [],
    );
    const [queue, ...others] = resourcesFor('sqs:SendMessage');
    expect([JSON.stringify(queue), others]).toEqual([expect.stringMatching(/CollectionsAccountDocuments/), []]);
  });

  it('are due by messages of their own queue, and those of networks by another', () => {
    const [due, ...others] = mappingsOf(path.split('/')[1]!);
    expect([due, others]).toMatchObject([{ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 3 } }, []]);
    const schedules = ofType(synthesised, 'AWS::Scheduler::Schedule').filter(
      ([, { Properties }]) => Properties.Description === 'Offbeat: collections of a target',
    );
    const targets = schedules.map(([id, { Properties }]) => [
      /CollectionsAccount/.test(id) ? 'account' : 'network',
      Properties.ScheduleExpression,
    ]);
    expect(targets.sort()).toEqual([
      ['account', 'rate(1 minute)'],
      ['account', 'rate(10 minutes)'],
      ['account', 'rate(5 minutes)'],
      ['network', 'rate(1 minute)'],
    ]);
  });

  it('hand documents over to collect, which may receive them, and the queue keeps them for an hour', () => {
    const [id] = functionAt(synthesised, /Collectionscollect(?!account)[^/]*$/);
    const sources = mappingsOf(id.split('/')[1]!).map(({ EventSourceArn }) => JSON.stringify(EventSourceArn));
    expect(sources).toHaveLength(2);
    expect(sources.join()).toMatch(/CollectionsAccountDocuments/);
    const [, { Properties }] = ofType(synthesised, 'AWS::SQS::Queue').find(([queue]) =>
      /AccountDocuments/.test(queue),
    )!;
    expect(Properties).toMatchObject({ MessageRetentionPeriod: 3_600, SqsManagedSseEnabled: true });
  });

  it('know the names of all queues of the deployment but those of collections, and of its topic of alerts', () => {
    const { Variables } = asking.Properties.Environment;
    const queues = ofType(synthesised, 'AWS::SQS::Queue')
      .map(([id]) => id.split('/')[1]!)
      .filter((id) => !id.includes('Collections'));
    expect(queues.length).toBeGreaterThan(5);
    for (const id of queues) expect(JSON.stringify(Variables.OFFBEAT_OWN_QUEUES)).toContain(`"${id}"`);
    expect(JSON.stringify(Variables.OFFBEAT_OWN_TOPICS)).toMatch(/FanOutTopic/);
  });

  it('have no finding of cdk-nag without a reason beside it', () => {
    expect(new AwsSolutionsChecks().validateScope(synthesised.app).violations).toEqual([]);
  });

  it('are whole minutes apart', () => {
    const text = 'collect: [{ target: "msk://offbeat", period: 90s }]\n';
    expect(() => synthesise(text)).toThrow(UsageError);
    expect(() => synthesise(text)).toThrow(/^collect\[0\]\.period: a deployment asks AWS on whole minutes/);
  });
});
