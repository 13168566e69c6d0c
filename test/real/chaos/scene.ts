import { GetQueueAttributesCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { DynamodbDeliveries } from '../../../functions/shared/adapters/dynamodb/deliveries.ts';
import type { KafkaConnection } from '../../../functions/shared/adapters/kafka/connection.ts';
import { type KafkaEventLog, kafkaEventLog } from '../../../functions/shared/adapters/kafka/event-log.ts';
import { createTopics } from '../../../functions/shared/adapters/kafka/topics.ts';
import { openSearchClient } from '../../../functions/shared/adapters/opensearch/client.ts';
import { OpenSearchWarehouse } from '../../../functions/shared/adapters/opensearch/warehouse.ts';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { type DeliveryItem, settledAs } from '../../../functions/shared/domain/delivery.ts';
import { transitionId } from '../../../functions/shared/domain/ids.ts';
import type { Environment } from '../../../functions/shared/environment/variables.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { onePartitionEach, type Topic, topics } from '../../../functions/shared/log/topics.ts';
import type { DeliveryStore } from '../../../functions/shared/ports/delivery-store.ts';
import { GroupsView, groupsOfFlow } from '../../../local/kafka/groups-view.ts';
import { Receiver } from '../../support/sigkill/receiver.ts';
import { startTogether } from '../../support/start-together.ts';
import { dynamodb, newBucket, newFanOut, newQueue, newTable, region, sqs, subscribe } from '../aws.ts';
import { type Documents, documentsOf } from '../documents.ts';
import { KafkaReader } from '../kafka.ts';
import { startKafka } from '../servers/kafka.ts';
import { startOpenSearch } from '../servers/opensearch.ts';
import type { StartedServer } from '../servers/server.ts';
import { ThrottledDynamoDb } from './throttle.ts';

/** The layout, with partitions that the workers share, so that each worker reads some of every stage. */
export const chaosLayout = {
  partitions: { ...onePartitionEach, [topics.beats]: 2, [topics.samples]: 4, [topics.summaries]: 4 },
};

/** The receiver's name in the workers' settings. */
const hook = 'hook';

/** The servers that the workers use and lose, and the observers outside. */
export class Scene {
  readonly kafka: StartedServer;
  readonly search: StartedServer;
  readonly dynamodb: ThrottledDynamoDb;
  readonly receiver: Receiver;
  readonly log: KafkaEventLog;
  readonly env: Environment;
  /** The deliveries that were received although their acknowledgement had been recorded. */
  readonly afterAcknowledgement: string[] = [];
  /** The transitions that the receiver answered with 204. */
  readonly taken = new Set<string>();
  /** Shows whether the receiver answers 503 to everything. */
  isReceiverAway = false;
  /** The deliveries that it answered with 503. */
  turnedAway = 0;
  /** A function that is called when a delivery is received, before it is answered. */
  onDelivery: (id: string) => void = () => {};
  readonly #connection: KafkaConnection;
  readonly #deliveries: DeliveryStore;
  readonly #groups: GroupsView;
  readonly #queueUrl: string;
  readonly #witnessUrl: string;

  private constructor(parts: Awaited<ReturnType<typeof startAll>>) {
    const { kafka, search, proxy, proxyEndpoint, fanOut, witnessUrl, tables, bucket } = parts;
    this.kafka = kafka;
    this.#connection = { brokers: [kafka.address] };
    this.search = search;
    this.dynamodb = proxy;
    this.receiver = new Receiver((id, body) => this.#judge(id, body));
    this.log = kafkaEventLog(this.#connection, { clientId: 'feeder' });
    this.#deliveries = new DynamodbDeliveries({ client: dynamodb, tableName: tables.deliveries });
    this.#groups = new GroupsView(this.#connection, groupsOfFlow());
    this.#queueUrl = fanOut.queueUrl;
    this.#witnessUrl = witnessUrl;
    this.env = {
      AWS_REGION: region,
      OFFBEAT_KAFKA_BROKERS: kafka.address,
      OFFBEAT_KAFKA_SESSION: '3s',
      OFFBEAT_OPENSEARCH_URL: search.address,
      OFFBEAT_DYNAMODB_ENDPOINT: proxyEndpoint,
      OFFBEAT_LEDGER_TABLE: tables.ledger,
      OFFBEAT_DELIVERIES_TABLE: tables.deliveries,
      OFFBEAT_OBJECTS_BUCKET: bucket,
      OFFBEAT_ALERT_TOPIC_ARN: fanOut.topicArn,
      OFFBEAT_QUEUE_URL: fanOut.queueUrl,
      OFFBEAT_DEAD_LETTERS_URL: fanOut.deadLettersUrl,
      OFFBEAT_ATTEMPTS_QUEUE_URL: fanOut.attemptsUrl,
      OFFBEAT_CHAOS_SECRET: this.receiver.secret,
    };
  }

  static async open(): Promise<Scene> {
    return new Scene(await startAll());
  }

  /** Returns whether nothing is left to do: in the topics, in the queue, at the receivers. */
  async isQuiet(): Promise<boolean> {
    return (await this.#groups.isSettled()) && (await this.#isQueueEmpty());
  }

  /** Returns what the warehouse contains. */
  async documents(): Promise<Documents> {
    const client = await openSearchClient({ url: this.search.address });
    try {
      await client.indices.refresh({ index: 'offbeat-*' });
      return await documentsOf(new OpenSearchWarehouse(client));
    } finally {
      await client.close();
    }
  }

  /** Returns the records of all partitions of a topic. */
  async records(topic: Topic): Promise<readonly LogRecord[]> {
    const reader = new KafkaReader(this.#connection);
    const partitions = Array.from({ length: chaosLayout.partitions[topic] }, (_, partition) => partition);
    try {
      return (await Promise.all(partitions.map((partition) => reader.read(topic, partition)))).flat();
    } finally {
      await reader.close();
    }
  }

  /** Returns the deliveries that wait or were given up. */
  unsettled(): Promise<readonly DeliveryItem[]> {
    return this.#deliveries.unsettled(1_000);
  }

  /** Returns the alerts that a second subscriber of the SNS topic received, each text as it was. */
  async published(): Promise<readonly string[]> {
    const texts: string[] = [];
    for (;;) {
      const receive = { QueueUrl: this.#witnessUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 3_600 };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive));
      if (Messages.length === 0) return texts;
      texts.push(...Messages.map(alertText));
    }
  }

  async close(): Promise<void> {
    this.receiver.close();
    this.dynamodb.close();
    await Promise.all([this.log.close(), this.#groups.close()]);
    await Promise.all([this.kafka.close(), this.search.close()]);
  }

  /** Refuses every third delivery at first, as a receiver does at times. */
  async #judge(id: string, body: string): Promise<number> {
    const { id: alertId, revision, firstPageRevision } = (JSON.parse(body) as { data: Alert }).data;
    const item = await this.#deliveries.changeDelivery({ receiver: hook, alertId }, (known) => ({ answer: known }));
    const settled = settledAs(item, revision, firstPageRevision);
    if (settled !== undefined) this.afterAcknowledgement.push(id);
    if (this.isReceiverAway) {
      this.turnedAway += 1;
      return 503;
    }
    const { received } = this.receiver;
    const isRefused = received.size % 3 === 0 && received.get(id)?.length === 1;
    if (isRefused) return 503;
    this.taken.add(transitionId(alertId, revision));
    this.onDelivery(id);
    return 204;
  }

  async #isQueueEmpty(): Promise<boolean> {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const command = new GetQueueAttributesCommand({ QueueUrl: this.#queueUrl, AttributeNames: [...names] });
    const { Attributes } = await sqs.send(command);
    return names.every((name) => Attributes?.[name] === '0');
  }
}

async function startAll() {
  const [kafka, search, fanOut, witnessUrl, ledger, deliveries, bucket] = await startTogether([
    startKafka(),
    startOpenSearch(),
    newFanOut(),
    newQueue('witness'),
    newTable('ledger'),
    newTable('deliveries'),
    newBucket(),
  ]);
  await createTopics({ brokers: [kafka.address] }, chaosLayout.partitions);
  await subscribe(fanOut.topicArn, witnessUrl);
  const proxy = new ThrottledDynamoDb(process.env.OFFBEAT_DYNAMODB_ENDPOINT!);
  const proxyEndpoint = await proxy.listen();
  const tables = { ledger, deliveries };
  return { kafka, search, fanOut, witnessUrl, bucket, proxy, proxyEndpoint, tables };
}

const alertText = ({ Body }: Message): string => JSON.parse(Body!).Message;
