import { Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../functions/shared/domain/errors.ts';
import { collectionSchedule } from '../../../lib/constructs/collection-schedule.ts';
import { deployed, ofType, type Resource, synthesise } from '../../support/deployment.ts';

describe('the schedule of a period', () => {
  it.each([
    [10, 1, [0, 10, 20, 30, 40, 50]],
    [30, 1, [0, 30]],
    [60, 1, [0]],
    [600, 10, [0]],
  ])('of %d s runs every %d minutes', (seconds, everyMinutes, delaysSeconds) => {
    expect(collectionSchedule(seconds * 1_000)).toEqual({ everyMinutes, delaysSeconds });
  });

  it.each([11, 45, 70, 12.5])('of %d s is none', (seconds) => {
    expect(collectionSchedule(seconds * 1_000)).toBeUndefined();
  });

  it('makes a target due once a period, and fits into one call of SQS', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10_000, max: 3_600_000 }), (periodMs) => {
        const schedule = collectionSchedule(periodMs);
        if (schedule === undefined) return;
        const { everyMinutes, delaysSeconds } = schedule;
        expect(delaysSeconds.length * periodMs).toBe(everyMinutes * 60_000);
        expect(delaysSeconds.map((delay) => delay * 1_000)).toEqual(delaysSeconds.map((_, nth) => nth * periodMs));
        expect(delaysSeconds.length).toBeLessThanOrEqual(10);
      }),
    );
  });
});

const settings = `
collect:
  - { target: "moosefs://mfsmaster", period: 20s, networks: [10.77.0.0/16, 10.78.0.0/16] }
  - { target: "kafka://ada@broker-1:9094", password: "secretsmanager:kafka-monitor#password", tls: true }
  - { target: "https://ada@search-1:9200", password: "secretsmanager:search-monitor", period: 5m }
  - { target: "https://search-2" }
`;
const synthesised = synthesise(settings);
const { template } = synthesised;
const minimal = deployed('minimal');

const [path, collect] = ofType(synthesised, 'AWS::Lambda::Function').find(([id]) => id.includes('Collections'))!;
const roleOf = (of: Resource): string => of.Properties.Role['Fn::GetAtt'][0];
const statements = ofType(synthesised, 'AWS::IAM::Policy')
  .filter(([, { Properties }]) => JSON.stringify(Properties.Roles).includes(`"${roleOf(collect)}"`))
  .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as { Action: unknown; Resource: unknown }[]);
const schedules = ofType(synthesised, 'AWS::Scheduler::Schedule')
  .filter(([, { Properties }]) => Properties.Description === 'Offbeat: collections of a target')
  .map(([, { Properties }]) => Properties);
const resourcesFor = (action: string): string =>
  JSON.stringify(statements.filter(({ Action }) => [Action].flat().includes(action)).map(({ Resource }) => Resource));

