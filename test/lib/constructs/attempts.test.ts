import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, it } from 'vitest';
import { Attempts } from '../../../lib/constructs/attempts.ts';
import { deployed, ofType } from '../../support/deployment.ts';

function synth(): Template {
  const stack = new Stack(new App(), 'Test');
  new Attempts(stack, 'Attempts', { key: new Key(stack, 'Key') });
  return Template.fromStack(stack);
}

describe('the queue of attempts', () => {
  it('is encrypted, as its dead letters are, and refuses plain HTTP', () => {
    const template = synth();
    template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: Match.anyValue() });
    const overPlainHttp = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    const policy = { Statement: Match.arrayWith([Match.objectLike(overPlainHttp)]) };
    template.resourcePropertiesCountIs('AWS::SQS::QueuePolicy', { PolicyDocument: Match.objectLike(policy) }, 2);
  });

  it('hides a message for six time-outs of persist, and keeps it for the 14 days that SQS can', () => {
    const template = synth();
    template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 360, RedrivePolicy: Match.anyValue() });
    template.allResourcesProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600 });
  });
});

describe('a deployment', () => {
  const minimal = deployed('minimal');
  const mappings = ofType(minimal, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties);

  it('feeds persist with attempts, which can fail one by one', () => {
    const [mapping] = mappings.filter(({ EventSourceArn }) =>
      JSON.stringify(EventSourceArn ?? '').includes('Attempts'),
    );
    expect(mapping).toMatchObject({ BatchSize: 100, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    expect(JSON.stringify(mapping!.FunctionName)).toContain('persist');
  });

  it('has the address of the queue in the environment of notify alone', () => {
    const knowing = ofType(minimal, 'AWS::Lambda::Function').filter(([, { Properties }]) =>
      JSON.stringify(Properties.Environment ?? {}).includes('OFFBEAT_ATTEMPTS_QUEUE_URL'),
    );
    expect(knowing.map(([id]) => id)).toEqual([expect.stringContaining('notify')]);
  });
});
