import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { dynamodbLedger } from '../../../../../functions/shared/adapters/dynamodb/ledger.ts';
import { FencedError, UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { freshLedgerItem, type LedgerDecision } from '../../../../../functions/shared/ports/ledger.ts';
import { failureOf, jsonAnswer, jsonError, type Script, scriptedAws } from '../../../../support/scripted-aws.ts';

// What every ledger promises is tested on a real server in test/real/aws-contract.test.ts.

const aws = scriptedAws();

async function ledgerOf(attemptsMax: number, ...script: readonly Script[]) {
  const client = new DynamoDBClient(await aws.answer(script, { attemptsMax }));
  return dynamodbLedger({ client, tableName: 'offbeat' });
}

const key = { stage: 'detect', topic: 'offbeat.samples', partition: 3 };
const from = { ...freshLedgerItem, epoch: 2, txn: 7 };
const decision: LedgerDecision = {
  nextOffset: 10_000,
  newestRecordMs: Date.parse('2026-11-23T15:00:00Z'),
  decidedAtMs: Date.parse('2026-11-23T15:00:01Z'),
  blocks: { hot: { inline: 'eyJ2ZXJzaW9uIjoxfQ==' }, 'series/000001': { object: 'detect/offbeat.samples/3/1' } },
  pending: 'detect/offbeat.samples/3/8',
  attempt: 'detect/offbeat.samples/3/8',
};

const putItem = (): Record<string, unknown> => aws.bodies[0]!.Item as Record<string, unknown>;
const conditionFailed = (Item: object): ReturnType<Script> =>
  jsonError('ConditionalCheckFailedException', { Item })({ method: '', path: '', headers: {}, body: '' });

describe('the commit point on DynamoDB', () => {
  it('the commit point is one write, with the condition that the item is unchanged', async () => {
    const ledger = await ledgerOf(1, jsonAnswer());
    expect(await ledger.advance(key, from, decision)).toEqual({ ...decision, epoch: 2, txn: 8 });
    expect(aws.bodies).toEqual([
      expect.objectContaining({
        TableName: 'offbeat',
        ConditionExpression: '#epoch = :epoch AND #txn = :txn',
        ExpressionAttributeValues: { ':epoch': { N: '2' }, ':txn': { N: '7' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ]);
    expect(putItem()).toMatchObject({ key: { S: 'partition/detect/offbeat.samples/3' }, txn: { N: '8' } });
  });

  it('the commit point of a new partition has the condition that no item exists', async () => {
    const ledger = await ledgerOf(1, jsonAnswer());
    await ledger.advance(key, freshLedgerItem, decision);
    expect(aws.bodies[0]).toMatchObject({ ConditionExpression: 'attribute_not_exists(#key)' });
  });

  it('inline blocks are stored as bytes, not as longer text', async () => {
    const ledger = await ledgerOf(1, jsonAnswer());
    await ledger.advance(key, from, decision);
    // On the wire bytes are base64; what is stored, and paid for, is what they decode to.
    expect(putItem().blocks).toEqual({ M: { hot: { B: 'eyJ2ZXJzaW9uIjoxfQ==' } } });
  });

  // A write unit is 1 KB, paid for twice a batch: when it is decided and when its effects are out.
  it('an item names each object once, so that a full partition needs few write units', async () => {
    const ledger = await ledgerOf(1, jsonAnswer(), (call) => jsonAnswer({ Item: putItem() })(call));
    const blocks = Object.fromEntries(
      Array.from({ length: 324 }, (_, nth) => [
        `series/${String(nth + 1).padStart(6, '0')}`,
        { object: `detect/offbeat.samples/3/${nth % 3 === 0 ? 'older' : 'newer'}` },
      ]),
    );
    await ledger.advance(key, from, { ...decision, blocks });
    expect(JSON.stringify(putItem()).length).toBeLessThan(2 * 1024);
    expect((await ledger.read(key)).blocks).toEqual(blocks);
  });

  it('the commit point is passed if the first answer was lost and the second try finds its own decision', async () => {
    const ledger = await ledgerOf(
      2,
      () => 'hang up',
      () => conditionFailed(putItem()),
    );
    expect(await ledger.advance(key, from, decision)).toEqual({ ...decision, epoch: 2, txn: 8 });
    expect(aws.calls).toHaveLength(2);
  });

  it('the commit point is lost to the writer whose attempt is stored, and the error names both', async () => {
    const stored = { epoch: { N: '2' }, txn: { N: '8' }, attempt: { S: 'another' } };
    const ledger = await ledgerOf(1, () => conditionFailed(stored));
    const error = await failureOf(ledger.advance(key, from, decision));
    expect(error).toBeInstanceOf(FencedError);
    expect(error.message).toBe('detect offbeat.samples/3: expected epoch 2 and transaction 7, stored are 2 and 8');
  });

  it('the commit point is lost if the item is missing, as in a restored table', async () => {
    const ledger = await ledgerOf(1, jsonError('ConditionalCheckFailedException'));
    const error = await failureOf(ledger.advance(key, from, decision));
    expect(error).toBeInstanceOf(FencedError);
    expect(error.message).toContain('stored are 0 and 0');
  });

  it.each(['TransactionConflictException', 'ProvisionedThroughputExceededException', 'ThrottlingException'])(
    'is not known to be passed after %s, and may be tried again',
    async (name) => {
      const ledger = await ledgerOf(1, jsonError(name));
      const error = await failureOf(ledger.advance(key, from, decision));
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error.message).toContain('advance detect offbeat.samples/3');
      expect(error.cause).toMatchObject({ name });
    },
  );

  it.each<[string, Script]>([
    ['whose answer is lost', () => 'hang up'],
    ['whose answer breaks off', () => 'half'],
    ['whose answer is a page of something on the way', () => ({ status: 200, body: '<html>' })],
    ['that the server failed in', jsonError('InternalServerError', {}, 500)],
  ])('the commit point is not known to be passed after %s at each try', async (_case, script) => {
    const ledger = await ledgerOf(1, script);
    expect(await failureOf(ledger.advance(key, from, decision))).toBeInstanceOf(UnavailableError);
  });

  it.each(['AccessDeniedException', 'ResourceNotFoundException', 'ValidationException'])(
    'blocks at %s, which is tried once and stays what it is',
    async (name) => {
      const ledger = await ledgerOf(3, jsonError(name));
      const error = await failureOf(ledger.advance(key, from, decision));
      expect(error).not.toBeInstanceOf(UnavailableError);
      expect(error.name).toBe(name);
      expect(error.message).toBe(
        `the ledger on DynamoDB (offbeat), advance detect offbeat.samples/3: ${name}: ${name}, as scripted`,
      );
      expect(aws.calls).toHaveLength(1);
    },
  );
});

describe('a new epoch on DynamoDB', () => {
  it('an epoch is raised once although the answer of the first try was lost', async () => {
    const raised = () => {
      const values = aws.bodies[0]!.ExpressionAttributeValues as Record<string, object>;
      return { epoch: { N: '3' }, txn: { N: '7' }, nextOffset: { N: '5' }, raise: values[':new_raise']! };
    };
    const ledger = await ledgerOf(
      2,
      () => 'hang up',
      () => conditionFailed(raised()),
    );
    expect(await ledger.raiseEpoch(key, from, { nextOffset: 5, newestRecordMs: 9 })).toMatchObject({
      epoch: 3,
      txn: 7,
      nextOffset: 5,
    });
  });

  it('an epoch is refused if another operator raised it to the same number', async () => {
    const stored = { epoch: { N: '3' }, txn: { N: '7' }, nextOffset: { N: '5' }, raise: { S: 'another' } };
    const ledger = await ledgerOf(1, () => conditionFailed(stored));
    expect(await failureOf(ledger.raiseEpoch(key, from, { nextOffset: 5, newestRecordMs: 9 }))).toBeInstanceOf(
      FencedError,
    );
  });
});

describe('reading from DynamoDB', () => {
  it('reads of one item and of all keys are strongly consistent', async () => {
    const ledger = await ledgerOf(1, jsonAnswer());
    await ledger.read(key);
    await ledger.keys();
    expect(aws.bodies.map(({ ConsistentRead }) => ConsistentRead)).toEqual([true, true]);
  });

  it('the list of keys contains all pages, in the order of the names', async () => {
    const partition = (stage: string, nth: number) => ({
      stage: { S: stage },
      topic: { S: 'offbeat.samples' },
      partition: { N: String(nth) },
    });
    const ledger = await ledgerOf(
      1,
      jsonAnswer({ Items: [partition('detect', 10), partition('detect', 9)], LastEvaluatedKey: { key: { S: 'x' } } }),
      jsonAnswer({ Items: [partition('alert', 1)] }),
    );
    const named = (await ledger.keys()).map(({ stage, partition }) => `${stage} ${partition}`);
    expect(named).toEqual(['alert 1', 'detect 9', 'detect 10']);
    expect(aws.bodies[1]).toMatchObject({ ExclusiveStartKey: { key: { S: 'x' } } });
  });

  it('a read of a table that does not answer may be tried again', async () => {
    const ledger = await ledgerOf(1, jsonError('ThrottlingException'));
    for (const call of [ledger.read(key), ledger.keys(), ledger.clearPending(key, 'x')]) {
      expect(await failureOf(call)).toBeInstanceOf(UnavailableError);
    }
  });
});
