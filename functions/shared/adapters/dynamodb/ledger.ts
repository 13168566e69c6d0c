import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { FencedError } from '../../domain/errors.ts';
import { compareText } from '../../domain/order.ts';
import type { Ledger, LedgerDecision, LedgerItem, LedgerKey } from '../../ports/ledger.ts';
import { awsError } from '../aws/errors.ts';
import { type Attributes, number, numberOf } from './attributes.ts';
import { decodeItem, encodeItem, nameAttributes, partitionKey } from './ledger-item.ts';

export interface DynamodbLedgerOptions {
  readonly client: DynamoDBClient;
  /** The name of a table whose partition key is the text `key`. */
  readonly tableName: string;
}

/**
 * Returns the ledger on DynamoDB. Each decision is one conditional write. If the SDK repeats a write because its answer was
 * lost, a name in the stored item distinguishes this from a lost race: `attempt`, or `raise` for a new epoch.
 *
 * Each method throws {@link UnavailableError} where a later try may succeed. An error of DynamoDB because of a policy, a
 * name or an item over 400 KB is thrown unchanged.
 */
export function dynamodbLedger(options: DynamodbLedgerOptions): Ledger {
  return new DynamodbLedger(options);
}

class DynamodbLedger implements Ledger {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor({ client, tableName }: DynamodbLedgerOptions) {
    this.#client = client;
    this.#table = tableName;
  }

  async read(key: LedgerKey): Promise<LedgerItem> {
    return decodeItem(await this.#get(partitionKey(key), `read ${placeOf(key)}`));
  }

  async advance(key: LedgerKey, from: LedgerItem, to: LedgerDecision): Promise<LedgerItem> {
    const item = { ...to, epoch: from.epoch, txn: from.txn + 1 };
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: encodeItem(key, item),
      ...unchanged(from),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      await this.#client.send(command);
      return item;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw this.#error(`advance ${placeOf(key)}`, error);
      const stored = decodeItem(error.Item);
      if (stored.attempt === to.attempt) return stored;
      throw fenced(key, from, stored);
    }
  }

  async clearPending(key: LedgerKey, object: string): Promise<void> {
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: partitionKey(key),
      UpdateExpression: 'REMOVE #pending',
      ConditionExpression: '#pending = :object',
      ExpressionAttributeNames: { '#pending': 'pending' },
      ExpressionAttributeValues: { ':object': { S: object } },
    });
    try {
      await this.#client.send(command);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return;
      throw this.#error(`clear pending of ${placeOf(key)}`, error);
    }
  }

  async raiseEpoch(
    key: LedgerKey,
    from: LedgerItem,
    { nextOffset, newestRecordMs }: Pick<LedgerItem, 'nextOffset' | 'newestRecordMs'>,
  ): Promise<LedgerItem> {
    const raise = randomUUID();
    const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = unchanged(from);
    const set = {
      ...nameAttributes(key),
      epoch: number(from.epoch + 1),
      txn: number(from.txn),
      newestRecordMs: number(newestRecordMs),
      raise: { S: raise },
    };
    const offset = nextOffset === null ? {} : { nextOffset: number(nextOffset) };
    const all = Object.entries({ ...set, ...offset });
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: partitionKey(key),
      UpdateExpression:
        `SET ${all.map(([name]) => `#${name} = :new_${name}`).join(', ')}` +
        (nextOffset === null ? ' REMOVE #nextOffset' : ''),
      ConditionExpression,
      ExpressionAttributeNames: {
        ...ExpressionAttributeNames,
        ...Object.fromEntries(all.map(([name]) => [`#${name}`, name])),
        '#nextOffset': 'nextOffset',
      },
      ExpressionAttributeValues: {
        ...ExpressionAttributeValues,
        ...Object.fromEntries(all.map(([name, value]) => [`:new_${name}`, value])),
      },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      return decodeItem((await this.#client.send(command)).Attributes);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw this.#error(`raise ${placeOf(key)}`, error);
      const stored = decodeItem(error.Item);
      if (error.Item?.raise?.S === raise) return stored;
      throw fenced(key, from, stored);
    }
  }

  async keys(): Promise<readonly LedgerKey[]> {
    const keys: LedgerKey[] = [];
    const query = {
      TableName: this.#table,
      ConsistentRead: true,
      FilterExpression: 'attribute_exists(#stage)',
      ProjectionExpression: '#stage, #topic, #partition',
      ExpressionAttributeNames: { '#stage': 'stage', '#topic': 'topic', '#partition': 'partition' },
    };
    try {
      for await (const { Items = [] } of paginateScan({ client: this.#client }, query)) {
        for (const { stage, topic, partition } of Items) {
          keys.push({ stage: stage!.S!, topic: topic!.S!, partition: numberOf(partition)! });
        }
      }
    } catch (error) {
      throw this.#error('list partitions', error);
    }
    return keys.sort(inOrder);
  }

  async #get(Key: ReturnType<typeof partitionKey>, doing: string): Promise<Attributes | undefined> {
    try {
      const { Item } = await this.#client.send(
        new GetItemCommand({ TableName: this.#table, Key, ConsistentRead: true }),
      );
      return Item;
    } catch (error) {
      throw this.#error(doing, error);
    }
  }

  #error(doing: string, error: unknown): Error {
    return awsError(`the ledger on DynamoDB (${this.#table}), ${doing}`, error);
  }
}

/**
 * Returns the condition that the item is unchanged since `from` was read. An item of epoch 0 and number 0 does not
 * exist.
 */
function unchanged({ epoch, txn }: LedgerItem) {
  if (epoch === 0 && txn === 0) {
    return { ConditionExpression: 'attribute_not_exists(#key)', ExpressionAttributeNames: { '#key': 'key' } };
  }
  return {
    ConditionExpression: '#epoch = :epoch AND #txn = :txn',
    ExpressionAttributeNames: { '#epoch': 'epoch', '#txn': 'txn' },
    ExpressionAttributeValues: { ':epoch': number(epoch), ':txn': number(txn) },
  };
}

function fenced(key: LedgerKey, from: LedgerItem, stored: LedgerItem): FencedError {
  return new FencedError(
    `${placeOf(key)}: expected epoch ${from.epoch} and transaction ${from.txn}, ` +
      `stored are ${stored.epoch} and ${stored.txn}`,
  );
}

const placeOf = ({ stage, topic, partition }: LedgerKey): string => `${stage} ${topic}/${partition}`;

function inOrder(a: LedgerKey, b: LedgerKey): number {
  return compareText(a.stage, b.stage) || compareText(a.topic, b.topic) || a.partition - b.partition;
}
