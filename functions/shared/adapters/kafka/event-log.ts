import { Admin, ListOffsetTimestamps, type MessageToProduce, ProduceAcks, Producer } from '@platformatic/kafka';
import { UnavailableError } from '../../domain/errors.ts';
import type { OutgoingRecord } from '../../log/record.ts';
import { messageBytesMax } from '../../log/topics.ts';
import type { EventLog, RefusedAppend } from '../../ports/event-log.ts';
import { byPartition, chunksOf, type Indexed } from './chunks.ts';
import { clientOptions, type KafkaConnection, withDeadline } from './connection.ts';
import { unavailable } from './errors.ts';
import { sendPartition } from './send-partition.ts';

type Client = Producer<string, Buffer, string, string>;

export interface KafkaEventLogOptions {
  /**
   * The time limit of a whole `append`, in ms. It must be less than a function's time-out, so that the failure is reported.
   * @default 20,000
   */
  readonly deadlineMs?: number;
  readonly clientId?: string;
}

/** An event log that can be closed. */
export interface KafkaEventLog extends EventLog {
  /** Closes the connections. Requests in flight fail. */
  close(): Promise<void>;
}

const deadlineMsDefault = 20_000;
/** The time that a broker waits for its replicas, in ms. The client waits a little longer for the broker's answer. */
const acknowledgeMsMax = 8_000;
const requestTimeoutMs = 10_000;
/**
 * The time after which an idle connection is not used again, in ms. A network drops an idle connection (AWS after 350 s)
 * without notice to either side; a request on it would get neither an acknowledgement nor an error.
 */
const idleMsMax = 300_000;
const metadataMsMax = 60_000;

/**
 * Returns the event log on Kafka. Connections are kept between calls. The producer is not idempotent: readers drop
 * repeats by their positions, and the client's idempotent producer would retry without end.
 * @see docs/decisions/0009-a-plain-producer.md
 */
export function kafkaEventLog(connection: KafkaConnection, options: KafkaEventLogOptions = {}): KafkaEventLog {
  return new ProducingLog(connection, options);
}

class ProducingLog implements KafkaEventLog {
  readonly #connection: KafkaConnection;
  readonly #deadlineMs: number;
  readonly #clientId: string;
  #producer: Client | undefined;
  #admin: Admin | undefined;
  #usedAtMs = 0;
  #appends = 0;

  constructor(connection: KafkaConnection, { deadlineMs, clientId }: KafkaEventLogOptions) {
    this.#connection = connection;
    this.#deadlineMs = deadlineMs ?? deadlineMsDefault;
    this.#clientId = clientId ?? 'offbeat';
  }

  async append(records: readonly OutgoingRecord[]): Promise<readonly RefusedAppend[]> {
    if (records.length === 0) return [];
    const endsAtMs = performance.now() + this.#deadlineMs;
    const producer = this.#openProducer();
    this.#appends += 1;
    try {
      return await this.#append(producer, records, endsAtMs);
    } catch (error) {
      // The next call requests the leaders again, because the broker that failed may no longer lead.
      producer.clearMetadata();
      throw unavailable('Kafka: append', error);
    } finally {
      this.#appends -= 1;
      this.#usedAtMs = performance.now();
    }
  }

