import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { sqsAttemptQueue } from '../../../../../functions/shared/adapters/sqs/attempt-queue.ts';
import { sqsQueueGauge } from '../../../../../functions/shared/adapters/sqs/queue-gauge.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { attempt } from '../../../../support/attempts.ts';
import { jsonAnswer, jsonError, scriptedAws } from '../../../../support/scripted-aws.ts';

const aws = scriptedAws();
const url = (name: string): string => `https://sqs.eu-central-1.amazonaws.com/000000000000/${name}`;

describe('the queue of attempts on SQS', () => {
  it('the queue gets an attempt as JSON', async () => {
    const MD5OfMessageBody = createHash('md5').update(JSON.stringify(attempt())).digest('hex');
    const client = new SQSClient(await aws.answer([jsonAnswer({ MessageId: '1', MD5OfMessageBody })]));
    expect(await sqsAttemptQueue(client, url('attempts')).send(attempt())).toBe(0);
    const { QueueUrl, MessageBody } = JSON.parse(aws.calls[0]!.body);
    expect(QueueUrl).toBe(url('attempts'));
    expect(JSON.parse(MessageBody)).toEqual(attempt());
  });

  it('the queue fails as unavailable if a later try may succeed', async () => {
    const client = new SQSClient(await aws.answer([jsonError('ThrottlingException')]));
    await expect(sqsAttemptQueue(client, url('attempts')).send(attempt())).rejects.toThrow(UnavailableError);
  });
});

describe('the depth of a queue on SQS', () => {
  it('the depth contains every message that is visible, in flight or delayed, and all dead letters', async () => {
    const answer = (...[visible, inFlight, delayed]: readonly number[]) =>
      jsonAnswer({
        Attributes: {
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(inFlight),
          ApproximateNumberOfMessagesDelayed: String(delayed),
        },
      });
    const isDead = (body: string): boolean => JSON.parse(body).QueueUrl === url('dead');
    const [ofQueue, ofDead] = [answer(1, 20, 300), answer(4, 0, 0)];
    const client = new SQSClient(await aws.answer([(call) => (isDead(call.body) ? ofDead(call) : ofQueue(call))]));
    expect(await sqsQueueGauge(client, url('queue'), url('dead')).depth()).toEqual({ waiting: 321, deadLetters: 4 });
  });
});
