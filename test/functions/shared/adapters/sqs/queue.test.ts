import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { sqsQueue } from '../../../../../functions/shared/adapters/sqs/queue.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { failureOf, jsonAnswer, jsonError, type Script, scriptedAws } from '../../../../support/scripted-aws.ts';

// What every queue promises is tested on a real server in test/real/aws-contract.test.ts.

const aws = scriptedAws();

async function queueOf(...script: readonly Script[]) {
  const client = new SQSClient(await aws.answer(script));
  return sqsQueue({ client, queueUrl: `${aws.endpoint}/1/notify`, deadLettersUrl: `${aws.endpoint}/1/dead-letters` });
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const messages = (count: number): Script =>
  jsonAnswer({
    Messages: Array.from({ length: count }, (_, nth) => ({
      MessageId: `m${nth}`,
      ReceiptHandle: `r${nth}`,
      Body: 'body',
      MD5OfBody: md5('body'),
      Attributes: { ApproximateReceiveCount: '2', ApproximateFirstReceiveTimestamp: '1700000000000' },
    })),
  });

describe('a message that must be delivered again', () => {
  const hour = 3_600;
  it.each([
    [0, 0],
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    // 12 hours are counted from the receipt, which is up to 15 minutes ago.
    [11.75 * hour * 1_000, 11.75 * hour],
    [24 * hour * 1_000, 11.75 * hour],
  ])('a message that is tried again after %d ms is hidden for %d s', async (delayMs, seconds) => {
    const queue = await queueOf(jsonAnswer());
    await queue.retryLater('receipt', delayMs);
    expect(aws.bodies).toEqual([
      { QueueUrl: `${aws.endpoint}/1/notify`, ReceiptHandle: 'receipt', VisibilityTimeout: seconds },
    ]);
  });
});

describe('a message that is sent again', () => {
  const sent = jsonAnswer({ MessageId: '1', MD5OfMessageBody: md5('body') });
  it.each([
    [0, 0],
    [1_001, 2],
    [24 * 3_600 * 1_000, 15 * 60],
  ])('a message that is sent again after %d ms is first shown after %d s', async (delayMs, seconds) => {
    await (await queueOf(sent)).sendAgain('body', 'alert', delayMs);
    expect(aws.bodies).toEqual([{ QueueUrl: `${aws.endpoint}/1/notify`, MessageBody: 'body', DelaySeconds: seconds }]);
  });
});

describe('a message that becomes a dead letter', () => {
  const sentReason = async (reason: string): Promise<string> => {
    const queue = await queueOf(jsonAnswer({ MessageId: '1', MD5OfMessageBody: md5('body') }));
    await queue.deadLetter('body', reason);
    const sent = aws.bodies[0] as { MessageAttributes: { reason: { DataType: string; StringValue: string } } };
    expect(sent).toMatchObject({ QueueUrl: `${aws.endpoint}/1/dead-letters`, MessageBody: 'body' });
    expect(sent.MessageAttributes.reason.DataType).toBe('String');
    return sent.MessageAttributes.reason.StringValue;
  };

  it.each([
    ['as it is', 'hook: answered 410 🚀', 'hook: answered 410 🚀'],
    ['without what XML does not take', 'hook:\u0000\u001b answered\ufffe', 'hook:   answered'],
    ['in some words where there are none', '\u0000', 'no reason given'],
    ['in its first 1,024 characters, and no half of one', `${'x'.repeat(1_023)}🚀`, `${'x'.repeat(1_023)}�`],
  ])('a dead letter carries its reason %s', async (_case, reason, expected) => {
    expect(await sentReason(reason)).toBe(expected);
  });
});

describe('a reader of the queue', () => {
  it('a reader gets as many messages as it asks for, ten at a time, and waits only for the first', async () => {
    const queue = await queueOf(messages(10), messages(10), messages(5));
    expect(await queue.receive(25, 0, 90_500)).toHaveLength(25);
    const asked = aws.bodies.map(({ MaxNumberOfMessages, WaitTimeSeconds, VisibilityTimeout }) => [
      MaxNumberOfMessages,
      WaitTimeSeconds,
      VisibilityTimeout,
    ]);
    expect(asked).toEqual([
      [10, 1, 91],
      [10, 0, 91],
      [5, 0, 91],
    ]);
  });

  it('a reader does not wait for more once it got fewer than it asked for', async () => {
    const queue = await queueOf(messages(10), messages(1), messages(10));
    expect(await queue.receive(100, 0, 1_000)).toHaveLength(11);
    expect(aws.calls).toHaveLength(2);
  });

  it('a reader gets the number of receipts of a message, and the time of the first', async () => {
    const queue = await queueOf(messages(1));
    expect(await queue.receive(10, 0, 1_000)).toEqual([
      { messageId: 'm0', receiptHandle: 'r0', body: 'body', receiveCount: 2, firstReceivedMs: 1_700_000_000_000 },
    ]);
  });

  it('a reader gets the messages from before the queue failed, because they are hidden from all others', async () => {
    const queue = await queueOf(messages(10), jsonError('ThrottlingException'));
    expect(await queue.receive(100, 0, 1_000)).toHaveLength(10);
  });

  it('a reader may try again if the queue failed at once', async () => {
    const queue = await queueOf(jsonError('ThrottlingException'));
    const error = await failureOf(queue.receive(100, 0, 1_000));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain('SQS (notify), receive: ');
  });
});

describe('a removal', () => {
  const receipts = (count: number) => Array.from({ length: count }, (_, nth) => `r${nth}`);
  const failed = (...codes: readonly string[]): Script =>
    jsonAnswer({ Successful: [], Failed: codes.map((Code, nth) => ({ Id: String(nth), Code, SenderFault: true })) });

  it('messages are removed ten at a time', async () => {
    const queue = await queueOf(failed());
    await queue.delete(receipts(21));
    expect(aws.bodies.map(({ Entries }) => (Entries as object[]).length)).toEqual([10, 10, 1]);
  });

  it('a removal ignores receipts that are over', async () => {
    await (await queueOf(failed('ReceiptHandleIsInvalid', 'InvalidParameterValue'))).delete(receipts(2));
  });

  it('a removal that failed for some messages reports it after the rest is removed', async () => {
    const passing = await queueOf(failed('InternalError'), failed());
    expect(await failureOf(passing.delete(receipts(11)))).toBeInstanceOf(UnavailableError);
    expect(aws.calls).toHaveLength(2);
    const error = await failureOf((await queueOf(failed('AccessDenied', 'InternalError'))).delete(receipts(2)));
    expect(error).not.toBeInstanceOf(UnavailableError);
    expect(error.message).toBe('SQS (notify), delete: 2 failed, the first with AccessDenied');
  });
});

describe('a queue that fails', () => {
  it.each<[string, (queue: Awaited<ReturnType<typeof queueOf>>) => Promise<unknown>, string]>([
    ['hide a message', (queue) => queue.retryLater('r', 1_000), 'SQS (notify), hide a message'],
    [
      'send one to the dead letters',
      (queue) => queue.deadLetter('b', 'r'),
      'SQS (dead-letters), send a message to the dead letters',
    ],
    ['remove one', (queue) => queue.delete(['r']), 'SQS (notify), delete 1 messages'],
  ])('a request to %s may be repeated if the queue is busy, and blocks if it is denied', async (_case, act, words) => {
    const busy = await failureOf(act(await queueOf(jsonError('KMS.ThrottlingException'))));
    expect(busy).toBeInstanceOf(UnavailableError);
    expect(busy.message).toContain(words);
    const denied = await failureOf(act(await queueOf(jsonError('AccessDeniedException', {}, 403))));
    expect(denied).not.toBeInstanceOf(UnavailableError);
    expect(denied.message).toContain(words);
  });
});