  async #append(
    producer: Client,
    records: readonly OutgoingRecord[],
    endsAtMs: number,
  ): Promise<readonly RefusedAppend[]> {
    const leftMs = () => endsAtMs - performance.now();
    await withDeadline(checkPartitions(producer, records), leftMs(), 'Kafka: no metadata');
    const { fitting, refused } = bySize(records);
    let failed: unknown;
    const mayGoOn = () => {
      if (failed !== undefined) throw failed;
      if (leftMs() <= 0) throw new UnavailableError(`Kafka: append: not acknowledged within ${this.#deadlineMs} ms`);
    };
    const send = (chunk: readonly Indexed[]) => {
      const { topic, partition } = chunk[0]!.record;
      return withDeadline(sendChunk(producer, chunk), leftMs(), `Kafka: ${topic}/${partition} did not acknowledge`);
    };
    const settled = await Promise.allSettled(
      byPartition(fitting).map(async (ofPartition) => {
        try {
          return await sendPartition(chunksOf(ofPartition), send, mayGoOn);
        } catch (error) {
          // All records are sent again anyway, so the other partitions stop before their next chunk.
          const { topic, partition } = ofPartition[0]!.record;
          failed ??= unavailable(`Kafka: append to ${topic}/${partition}`, error);
          throw failed;
        }
      }),
    );
    if (failed !== undefined) throw failed;
    const byBroker = settled.flatMap((partition) => (partition.status === 'fulfilled' ? partition.value : []));
    return [...refused, ...byBroker].sort((a, b) => a.index - b.index);
  }

  async earliestOffset(topic: string, partition: number): Promise<number> {
    // A second request is harmless here, so the client may retry.
    this.#admin ??= new Admin({
      ...clientOptions(this.#connection, `${this.#clientId}-offsets`, requestTimeoutMs),
      retries: 2,
      retryDelay: 200,
    });
    const partitions = [{ partitionIndex: partition, timestamp: ListOffsetTimestamps.EARLIEST }];
    const what = `Kafka: the first offset of ${topic}/${partition}`;
    try {
      const listed = this.#admin.listOffsets({ topics: [{ name: topic, partitions }] });
      const [found] = await withDeadline(listed, this.#deadlineMs, `${what}: no answer`);
      return Number(found!.partitions[0]!.offset);
    } catch (error) {
      throw unavailable(what, error);
    }
  }

  async close(): Promise<void> {
    const clients = [this.#producer, this.#admin];
    this.#producer = undefined;
    this.#admin = undefined;
    await Promise.all(clients.map((client) => client?.close()));
  }

  #openProducer(): Client {
    const idle = this.#appends === 0 && performance.now() - this.#usedAtMs > idleMsMax;
    if (this.#producer !== undefined && idle) {
      void this.#producer.close().catch(() => {});
      this.#producer = undefined;
    }
    this.#producer ??= new Producer({
      ...clientOptions(this.#connection, this.#clientId, requestTimeoutMs),
      timeout: acknowledgeMsMax,
      metadataMaxAge: metadataMsMax,
      idempotent: false,
      serializers: { key: utf8, headerKey: utf8, headerValue: utf8 },
    });
    return this.#producer;
  }
}

const utf8 = (text: string | undefined): Buffer | undefined => (text === undefined ? undefined : Buffer.from(text));

/**
 * Checks that all partitions exist. Without it, the client would append records of a missing partition to another one.
 * @throws {UnavailableError} naming the first partition that does not exist
 */
async function checkPartitions(producer: Client, records: readonly OutgoingRecord[]): Promise<void> {
  const wanted = new Set(records.map(({ topic }) => topic));
  const { topics } = await producer.metadata({ topics: [...wanted] });
  for (const { topic, partition } of records) {
    if (topics.get(topic)?.partitions[partition] === undefined) {
      throw new UnavailableError(`Kafka: there is no partition ${topic}/${partition}`);
    }
  }
}

/** The size limit of each topic; a topic that is not Offbeat's has none here, and the broker decides. */
const bytesMaxOf: Readonly<Record<string, number>> = messageBytesMax;

function bySize(records: readonly OutgoingRecord[]): { fitting: Indexed[]; refused: RefusedAppend[] } {
  const fitting: Indexed[] = [];
  const refused: RefusedAppend[] = [];
  for (const [index, record] of records.entries()) {
    const bytesMax = bytesMaxOf[record.topic];
    if (bytesMax !== undefined && record.value.length > bytesMax) refused.push({ index, reason: 'message too large' });
    else fitting.push({ index, record });
  }
  return { fitting, refused };
}

async function sendChunk(producer: Client, chunk: readonly Indexed[]): Promise<void> {
  await producer.send({ messages: chunk.map(({ record }) => messageOf(record)), acks: ProduceAcks.ALL });
}

function messageOf({
  topic,
  partition,
  key,
  value,
  headers,
}: OutgoingRecord): MessageToProduce<string, Buffer, string, string> {
  return { topic, partition, value, headers, ...(key === null ? {} : { key }) };
}
