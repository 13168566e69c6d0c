import { describe, expect, it } from 'vitest';
import { readTemplate } from './template.ts';
import { type Flow, writesOf } from './writers.ts';

const resource = (Type: string, Properties: object = {}) => ({ Type, Properties });
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const policy = (role: string, Action: string | readonly string[], Resource: unknown = arn('Bucket')) =>
  resource('AWS::IAM::Policy', {
    Roles: [{ Ref: role }],
    PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource }] },
  });
const lambda = (role: string) => resource('AWS::Lambda::Function', { Role: arn(role) });
const role = resource('AWS::IAM::Role');
const bucket = resource('AWS::S3::Bucket');
const mapping = (topic: string, of: string) =>
  resource('AWS::Lambda::EventSourceMapping', { Topics: [topic], FunctionName: { Ref: of } });

const flow: Flow = { entries: ['in'], appendsTo: ({ id }) => (id === 'First' ? ['between'] : []) };

/** Returns whether the bucket is written to while all resources but the missing ones exist. */
function isWritten(resources: Record<string, object>, ...missing: string[]): boolean {
  const template = readTemplate('S', false, { Resources: { Bucket: bucket, ...resources } });
  const ids = [...template.resources.keys()].filter((id) => !missing.includes(id));
  return writesOf([template], flow)(new Set(ids.map((id) => `S/${id}`))).has('S/Bucket');
}

describe('records', () => {
  const resources = {
    ...{ First: lambda('FirstRole'), FirstRole: role, Second: lambda('SecondRole'), SecondRole: role },
    ...{
      Policy: policy('SecondRole', 's3:PutObject'),
      In: mapping('in', 'First'),
      Between: mapping('between', 'Second'),
    },
  };

  it('reach a bucket through the functions and topics between', () => {
    expect(isWritten(resources)).toBe(true);
  });

  it.each(['In', 'Between', 'First', 'Second', 'Policy'])('reach no bucket before %s exists', (missing) => {
    expect(isWritten(resources, missing)).toBe(false);
  });

  it('reach a bucket of another stack', () => {
    const state = readTemplate('State', false, {
      Resources: { Bucket: bucket },
      Outputs: { Bucket: { Value: arn('Bucket'), Export: { Name: 'bucket' } } },
    });
    const Policy = policy('SecondRole', 's3:PutObject', { 'Fn::ImportValue': 'bucket' });
    const stages = readTemplate('Stages', false, { Resources: { ...resources, Policy } });
    const all = [...stages.resources.keys()].map((id) => `Stages/${id}`);
    const writes = writesOf([state, stages], flow);
    expect(writes(new Set(['State/Bucket', ...all]))).toEqual(new Set(['State/Bucket']));
    expect(writes(new Set(all))).toEqual(new Set());
  });
});

describe('a function with the permission writes', () => {
  const writer = { Writer: lambda('Role'), Role: role, Policy: policy('Role', 's3:PutObject') };
  const target = (property: string) => ({ [property]: arn('Writer') });

  it.each([
    ['a schedule', resource('AWS::Scheduler::Schedule', { Target: target('Arn') })],
    ['a rule', resource('AWS::Events::Rule', { Targets: [target('Arn')] })],
    ['a queue', resource('AWS::Lambda::EventSourceMapping', { ...target('FunctionName'), EventSourceArn: 'queue' })],
    ['a custom resource', resource('Custom::Thing', target('ServiceToken'))],
    ['a service', resource('AWS::Lambda::Permission', { ...target('FunctionName'), Principal: 's3.amazonaws.com' })],
  ])('once %s invokes it', (_, trigger) => {
    expect(isWritten({ ...writer, Trigger: trigger })).toBe(true);
    expect(isWritten({ ...writer, Trigger: trigger }, 'Trigger')).toBe(false);
  });

  it('once another function that runs may invoke it', () => {
    const caller = {
      Caller: lambda('CallerRole'),
      CallerRole: role,
      Trigger: resource('Custom::Thing', { ServiceToken: arn('Caller') }),
    };
    const may = { May: policy('CallerRole', 'lambda:InvokeFunction', [arn('Writer')]) };
    expect(isWritten({ ...writer, ...caller })).toBe(false);
    expect(isWritten({ ...writer, ...caller, ...may })).toBe(true);
    expect(isWritten({ ...writer, ...caller, ...may }, 'Trigger')).toBe(false);
  });

  it('not by itself, nor by an alarm about it, nor by an HTTP API, which nobody knows yet', () => {
    const api = resource('AWS::Lambda::Permission', {
      ...target('FunctionName'),
      Principal: 'apigateway.amazonaws.com',
    });
    const integration = resource('AWS::ApiGatewayV2::Integration', target('IntegrationUri'));
    const alarm = resource('AWS::CloudWatch::Alarm', { Dimensions: [target('Value')] });
    expect(isWritten({ ...writer, Api: api, Integration: integration, Alarm: alarm })).toBe(false);
  });
});

