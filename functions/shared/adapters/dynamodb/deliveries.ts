import { setTimeout as delay } from 'node:timers/promises';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { type DeliveryItem, type DeliveryKey, isUnsettled, newDelivery } from '../../domain/delivery.ts';
import { dayMs, secondMs } from '../../domain/durations.ts';
import { UnavailableError } from '../../domain/errors.ts';
import { compareText } from '../../domain/order.ts';
import { newReceiver, type ReceiverRecord } from '../../domain/receiver-record.ts';
import { type Clock, systemClock } from '../../ports/clock.ts';
import type { Change, DeliveryStore } from '../../ports/delivery-store.ts';
import { keptDays } from '../../warehouse/retention.ts';
import { awsError } from '../aws/errors.ts';
import { type Attributes, number, numberOf } from './attributes.ts';

export interface DynamodbDeliveriesOptions {
  readonly client: DynamoDBClient;
  /** The name of a table whose partition key is the text `key`, and whose items expire by `expires`. */
  readonly tableName: string;
  /** @default the clock of the system */
  readonly clock?: Clock;
}

/** A reference to one item of the table, with its name in messages. */
interface StoredItem<Item> {
  readonly key: string;
  readonly name: string;
  readonly fresh: Item;
  readonly attributes: (item: Item) => Record<string, AttributeValue>;
}

/** The limit of tries of one change. More changes by other workers in between are not a race but a defect. */
const triesMax = 20;
/** The longest wait between two tries of one change, in ms. */
const retryMsMax = 50;

/** An item is kept as long as the warehouse keeps its attempts. */
const keptMs = keptDays['offbeat-deliveries'] * dayMs;

/**
 * A store of delivery items and records of receivers on DynamoDB. An item is JSON beside a version: it is read, changed, and
 * written if its version is unchanged.
 */
export class DynamodbDeliveries implements DeliveryStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #clock: Clock;
  /**
   * The last change of each item by this process. Changes by one process wait for each other, so that they do not
   * collide.
   */
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor({ client, tableName, clock = systemClock }: DynamodbDeliveriesOptions) {
    this.#client = client;
    this.#table = tableName;
    this.#clock = clock;
  }

  changeDelivery<Answer>(key: DeliveryKey, change: Change<DeliveryItem, Answer>): Promise<Answer> {
    const { receiver, alertId } = key;
    const place: StoredItem<DeliveryItem> = {
      // An alert's id contains no slash; a receiver's name may.
      key: `${alertId}/${receiver}`,
      name: `${receiver}, alert ${alertId}`,
      fresh: newDelivery(key),
      attributes: (item) => ({
        expires: number(Math.ceil((this.#clock.nowMs() + keptMs) / secondMs)),
        ...(isUnsettled(item) ? { unsettled: { BOOL: true } } : {}),
      }),
    };
    return this.#inTurn(place, change);
  }

  changeReceiver<Answer>(receiver: string, change: Change<ReceiverRecord, Answer>): Promise<Answer> {
    return this.#inTurn(receiverPlace(receiver), change);
  }

  async receivers(names: readonly string[]): Promise<readonly ReceiverRecord[]> {
    const read = await Promise.all(names.map((name) => this.#read(receiverPlace(name))));
    return read.map(({ item }) => item);
  }

  async unsettled(limit: number): Promise<readonly DeliveryItem[]> {
    const items: DeliveryItem[] = [];
    const query = { TableName: this.#table, FilterExpression: 'unsettled = :true' };
    const values = { ':true': { BOOL: true } };
    try {
      for await (const { Items = [] } of paginateScan(
        { client: this.#client },
        { ...query, ExpressionAttributeValues: values },
      )) {
        items.push(...Items.map((attributes) => JSON.parse(attributes.item!.S!) as DeliveryItem));
        if (items.length >= limit) break;
      }
    } catch (error) {
      throw this.#error('list', error);
    }
    const sorted = items.sort((a, b) => compareText(a.receiver, b.receiver) || compareText(a.alertId, b.alertId));
    return sorted.slice(0, limit);
  }

  #inTurn<Item, Answer>(place: StoredItem<Item>, change: Change<Item, Answer>): Promise<Answer> {
    const before = this.#underWay.get(place.key) ?? Promise.resolve();
    const own = before.then(() => this.#change(place, change));
    const ended = own.catch(() => {});
    this.#underWay.set(place.key, ended);
    void ended.then(() => {
      if (this.#underWay.get(place.key) === ended) this.#underWay.delete(place.key);
    });
    return own;
  }

  async #change<Item, Answer>(place: StoredItem<Item>, change: Change<Item, Answer>): Promise<Answer> {
    for (let tries = 0; tries < triesMax; tries += 1) {
      if (tries > 0) await delay(this.#clock.random() * retryMsMax);
      const { item, version } = await this.#read(place);
      const changed = change(item);
      if (changed.item === undefined || (await this.#write(place, changed.item, version))) return changed.answer;
    }
    throw new UnavailableError(`${place.name}: changed by others ${triesMax} times during one change`);
  }

  async #read<Item>({
    key,
    name,
    fresh,
  }: StoredItem<Item>): Promise<{ readonly item: Item; readonly version: number }> {
    const command = new GetItemCommand({ TableName: this.#table, Key: { key: { S: key } }, ConsistentRead: true });
    let attributes: Attributes | undefined;
    try {
      attributes = (await this.#client.send(command)).Item;
    } catch (error) {
      throw this.#error(name, error);
    }
    const text = attributes?.item?.S;
    return { item: text === undefined ? fresh : JSON.parse(text), version: numberOf(attributes?.version) ?? 0 };
  }

  /** Writes an item. Returns false if another worker wrote it since it was read. */
  async #write<Item>({ key, name, attributes }: StoredItem<Item>, item: Item, version: number): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: { ...attributes(item), key: { S: key }, item: { S: JSON.stringify(item) }, version: number(version + 1) },
      ConditionExpression: version === 0 ? 'attribute_not_exists(#version)' : '#version = :version',
      ExpressionAttributeNames: { '#version': 'version' },
      ...(version === 0 ? {} : { ExpressionAttributeValues: { ':version': number(version) } }),
    });
    try {
      await this.#client.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw this.#error(name, error);
    }
  }

  #error(doing: string, error: unknown): Error {
    return awsError(`the deliveries on DynamoDB (${this.#table}), ${doing}`, error);
  }
}

/**
 * Returns the reference to a receiver's record. No delivery has the same key, because ids of alerts are longer than
 * `receiver`.
 */
const receiverPlace = (receiver: string): StoredItem<ReceiverRecord> => ({
  key: `receiver/${receiver}`,
  name: `receiver ${receiver}`,
  fresh: newReceiver(receiver),
  attributes: () => ({}),
});
