import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { UnavailableError } from '../../domain/errors.ts';
import { compareText } from '../../domain/order.ts';
import {
  type Claim,
  type ClaimRequest,
  claimRefusal,
  type Deliveries,
  type DeliveryItem,
  nobody,
} from '../../ports/deliveries.ts';
import { awsError } from '../aws/errors.ts';
import { number } from './attributes.ts';
import { decodeDelivery, deliveryKey, type StoredDelivery } from './delivery-item.ts';

export interface DynamodbDeliveriesOptions {
  readonly client: DynamoDBClient;
  /** Of a table whose partition key is the text `key`. */
  readonly tableName: string;
}

/** One conditional write to one item. */
interface Change {
  readonly update: string;
  readonly condition?: string;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

type Outcome = { readonly done: StoredDelivery } | { readonly refusedBy: StoredDelivery };

/** More than this many changes by others between our tries is no race but a defect. */
const claimTriesMax = 10;

const leaseIsOurs = 'leaseOwner = :owner';
const isNewest = '(attribute_not_exists(acknowledged) OR acknowledged < :revision)';
const endOfLease = 'REMOVE leaseOwner, leaseUntilMs';

/**
 * Delivery items on DynamoDB. A verb is one conditional write; where its condition fails, the stored item, which comes
 * with the refusal, tells why, or which other write it takes.
 *
 * Every verb throws {@link UnavailableError} where a later try may succeed. A failed try whose answer was lost may be
 * counted twice, which only ends the waiting one step sooner.
 */
export function dynamodbDeliveries(options: DynamodbDeliveriesOptions): Deliveries {
  return new DynamodbDeliveries(options);
}

class DynamodbDeliveries implements Deliveries {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor({ client, tableName }: DynamodbDeliveriesOptions) {
    this.#client = client;
    this.#table = tableName;
  }

  async claim(request: ClaimRequest): Promise<Claim> {
    const { receiver, alertId } = request;
    // A new revision is what comes most often; what is stored is only known by trying.
    let isHighest = true;
    for (let tries = 0; tries < claimTriesMax; tries += 1) {
      const outcome = await this.#write(receiver, alertId, claimOf(request, isHighest));
      if ('done' in outcome) return 'claimed';
      const refusal = claimRefusal(request, outcome.refusedBy);
      if (refusal !== undefined) return refusal;
      isHighest = request.revision > outcome.refusedBy.claimedRevision;
    }
    throw new UnavailableError(`${receiver}, alert ${alertId}: changed ${claimTriesMax} times during one claim`);
  }

  async acknowledge(receiver: string, alertId: string, revision: number, owner: string): Promise<void> {
    const values = { ':revision': number(revision) };
    const update = 'SET acknowledged = :revision';
    const outcome = await this.#write(receiver, alertId, {
      update: `${update} ${endOfLease}`,
      condition: `${leaseIsOurs} AND ${isNewest}`,
      values: { ...values, ':owner': { S: owner } },
    });
    if ('done' in outcome) return;
    const { acknowledgedRevision, lease } = outcome.refusedBy;
    if (acknowledgedRevision < revision) {
      await this.#write(receiver, alertId, { update, condition: isNewest, values });
    } else if (lease?.owner === owner) {
      const onlyLease = { update: endOfLease, condition: leaseIsOurs, values: { ':owner': { S: owner } } };
      await this.#write(receiver, alertId, onlyLease);
    }
  }

  async release(receiver: string, alertId: string, owner: string): Promise<number> {
    const update = 'SET attempts = if_not_exists(attempts, :zero) + :one';
    const values = { ':zero': number(0), ':one': number(1) };
    return (await this.#endLease(receiver, alertId, owner, { update, values })).attempts;
  }

  async giveUp(receiver: string, alertId: string, revision: number, owner: string): Promise<void> {
    const values = { ':revisions': { NS: [String(revision)] } };
    await this.#endLease(receiver, alertId, owner, { update: 'ADD givenUp :revisions', values });
  }

  async list(): Promise<readonly DeliveryItem[]> {
    const items: DeliveryItem[] = [];
    try {
      const query = { TableName: this.#table, ConsistentRead: true };
      for await (const { Items = [] } of paginateScan({ client: this.#client }, query)) {
        for (const attributes of Items) {
          const { receiver, alertId, acknowledgedRevision, givenUpRevision, attempts } = decodeDelivery(attributes);
          items.push({ receiver, alertId, acknowledgedRevision, givenUpRevision, attempts });
        }
      }
    } catch (error) {
      throw this.#error('list', error);
    }
    return items.sort((a, b) => compareText(a.receiver, b.receiver) || compareText(a.alertId, b.alertId));
  }

  /** Makes a change that holds in any case, and ends the lease if it is still this owner's. */
  async #endLease(receiver: string, alertId: string, owner: string, change: Change): Promise<StoredDelivery> {
    const ending = { update: `${change.update} ${endOfLease}`, condition: leaseIsOurs };
    const values = { ...change.values, ':owner': { S: owner } };
    const ended = await this.#write(receiver, alertId, { ...ending, values });
    if ('done' in ended) return ended.done;
    // The lease cannot become ours in between: only this owner's own claim could make it so.
    const changed = await this.#write(receiver, alertId, change);
    return 'done' in changed ? changed.done : changed.refusedBy;
  }

  async #write(receiver: string, alertId: string, { update, condition, values }: Change): Promise<Outcome> {
    // Named in every write, because any may be the first of its item.
    const names = 'receiver = :receiver, alertId = :alert';
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: deliveryKey(receiver, alertId),
      UpdateExpression: update.startsWith('SET ') ? update.replace('SET ', `SET ${names}, `) : `SET ${names} ${update}`,
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
      ExpressionAttributeValues: { ...values, ':receiver': { S: receiver }, ':alert': { S: alertId } },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      return { done: decodeDelivery((await this.#client.send(command)).Attributes) };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { refusedBy: decodeDelivery(error.Item) };
      throw this.#error(`${receiver}, alert ${alertId}`, error);
    }
  }

  #error(doing: string, error: unknown): Error {
    return awsError(`the deliveries on DynamoDB (${this.#table}), ${doing}`, error);
  }
}

/**
 * The write that takes the lease, under the very conditions of {@link claimRefusal}, and that `revision` is the highest claimed
 * so far, or is not.
 */
function claimOf({ revision, owner, nowMs, leaseMs, evenIfGivenUp }: ClaimRequest, isHighest: boolean): Change {
  const lease = 'leaseOwner = :owner, leaseUntilMs = :until';
  const isFree = `attribute_not_exists(leaseOwner) OR leaseUntilMs <= :now OR ${leaseIsOurs}`;
  const conditions = [
    isNewest,
    ...(evenIfGivenUp ? [] : ['NOT contains(givenUp, :revision)']),
    isHighest ? '(attribute_not_exists(claimed) OR claimed < :revision)' : 'claimed >= :revision',
    isHighest ? `(${isFree} OR leaseOwner = :nobody)` : `(${isFree})`,
  ];
  return {
    update: isHighest ? `SET ${lease}, claimed = :revision, attempts = :zero` : `SET ${lease}`,
    condition: conditions.join(' AND '),
    values: {
      ':revision': number(revision),
      ':owner': { S: owner },
      ':now': number(nowMs),
      ':until': number(nowMs + leaseMs),
      ...(isHighest ? { ':nobody': { S: nobody }, ':zero': number(0) } : {}),
    },
  };
}
