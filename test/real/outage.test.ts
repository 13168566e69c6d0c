import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { receiptsMax } from '../../functions/notify/handler.ts';
import { DynamodbDeliveries } from '../../functions/shared/adapters/dynamodb/deliveries.ts';
import { snsPublisher } from '../../functions/shared/adapters/sns/publisher.ts';
import { describeOutage } from '../contract/outage.ts';
import { unique } from '../contract/unique.ts';
import { ManualClock } from '../local/memory-broker.ts';
import { alertOf } from '../support/alerts.ts';
import { Outage } from '../support/outage.ts';
import { dynamodb, newFanOut, newTable, sns, sqs } from './aws.ts';
import { SqsByClock } from './sqs-by-clock.ts';

const minute = 60_000;

async function openPath(clock: ManualClock, suffix?: '.fifo') {
  const [urls, tableName] = await Promise.all([newFanOut(suffix), newTable('deliveries')]);
  return {
    queueUrl: urls.queueUrl,
    publisher: snsPublisher({ client: sns, topicArn: urls.topicArn }),
    queue: new SqsByClock(clock, urls),
    deliveries: new DynamodbDeliveries({ client: dynamodb, tableName, clock }),
  };
}

describeOutage('SNS, SQS and DynamoDB', (clock) => openPath(clock));
describeOutage('a FIFO topic, its queue and DynamoDB', (clock) => openPath(clock, '.fifo'));

it('a message that SQS handed out 150 times is replaced by a copy, which its receiver gets when it is available again', async () => {
  const clock = new ManualClock();
  const { queueUrl, ...path } = await openPath(clock);
  const outage = await Outage.open(clock, path);
  const { queue } = path;
  const startMs = clock.nowMs();
  try {
    outage.leave(503);
    await outage.publish(alertOf({ id: unique('alert') }));
    for (let atMs = startMs; queue.sentAgain.length === 0; atMs += minute) await outage.runUntil(atMs);
    expect([...queue.receipts.values()]).toEqual([receiptsMax]);
    expect(queue.sentAgain.map((body) => JSON.parse(body).failingSinceMs)).toEqual([startMs]);
    // The copy is sent when its time has come, and the original is removed by then.
    expect(await messagesOn(queueUrl)).toBe(0);
    await outage.runUntil(clock.nowMs() + 30 * minute);
    expect(await messagesOn(queueUrl)).toBe(1);
    await outage.comeBack(503);
    await outage.runUntil(clock.nowMs() + 5 * minute);
    expect(outage.taken.map(({ revision }) => revision)).toEqual([1]);
    expect(await messagesOn(queueUrl)).toBe(0);
    expect(await path.deliveries.unsettled(10)).toEqual([]);
  } finally {
    outage.close();
  }
});

/** Returns the number of messages, including hidden ones. */
async function messagesOn(queueUrl: string): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] });
  const { Attributes } = await sqs.send(command);
  return names.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
}
