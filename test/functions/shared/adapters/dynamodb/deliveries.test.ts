import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { dynamodbDeliveries } from '../../../../../functions/shared/adapters/dynamodb/deliveries.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { failureOf, jsonAnswer, jsonError, type Script, scriptedAws } from '../../../../support/scripted-aws.ts';

// What every delivery table promises is tested on a real server in test/real/aws-contract.test.ts.

const aws = scriptedAws();

async function deliveriesOf(attemptsMax: number, ...script: readonly Script[]) {
  const client = new DynamoDBClient(await aws.answer(script, { attemptsMax }));
  return dynamodbDeliveries({ client, tableName: 'deliveries' });
}

const claim = { receiver: 'hook', alertId: 'alert-1', revision: 2, owner: 'me', nowMs: 1_000, leaseMs: 500 };
const conditionFailed = (Item: object): Script => jsonError('ConditionalCheckFailedException', { Item });

describe('a claim on DynamoDB', () => {
  it('of a new revision is one write', async () => {
    const deliveries = await deliveriesOf(1, jsonAnswer());
    expect(await deliveries.claim(claim)).toBe('claimed');
    expect(aws.calls).toHaveLength(1);
    expect(aws.bodies[0]).toMatchObject({ Key: { key: { S: 'alert-1/hook' } } });
  });

  it('that is refused reads the reason off the refusal, and asks no second time', async () => {
    const stored = { acknowledged: { N: '3' }, claimed: { N: '3' } };
    const deliveries = await deliveriesOf(1, conditionFailed(stored));
    expect(await deliveries.claim(claim)).toBe('superseded');
    expect(aws.calls).toHaveLength(1);
  });

  it('of a revision that was tried before is a second write, which leaves the count of tries', async () => {
    const deliveries = await deliveriesOf(
      1,
      conditionFailed({ claimed: { N: '2' }, attempts: { N: '4' } }),
      jsonAnswer(),
    );
    expect(await deliveries.claim(claim)).toBe('claimed');
    expect(aws.bodies[0]!.UpdateExpression).toContain('attempts = :zero');
    expect(aws.bodies[1]!.UpdateExpression).not.toContain('attempts');
  });

  it('whose answer was lost finds its own lease, and has it', async () => {
    const stored = { claimed: { N: '2' }, leaseOwner: { S: 'me' }, leaseUntilMs: { N: '1500' } };
    const deliveries = await deliveriesOf(2, () => 'hang up', conditionFailed(stored), jsonAnswer());
    expect(await deliveries.claim(claim)).toBe('claimed');
  });

  it('gives up when the item changes under its feet again and again', async () => {
    const deliveries = await deliveriesOf(1, conditionFailed({ claimed: { N: '2' } }));
    const error = await failureOf(deliveries.claim(claim));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toBe('hook, alert alert-1: changed 10 times during one claim');
  });
});

describe('a mark on DynamoDB', () => {
  it.each<[string, (deliveries: Awaited<ReturnType<typeof deliveriesOf>>) => Promise<unknown>]>([
    ['a claim', (deliveries) => deliveries.claim(claim)],
    ['an acknowledgement', (deliveries) => deliveries.acknowledge('hook', 'alert-1', 2, 'me')],
    ['a failed try', (deliveries) => deliveries.release('hook', 'alert-1', 'me')],
    ['giving up', (deliveries) => deliveries.giveUp('hook', 'alert-1', 2, 'me')],
    ['a list', (deliveries) => deliveries.list()],
  ])('of %s may be tried again where the table is busy, and is not where it is denied', async (_case, act) => {
    const busy = await deliveriesOf(1, jsonError('ThrottlingException'));
    expect(await failureOf(act(busy))).toBeInstanceOf(UnavailableError);
    const denied = await failureOf(act(await deliveriesOf(3, jsonError('AccessDeniedException'))));
    expect(denied.name).toBe('AccessDeniedException');
    expect(denied.message).toContain('the deliveries on DynamoDB (deliveries), ');
    expect(aws.calls).toHaveLength(1);
  });

  it('that acknowledges twice, because the first answer was lost, changes nothing the second time', async () => {
    const stored = { acknowledged: { N: '2' }, claimed: { N: '2' } };
    const deliveries = await deliveriesOf(2, () => 'hang up', conditionFailed(stored));
    await deliveries.acknowledge('hook', 'alert-1', 2, 'me');
    expect(aws.calls).toHaveLength(2);
  });

  it('that acknowledges what is known already ends the lease all the same', async () => {
    const stored = { acknowledged: { N: '3' }, claimed: { N: '4' }, leaseOwner: { S: 'me' }, leaseUntilMs: { N: '9' } };
    const deliveries = await deliveriesOf(1, conditionFailed(stored), jsonAnswer());
    await deliveries.acknowledge('hook', 'alert-1', 2, 'me');
    expect(aws.bodies[1]).toMatchObject({
      UpdateExpression: expect.stringMatching(/REMOVE leaseOwner, leaseUntilMs$/),
      ConditionExpression: 'leaseOwner = :owner',
    });
    expect(aws.bodies[1]!.UpdateExpression).not.toContain('acknowledged');
  });

  it('that acknowledges after the lease was lost leaves it to who has it', async () => {
    const stored = { claimed: { N: '3' }, leaseOwner: { S: 'another' }, leaseUntilMs: { N: '9' } };
    const deliveries = await deliveriesOf(1, conditionFailed(stored), jsonAnswer());
    await deliveries.acknowledge('hook', 'alert-1', 2, 'me');
    expect(aws.bodies[1]!.UpdateExpression).toContain('acknowledged = :revision');
    expect(aws.bodies[1]!.UpdateExpression).not.toContain('REMOVE');
  });
});
