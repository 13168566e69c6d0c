import type { Client } from '@opensearch-project/opensearch';
import { Admin, Consumer, MessagesStreamModes } from '@platformatic/kafka';
import { clientOptions, type KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { type KafkaEventLog, kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { chunkActionsMax, chunkBytesMax } from '../../functions/shared/adapters/opensearch/bulk.ts';
import type { Timed } from '../measure.ts';

/** The name of the topic, the group and the index. */
const name = 'bench-plain-loop';
const requestTimeoutMs = 10_000;

/** A plain loop as a peer: it reads documents from Kafka, parses them and stores them in OpenSearch, with the flow's clients. */
export class PlainLoop {
  readonly #log: KafkaEventLog;
  readonly #consumer: Consumer;
  readonly #search: Client;
  #nextOffset = 0;

  private constructor(connection: KafkaConnection, search: Client) {
    this.#log = kafkaEventLog(connection);
    this.#consumer = new Consumer({
      ...clientOptions(connection, name, requestTimeoutMs),
      groupId: name,
      autocommit: false,
    });
    this.#search = search;
  }

  static async open(connection: KafkaConnection, search: Client): Promise<PlainLoop> {
    await createTopic(connection);
    return new PlainLoop(connection, search);
  }

  /** Measures the time from appending the documents to Kafka until OpenSearch has acknowledged the last of them. */
  async run(lines: readonly string[]): Promise<Timed> {
    const beganMs = performance.now();
    const records = lines.map((line) => ({
      topic: name,
      partition: 0,
      key: null,
      value: Buffer.from(line),
      headers: {},
    }));
    await Promise.all([this.#log.append(records), this.#store(lines.length)]);
    return { tookMs: performance.now() - beganMs };
  }

  async #store(count: number): Promise<void> {
    const end = this.#nextOffset + count;
    const offsets = [{ topic: name, partition: 0, offset: BigInt(this.#nextOffset) }];
    const stream = await this.#consumer.consume({ topics: [name], mode: MessagesStreamModes.MANUAL, offsets });
    let body = '';
    let actions = 0;
    for await (const { value } of stream) {
      body += `{"create":{}}\n${JSON.stringify(JSON.parse(value.toString()))}\n`;
      actions += 1;
      this.#nextOffset += 1;
      const isLast = this.#nextOffset === end;
      if (actions < chunkActionsMax && body.length < chunkBytesMax && !isLast) continue;
      await this.#write(body);
      if (isLast) break;
      body = '';
      actions = 0;
    }
  }

  async #write(bulkBody: string): Promise<void> {
    const { body } = await this.#search.transport.request({
      method: 'POST',
      path: `/${name}/_bulk`,
      bulkBody,
      querystring: { filter_path: 'errors' },
    });
    if ((body as { readonly errors: boolean }).errors) throw new Error('OpenSearch refused what the plain loop wrote');
  }

  async close(): Promise<void> {
    await Promise.all([this.#log.close(), this.#consumer.close()]);
  }
}

async function createTopic(connection: KafkaConnection): Promise<void> {
  const admin = new Admin({ ...clientOptions(connection, name, requestTimeoutMs), retries: 10, retryDelay: 200 });
  try {
    await admin.createTopics({ topics: [name], partitions: 1, replicas: 1 });
  } finally {
    await admin.close();
  }
}
