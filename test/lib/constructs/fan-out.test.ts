import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, it } from 'vitest';
import { FanOut, type FanOutProps } from '../../../lib/constructs/fan-out.ts';

function synth(props?: Omit<FanOutProps, 'key'>): Template {
  const stack = new Stack(new App(), 'Test');
  new FanOut(stack, 'FanOut', { ...props, key: new Key(stack, 'Key') });
  return Template.fromStack(stack);
}

const overPlainHttp = Match.objectLike({
  Effect: 'Deny',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

describe('the fan-out', () => {
  it('encrypts topic and queues with the key, but for the queue of what SNS may not encrypt with it', () => {
    const template = synth();
    template.resourcePropertiesCountIs('AWS::SQS::Queue', { KmsMasterKeyId: Match.anyValue() }, 3);
    template.resourcePropertiesCountIs('AWS::SQS::Queue', { SqsManagedSseEnabled: true }, 1);
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
  });

  it('denies plain HTTP to the topic and to every queue', () => {
    const template = synth();
    const policy = { PolicyDocument: Match.objectLike({ Statement: Match.arrayWith([overPlainHttp]) }) };
    template.resourcePropertiesCountIs('AWS::SQS::QueuePolicy', policy, 4);
    template.resourcePropertiesCountIs('AWS::SNS::TopicPolicy', policy, 1);
  });

  it('hides a message for six time-outs of notify, and moves one with too many receipts to the dead letters', () => {
    synth({ receiptsMax: 5 }).hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 360,
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }),
    });
  });

  it('accepts the largest message that SQS knows in the queue of rejected alerts', () => {
    synth().resourcePropertiesCountIs('AWS::SQS::Queue', { MaximumMessageSize: 1_048_576 }, 1);
  });

  it('keeps waiting, given-up and rejected messages for 14 days, the most that SQS can', () => {
    synth().allResourcesProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600 });
  });

  it('delivers messages in the envelope of SNS, which notify reads', () => {
    synth().hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'sqs', RawMessageDelivery: Match.absent() });
  });

  it('keeps an alert that SNS cannot put into the queue, which no retry would bring back', () => {
    const template = synth();
    const [undelivered] = Object.entries(template.findResources('AWS::SQS::Queue')).find(
      ([, { Properties }]) => Properties.SqsManagedSseEnabled === true,
    )!;
    const deadLetterTargetArn = { 'Fn::GetAtt': [undelivered, 'Arn'] };
    template.hasResourceProperties('AWS::SNS::Subscription', { RedrivePolicy: { deadLetterTargetArn } });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: undelivered }],
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Action: 'sqs:SendMessage', Principal: { Service: 'sns.amazonaws.com' } }),
        ]),
      }),
    });
  });

  it.each([0, 1001, 1.5])('refuses %d receipts', (receiptsMax) => {
    expect(() => synth({ receiptsMax })).toThrow(
      `receiptsMax must be a whole number from 1 to 1000, got ${receiptsMax}`,
    );
  });
});
