import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { DynamodbDeliveries } from '../../../../../functions/shared/adapters/dynamodb/deliveries.ts';
import type { DeliveryItem } from '../../../../../functions/shared/domain/delivery.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { failureOf, jsonAnswer, jsonError, type Script, scriptedAws } from '../../../../support/scripted-aws.ts';

// What every store of deliveries promises is tested on a real server in test/real/aws-contract.test.ts.

const aws = scriptedAws();
const nowMs = Date.parse('2026-11-23T15:00:00Z');

async function deliveriesOf(attemptsMax: number, ...script: readonly Script[]) {
  const client = new DynamoDBClient(await aws.answer(script, { attemptsMax }));
  return new DynamodbDeliveries({ client, tableName: 'deliveries', clock: { nowMs: () => nowMs, random: () => 0 } });
}

const key = { receiver: 'hook', alertId: 'alert-1' };
const raise = (item: DeliveryItem) => ({
  item: { ...item, acknowledgedRevision: item.acknowledgedRevision + 1 },
  answer: item.acknowledgedRevision,
});
const stored = (acknowledgedRevision: number, version: number): Script =>
  jsonAnswer({
    Item: {
      item: { S: JSON.stringify({ ...key, acknowledgedRevision, givenUp: [], waiting: [] }) },
      version: { N: String(version) },
    },
  });
const nothingStored = jsonAnswer();
const conditionFailed = jsonError('ConditionalCheckFailedException');

describe('a change of a delivery on DynamoDB', () => {
  it('a change is a read, and a write that is refused if an item exists by then', async () => {
    const deliveries = await deliveriesOf(1, nothingStored, jsonAnswer());
    expect(await deliveries.changeDelivery(key, raise)).toBe(0);
    expect(aws.bodies).toMatchObject([
      { Key: { key: { S: 'alert-1/hook' } }, ConsistentRead: true },
      {
        Item: { key: { S: 'alert-1/hook' }, version: { N: '1' }, expires: { N: String(nowMs / 1_000 + 90 * 86_400) } },
        ConditionExpression: 'attribute_not_exists(#version)',
      },
    ]);
  });

  it('a change without an item is only a read', async () => {
    const deliveries = await deliveriesOf(1, stored(3, 7));
    expect(await deliveries.changeDelivery(key, (item) => ({ answer: item.acknowledgedRevision }))).toBe(3);
    expect(aws.calls).toHaveLength(1);
  });

  it('a change that another worker overtook is made again from the stored item', async () => {
    const deliveries = await deliveriesOf(1, stored(3, 7), conditionFailed, stored(4, 8), jsonAnswer());
    expect(await deliveries.changeDelivery(key, raise)).toBe(4);
    expect(aws.bodies.at(-1)).toMatchObject({
      Item: { version: { N: '9' } },
      ConditionExpression: '#version = :version',
      ExpressionAttributeValues: { ':version': { N: '8' } },
    });
  });

  it('a change is given up if other workers are quicker again and again', async () => {
    const script = Array.from({ length: 20 }, () => [stored(3, 7), conditionFailed]).flat();
    const error = await failureOf((await deliveriesOf(1, ...script)).changeDelivery(key, raise));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toBe('hook, alert alert-1: changed by others 20 times during one change');
  });

  it('an item that waits or was given up is marked, so that it can be listed', async () => {
    const deliveries = await deliveriesOf(1, nothingStored, jsonAnswer());
    await deliveries.changeDelivery(key, (item) => ({ item: { ...item, givenUp: [1] }, answer: undefined }));
    expect(aws.bodies[1]).toMatchObject({ Item: { unsettled: { BOOL: true } } });
  });

  it.each<[string, (deliveries: DynamodbDeliveries) => Promise<unknown>]>([
    ['a delivery', (deliveries) => deliveries.changeDelivery(key, raise)],
    ['a receiver', (deliveries) => deliveries.changeReceiver('hook', (record) => ({ item: record, answer: 0 }))],
    ['a list', (deliveries) => deliveries.unsettled(10)],
    ['records', (deliveries) => deliveries.receivers(['hook'])],
  ])('a call (%s) may be tried again if the table is busy, and not if access is denied', async (_case, act) => {
    const busy = await deliveriesOf(1, jsonError('ThrottlingException'));
    expect(await failureOf(act(busy))).toBeInstanceOf(UnavailableError);
    const denied = await failureOf(act(await deliveriesOf(3, jsonError('AccessDeniedException'))));
    expect(denied.name).toBe('AccessDeniedException');
    expect(denied.message).toContain('the deliveries on DynamoDB (deliveries), ');
    expect(aws.calls).toHaveLength(1);
  });
});
