import { ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { snsPublisher } from '../../functions/shared/adapters/sns/publisher.ts';
import { sqsQueue } from '../../functions/shared/adapters/sqs/queue.ts';
import { unique } from '../contract/unique.ts';
import { newFanOut, sns, sqs } from './aws.ts';

const visibilityMs = 60_000;
const never = new AbortController().signal;

function message(group: string, revision: number) {
  const body = JSON.stringify({ id: group, revision });
  return { id: `${group}:${revision}`, group, subject: 'opened', body, attributes: { severity: 'critical' } };
}

async function open(suffix?: '.fifo') {
  const urls = await newFanOut(suffix);
  const publisher = snsPublisher({ client: sns, topicArn: urls.topicArn });
  return { ...urls, publisher, queue: sqsQueue({ client: sqs, ...urls, waitSeconds: 0 }) };
}

describe('a FIFO topic', () => {
  it('delivers a transition once, however often it is published, and keeps the order of an alert', async () => {
    const { publisher, queue } = await open('.fifo');
    const alert = unique('alert');
    for (const revision of [1, 1, 2, 1, 3, 3]) await publisher.publish(message(alert, revision), never);
    const received = await queue.receive(100, 0, visibilityMs);
    expect(received.map(({ body }) => JSON.parse(JSON.parse(body).Message).revision)).toEqual([1, 2, 3]);
  });
});

describe('a queue of more than one batch', () => {
  it('is received and removed to the last message, or up to the limit', async () => {
    const { queue, queueUrl } = await open();
    const bodies = Array.from({ length: 30 }, (_, nth) => `body ${nth}`);
    for (let from = 0; from < bodies.length; from += 10) {
      const Entries = bodies.slice(from, from + 10).map((MessageBody, nth) => ({ Id: String(nth), MessageBody }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
    const first = await queue.receive(23, 0, visibilityMs);
    expect(first).toHaveLength(23);
    const rest = await queue.receive(100, 0, visibilityMs);
    expect([...first, ...rest].map(({ body }) => body).sort()).toEqual(bodies.toSorted());
    const receipts = [...first, ...rest].map(({ receiptHandle }) => receiptHandle);
    await queue.delete(receipts);
    await queue.delete(receipts);
    expect(await queue.receive(100, 0, visibilityMs)).toEqual([]);
  });

  it('sends no request to remove an empty list of receipts', async () => {
    await (await open()).queue.delete([]);
  });
});

describe('a dead letter of the queue', () => {
  it.each([undefined, '.fifo'] as const)('is in the queue of dead letters with its reason (%s)', async (suffix) => {
    const { queue, deadLettersUrl } = await open(suffix);
    await queue.deadLetter('{"Type":"Notification"}', 'hook: answered 410 🚀');
    const command = new ReceiveMessageCommand({ QueueUrl: deadLettersUrl, MessageAttributeNames: ['All'] });
    const { Messages } = await sqs.send(command);
    expect(Messages).toMatchObject([
      {
        Body: '{"Type":"Notification"}',
        MessageAttributes: { reason: { DataType: 'String', StringValue: 'hook: answered 410 🚀' } },
      },
    ]);
  });
});
