import { describe, expect, it } from 'vitest';
import { forEmulator, withPlainHttp } from './for-emulator.ts';

/** Returns the replacement of one resource of a template. */
function resource(Type: string, Properties: Record<string, unknown>, variables = {}) {
  return forEmulator({ Resources: { It: { Type, Properties } } }, variables).Resources!.It;
}

describe('a template for the emulator', () => {
  it('keeps what the emulator knows, and every other section', () => {
    const template = {
      Outputs: { Name: { Value: { Ref: 'Queue' } } },
      Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
    };
    expect(forEmulator(template)).toEqual(template);
  });

  it('has a placeholder for references in place of a resource that the emulator does not know', () => {
    const template = {
      Resources: {
        Nat: { Type: 'AWS::EC2::NatGateway', Properties: { SubnetId: 'subnet' }, DependsOn: ['Route'] },
        Route: { Type: 'AWS::EC2::Route', Properties: { NatGatewayId: { Ref: 'Nat' } } },
      },
    };
    expect(forEmulator(template).Resources).toEqual({
      Nat: { Type: 'AWS::CloudFormation::WaitConditionHandle', DependsOn: ['Route'] },
      Route: template.Resources.Route,
    });
  });

  it('has the range of a network in place of its reference', () => {
    const template = {
      Resources: {
        Network: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
        Group: {
          Type: 'AWS::EC2::SecurityGroup',
          Properties: { SecurityGroupIngress: [{ CidrIp: { 'Fn::GetAtt': ['Network', 'CidrBlock'] } }] },
        },
      },
    };
    const { Group } = forEmulator(template).Resources!;
    expect(Group!.Properties).toEqual({ SecurityGroupIngress: [{ CidrIp: '10.0.0.0/16' }] });
  });

  it('has the ARN of a secret in place of its reference', () => {
    const Secret = { Type: 'AWS::SecretsManager::Secret' };
    const Policy = { Type: 'AWS::IAM::Policy', Properties: { Resource: { Ref: 'Secret' } } };
    const { Policy: policy } = forEmulator({ Resources: { Secret, Policy } }).Resources!;
    expect(policy!.Properties).toEqual({ Resource: { 'Fn::GetAtt': ['Secret', 'Id'] } });
  });

  it.each(['{"aws:SecureTransport": "false"}', 'aws:SecureTransport: "false"'])('refuses no request by %s', (text) => {
    expect(withPlainHttp(text)).toBe(text.replace('false', 'never'));
  });

  it('has a plain table for a global one', () => {
    const replica = { Region: { Ref: 'AWS::Region' }, DeletionProtectionEnabled: true };
    expect(resource('AWS::DynamoDB::GlobalTable', { KeySchema: [], Replicas: [replica] })).toEqual({
      Type: 'AWS::DynamoDB::Table',
      Properties: { KeySchema: [], DeletionProtectionEnabled: true },
    });
  });

  it('has an alarm on one metric for one on several', () => {
    const metric = { Namespace: 'Offbeat', MetricName: 'lag' };
    const Metrics = [
      { Id: 'ratio', Expression: 'a / b' },
      { Id: 'a', MetricStat: { Metric: metric, Period: 300, Stat: 'Maximum' } },
    ];
    expect(resource('AWS::CloudWatch::Alarm', { Metrics, Threshold: 3 })).toMatchObject({
      Properties: { ...metric, Period: 300, Statistic: 'Maximum', Threshold: 3 },
    });
  });

  it('has an alarm without a metric for one on other alarms', () => {
    const properties = { AlarmRule: 'ALARM(a)', AlarmActions: ['topic'] };
    expect(resource('AWS::CloudWatch::CompositeAlarm', properties)).toMatchObject({
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { MetricName: 'none', AlarmActions: ['topic'] },
    });
  });

  it('replaces or removes the variables that a function has, and adds none', () => {
    const environment = { BROKERS: { Ref: 'Brokers' }, SASL: 'iam', STAGE: 'detect' };
    const variables = { BROKERS: '127.0.0.1:9092', SASL: null, OTHER: 'x' };
    expect(resource('AWS::Lambda::Function', { Environment: { Variables: environment } }, variables)).toMatchObject({
      Properties: { Environment: { Variables: { BROKERS: '127.0.0.1:9092', STAGE: 'detect' } } },
    });
  });
});