describe('the collections of targets', () => {
  it('have a security group of their own, which leads to the ports of the targets alone', () => {
    const [[, { Properties }]] = ofType(synthesised, 'AWS::EC2::SecurityGroup').filter(
      ([, group]) => group.Properties.GroupDescription === 'The function that collects targets',
    ) as [[string, Resource]];
    const rules = Properties.SecurityGroupEgress as { CidrIp: string; FromPort: number; ToPort: number }[];
    expect(rules.map(({ CidrIp, FromPort, ToPort }) => [CidrIp, FromPort, ToPort])).toEqual([
      ['10.77.0.0/16', 9421, 9421],
      ['10.77.0.0/16', 9422, 9422],
      ['10.78.0.0/16', 9421, 9421],
      ['10.78.0.0/16', 9422, 9422],
      ['0.0.0.0/0', 9094, 9094],
      ['0.0.0.0/0', 9200, 9200],
      ['0.0.0.0/0', 443, 443],
    ]);
    expect(Properties.SecurityGroupIngress).toBeUndefined();
    expect(collect.Properties.VpcConfig.SecurityGroupIds).toHaveLength(2);
    expect(synthesised.outputs).toContain('CollectGroup');
  });

  it('are due by delayed messages, one for each target and due time', () => {
    const sent = schedules.map(({ ScheduleExpression, Target }) => {
      const text = JSON.stringify(Target.Input);
      const bodies = [...text.matchAll(/delaySeconds[\\"]+:(\d+)/g)].map(([, delay]) => Number(delay));
      return [ScheduleExpression, bodies];
    });
    expect(sent).toEqual([
      ['rate(1 minute)', [0, 20, 40]],
      ['rate(1 minute)', [0, 30]],
      ['rate(5 minutes)', [0]],
      ['rate(1 minute)', [0, 30]],
    ]);
    for (const { Target } of schedules) expect(Target.DeadLetterConfig).toBeDefined();
  });

  it('wait for no other target: an invocation has one message, and there are as many as targets', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 4 },
      FunctionName: { Ref: path.split('/')[1] },
    });
  });

  it('expire once the next ones are due, and are hidden while the function may run', () => {
    const [, { Properties }] = ofType(synthesised, 'AWS::SQS::Queue').find(([id]) => id.includes('Collections'))!;
    expect(Properties).toMatchObject({ MessageRetentionPeriod: 120, SqsManagedSseEnabled: true });
    expect(Properties.VisibilityTimeout).toBeGreaterThanOrEqual(collect.Properties.Timeout);
    expect(Properties.RedrivePolicy).toBeUndefined();
  });

  it('may read the named secrets, append to beats, and nothing of the warehouse, the ledger or other queues', () => {
    const secrets = resourcesFor('secretsmanager:GetSecretValue');
    for (const name of ['kafka-monitor', 'search-monitor']) expect(secrets).toContain(`:secret:${name}-`);
    expect(secrets).not.toContain('#');
    expect(resourcesFor('kafka-cluster:WriteData')).toContain('offbeat.beats');
    expect(resourcesFor('kafka-cluster:WriteData')).not.toContain('offbeat.signals');
    const actions = statements.flatMap(({ Action }) => Action as string | string[]);
    expect(actions.filter((action) => /^(es|dynamodb|s3|sns):/.test(action))).toEqual([]);
    expect(actions.filter((action) => /^sqs:Send/.test(action))).toEqual([]);
  });

  it('reach Secrets Manager by an endpoint of the created VPC', () => {
    const services = (of: typeof synthesised): string =>
      JSON.stringify(ofType(of, 'AWS::EC2::VPCEndpoint').map(([, { Properties }]) => Properties.ServiceName));
    expect(services(synthesised)).toContain('secretsmanager');
    expect(services(minimal)).not.toContain('secretsmanager');
  });

  it('have the alarms of a function', () => {
    for (const name of ['errors-collect', 'throttles-collect']) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmDescription: Match.stringLikeRegexp(`docs/runbook\\.md, ${name}$`),
      });
    }
  });

  it('have no finding of cdk-nag without a reason beside it', () => {
    expect(new AwsSolutionsChecks().validateScope(synthesised.app).violations).toEqual([]);
  });

  it('are in no template of a deployment whose settings name no target', () => {
    expect([...minimal.resources.keys()].filter((id) => /Collect/.test(id))).toEqual([]);
    expect(minimal.outputs).not.toContain('CollectGroup');
  });

  it('change no stack that keeps something, so that targets may come and go', () => {
    const bare = synthesise('collect: [{ target: "https://search-2" }]\n');
    const without = synthesise('cluster: { name: prod }\n');
    const kept = (of: typeof synthesised) => [...of.resources].filter(([id]) => !id.startsWith('Offbeat/'));
    expect(kept(bare).map(([id]) => id)).toEqual(kept(without).map(([id]) => id));
  });
});

describe('a target that no function can collect', () => {
  it.each([
    ['{ target: "moosefs://127.0.0.1", networks: [127.0.0.0/8] }', /target: loopback is the function itself/],
    ['{ target: "kafka://b", period: 45s }', /period: a deployment collects every 10s, 12s, 15s, 20s or 30s/],
    ['{ target: "moosefs://b" }', /networks: name those of master and chunkservers/],
    [
      '{ target: "kafka://ada@b", password: "env:SECRET" }',
      /password: it is of one machine; put it into Secrets Manager/,
    ],
    ['{ target: "https://b", ca: ca.pem }', /ca: it is a file of one machine/],
  ])('is refused at synth: %s', (target, message) => {
    const text = `collect: [{ target: "kafka://first" }, ${target}]\n`;
    expect(() => synthesise(text)).toThrow(UsageError);
    expect(() => synthesise(text)).toThrow(new RegExp(`^collect\\[1\\]\\.${message.source}`));
  });
});
