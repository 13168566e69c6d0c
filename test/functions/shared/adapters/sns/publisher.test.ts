import { SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { snsPublisher } from '../../../../../functions/shared/adapters/sns/publisher.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import type { PublishedMessage } from '../../../../../functions/shared/ports/publisher.ts';
import { failureOf, type Script, scriptedAws } from '../../../../support/scripted-aws.ts';

// What every topic promises is tested on a real server in test/real/aws-contract.test.ts.

const aws = scriptedAws();

const arn = 'arn:aws:sns:eu-central-1:123456789012:offbeat-alerts';

async function publisherOf(topicArn: string, attemptsMax: number, ...script: readonly Script[]) {
  const client = new SNSClient(await aws.answer(script, { attemptsMax }));
  return snsPublisher({ client, topicArn });
}

const accepted: Script = () => ({
  status: 200,
  body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
});
const refused =
  (status: number, code: string): Script =>
  () => ({
    status,
    body: `<ErrorResponse><Error><Code>${code}</Code><Message>as scripted</Message></Error></ErrorResponse>`,
  });

const message: PublishedMessage = {
  id: 'alert-1:3',
  group: 'alert-1',
  subject: '[critical] opened: node-a',
  body: '{"id":"alert-1"}',
  attributes: { severity: 'critical', kind: '' },
};
const never = new AbortController().signal;
const sent = (): URLSearchParams => new URLSearchParams(aws.calls[0]!.body);

describe('a message to SNS', () => {
  it('a message to a standard topic has no group, which would mean something else there', async () => {
    const publisher = await publisherOf(arn, 1, accepted);
    expect(publisher.name).toBe('offbeat-alerts');
    await publisher.publish(message, never);
    expect(Object.fromEntries(sent())).toMatchObject({
      TopicArn: arn,
      Subject: message.subject,
      Message: message.body,
    });
    expect(sent().has('MessageGroupId')).toBe(false);
    expect(sent().has('MessageDeduplicationId')).toBe(false);
  });

  it('a message to a FIFO topic keeps its order within its alert, and has the same id on every try', async () => {
    const publisher = await publisherOf(`${arn}.fifo`, 2, () => 'hang up', accepted);
    expect(publisher.name).toBe('offbeat-alerts');
    await publisher.publish(message, never);
    expect(Object.fromEntries(sent())).toMatchObject({
      TopicArn: `${arn}.fifo`,
      MessageGroupId: 'alert-1',
      MessageDeduplicationId: 'alert-1:3',
    });
    expect(aws.calls[1]!.body).toBe(aws.calls[0]!.body);
  });

  it('a message has no empty attribute, because SNS would refuse the whole message', async () => {
    await (await publisherOf(arn, 1, accepted)).publish(message, never);
    const named = [...sent()].filter(([name]) => name.startsWith('MessageAttributes.') && name.endsWith('.Name'));
    expect(named.map(([, value]) => value)).toEqual(['severity']);
  });

  it('a message that is stopped on the way may have arrived', async () => {
    const stop = new AbortController();
    const publisher = await publisherOf(arn, 3, () => {
      stop.abort();
      return 'silence';
    });
    expect(await failureOf(publisher.publish(message, stop.signal))).toBeInstanceOf(UnavailableError);
    expect(aws.calls).toHaveLength(1);
  });

  it.each<[string, Script]>([
    ['SNS throttles', refused(400, 'Throttling')],
    ['the key of the topic is throttled', refused(400, 'KMSThrottling')],
    ['SNS fails', refused(500, 'InternalError')],
    ['the answer is lost', () => 'hang up'],
    ['the answer cannot be read', () => ({ status: 200, body: 'no XML' })],
  ])('a message may be sent again when %s', async (_case, script) => {
    const error = await failureOf((await publisherOf(arn, 1, script)).publish(message, never));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain('SNS (offbeat-alerts), publish alert-1:3: ');
  });

  it.each([
    [403, 'AuthorizationError'],
    [404, 'NotFound'],
    [400, 'InvalidParameter'],
  ])('a message that SNS answers with %d %s is refused for good', async (status, code) => {
    const publisher = await publisherOf(arn, 3, refused(status, code));
    const error = await failureOf(publisher.publish(message, never));
    expect(error).not.toBeInstanceOf(UnavailableError);
    expect(error.message).toContain('SNS (offbeat-alerts), publish alert-1:3: ');
    expect(aws.calls).toHaveLength(1);
  });
});