describe('the permission to write', () => {
  const running = {
    Writer: lambda('Role'),
    Role: role,
    Trigger: resource('Custom::Thing', { ServiceToken: arn('Writer') }),
  };

  it.each(['s3:PutObject', 's3:Put*', 's3:*', '*', 'S3:putobject', ['s3:GetObject', 's3:PutObject*']])(
    'may be %j',
    (action) => {
      expect(isWritten({ ...running, Policy: policy('Role', action) })).toBe(true);
    },
  );

  it.each([['s3:GetObject'], ['s3:GetObject*', 's3:List*', 's3:DeleteObject'], ['s3:PutBucketPolicy'], ['dynamodb:*']])(
    'is not %j',
    (...actions) => {
      expect(isWritten({ ...running, Policy: policy('Role', actions) })).toBe(false);
    },
  );

  it('may be for every bucket', () => {
    expect(isWritten({ ...running, Policy: policy('Role', 's3:PutObject', '*') })).toBe(true);
    expect(isWritten({ ...running, Policy: policy('Role', 's3:PutObject', { Ref: 'Role' }) })).toBe(false);
  });

  it('may be in the role itself', () => {
    const { PolicyDocument } = policy('Role', 's3:PutObject').Properties as { PolicyDocument?: object };
    expect(isWritten({ ...running, Role: resource('AWS::IAM::Role', { Policies: [{ PolicyDocument }] }) })).toBe(true);
  });

  it.each([
    [{ Service: 'logging.s3.amazonaws.com' }, true],
    [{ AWS: '*' }, true],
    [{ AWS: arn('Role') }, true],
    [{ AWS: arn('Unused') }, false],
  ])('may be given by the bucket to %j', (Principal, expected) => {
    const Statement = [{ Effect: 'Allow', Action: 's3:PutObject', Resource: arn('Bucket'), Principal }];
    const given = resource('AWS::S3::BucketPolicy', { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Statement } });
    expect(isWritten({ ...running, Unused: role, Given: given })).toBe(expected);
    expect(isWritten({ ...running, Unused: role, Given: given }, 'Given')).toBe(false);
  });

  it('is not given by a denial', () => {
    const Statement = [{ Effect: 'Deny', Action: 's3:*', Resource: arn('Bucket'), Principal: { AWS: '*' } }];
    const given = resource('AWS::S3::BucketPolicy', { PolicyDocument: { Statement } });
    expect(isWritten({ ...running, Given: given })).toBe(false);
  });

  it('stops the interpreter if it cannot be read', () => {
    const all = resource('AWS::IAM::Policy', {
      Roles: [{ Ref: 'Role' }],
      PolicyDocument: { Statement: [{ Effect: 'Allow', NotAction: 's3:GetObject', Resource: '*' }] },
    });
    expect(() => isWritten({ ...running, Policy: all })).toThrow(
      'S/Policy: NotAction of an Allow cannot be interpreted',
    );
    const managed = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'] };
    expect(() => isWritten({ ...running, Role: resource('AWS::IAM::Role', managed) })).toThrow('AmazonS3FullAccess');
  });

  it('is used at once by a role that is not that of a function', () => {
    const stream = resource('AWS::KinesisFirehose::DeliveryStream', { RoleARN: arn('Role') });
    expect(isWritten({ Role: role, Policy: policy('Role', 's3:PutObject'), Stream: stream })).toBe(true);
    expect(isWritten({ Role: role, Policy: policy('Role', 's3:PutObject') })).toBe(false);
  });
});

describe('a service delivers to a bucket', () => {
  it.each([
    [
      'the flow logs of a VPC',
      resource('AWS::EC2::FlowLog', { LogDestinationType: 's3', LogDestination: arn('Bucket') }),
    ],
    ['the logs of brokers', resource('AWS::MSK::Cluster', { LoggingInfo: { S3: { Bucket: { Ref: 'Bucket' } } } })],
    [
      'the access logs of another bucket',
      resource('AWS::S3::Bucket', { LoggingConfiguration: { DestinationBucketName: { Ref: 'Bucket' } } }),
    ],
    [
      "CDK's deployment of files",
      resource('Custom::CDKBucketDeployment', { DestinationBucketName: { Ref: 'Bucket' } }),
    ],
  ])('%s', (_, sender) => {
    expect(isWritten({ Sender: sender })).toBe(true);
    expect(isWritten({ Sender: sender }, 'Sender')).toBe(false);
  });

  it.each([
    { LoggingConfiguration: { LogFilePrefix: 'access/' } },
    { InventoryConfigurations: [{ Destination: { BucketArn: 'arn:aws:s3:::inventory' } }] },
    { AccessControl: 'LogDeliveryWrite' },
  ])('by its own property %j', (properties) => {
    expect(isWritten({ Bucket: resource('AWS::S3::Bucket', properties) })).toBe(true);
  });

  it('not to one that only a function knows, or that is emptied', () => {
    const knows = resource('AWS::Lambda::Function', { Environment: { Bucket: { Ref: 'Bucket' } } });
    const empties = resource('Custom::S3AutoDeleteObjects', { BucketName: { Ref: 'Bucket' } });
    expect(isWritten({ Knows: knows, Empties: empties })).toBe(false);
  });
});
