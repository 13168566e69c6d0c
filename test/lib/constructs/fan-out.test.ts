import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { FanOut, type FanOutProps } from '../../../lib/constructs/fan-out.ts';

function synth(props?: FanOutProps): Template {
  const stack = new Stack(new App(), 'Test');
  new FanOut(stack, 'FanOut', props);
  return Template.fromStack(stack);
}

const overPlainHttp = Match.objectLike({
  Effect: 'Deny',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

describe('the fan-out', () => {
  it('encrypts topic and queues with a key that rotates', () => {
    const template = synth();
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
  });

  it('allows SNS to use the key, without which no alert would reach the queue', () => {
    synth().hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' } }),
        ]),
      }),
    });
  });

  it('denies plain HTTP to the topic and to both queues', () => {
    const template = synth();
    const policy = { PolicyDocument: Match.objectLike({ Statement: Match.arrayWith([overPlainHttp]) }) };
    template.resourcePropertiesCountIs('AWS::SQS::QueuePolicy', policy, 2);
    template.resourcePropertiesCountIs('AWS::SNS::TopicPolicy', policy, 1);
  });

  it('hides a message for six time-outs of notify, and moves one with too many receipts to the dead letters', () => {
    synth({ receiptsMax: 5 }).hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 360,
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }),
    });
  });

  it('keeps waiting and given-up messages for 14 days, the most that SQS can', () => {
    synth().allResourcesProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600 });
  });

  it('delivers messages in the envelope of SNS, which notify reads', () => {
    synth().hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'sqs', RawMessageDelivery: Match.absent() });
  });

  it.each([0, 1001, 1.5])('refuses %d receipts', (receiptsMax) => {
    expect(() => synth({ receiptsMax })).toThrow(
      `receiptsMax must be a whole number from 1 to 1000, got ${receiptsMax}`,
    );
  });
});
