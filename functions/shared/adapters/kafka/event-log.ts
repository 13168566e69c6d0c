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
  /** Ms an `append` may take as a whole. Within a function's time-out, with room to report the failure. */
  readonly deadlineMs?: number;
  readonly clientId?: string;
}

export interface KafkaEventLog extends EventLog {
  /** Ends the connections; what is in flight then fails. */
  close(): Promise<void>;
}

const deadlineMsDefault = 20_000;
/** A broker waits this long for its replicas; the client a little longer for the broker's word. */
const acknowledgeMsMax = 8_000;
const requestTimeoutMs = 10_000;
/**
 * A network forgets a connection that lies idle (AWS after 350 s) without telling either side, and a function that was
 * frozen would not have heard it: what is sent into it is neither acknowledged nor refused.
 */
const idleMsMax = 300_000;
const metadataMsMax = 60_000;

/**
 * Kafka. The connections are kept from call to call. The producer is plain: positions do the deduplication
 * downstream, and the client's idempotent one would try for ever.
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
      // The next call asks anew who leads what: the broker that failed may be the one that no longer does.
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
          // All of it is sent again anyway, so the other partitions stop at their next chunk.
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
    // To ask twice is harmless, so here the client may.
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

/** @throws {UnavailableError} for the first partition there is not: the client would put its records into another */
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
