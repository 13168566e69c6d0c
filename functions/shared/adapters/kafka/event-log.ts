import { Admin, ListOffsetTimestamps, type MessageToProduce, ProduceAcks, Producer } from '@platformatic/kafka';
import { UnavailableError } from '../../domain/errors.ts';
import { type KafkaNames, kafkaNames } from '../../log/kafka-names.ts';
import type { OutgoingRecord } from '../../log/record.ts';
import { messageBytesMax } from '../../log/topics.ts';
import type { EventLog, RecordCounts, RefusedAppend } from '../../ports/event-log.ts';
import { byPartition, chunksOf, type Indexed } from './chunks.ts';
import { clientOptions, type KafkaConnection, withDeadline } from './connection.ts';
import { unavailable } from './errors.ts';
import { untilConnected } from './reconnect.ts';
import { sendPartition } from './send-partition.ts';
import { elapsedMs, lateMs, type Moment, momentNow, noticeClosed } from './thaw.ts';

type Client = Producer<string, Buffer, string, string>;

export interface KafkaEventLogOptions {
  /**
   * The time limit of a whole `append`, in ms. It must be less than a function's time-out, so that the failure is reported.
   * @default 20,000
   */
  readonly deadlineMs?: number;
  readonly clientId?: string;
  /**
   * The time by which timers of the client may be late after freezes, in ms. It must be less than the part of a log-in that
   * is left when the client renews it by a timer: the last fifth, of 15 minutes on MSK.
   * @default 120,000
   */
  readonly lateMsMax?: number;
}

/** An event log that can be closed. */
export interface KafkaEventLog extends EventLog, RecordCounts {
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
const lateMsMaxDefault = 120_000;
/** The time without an append, in ms, after which the environment may have been frozen. */
const restMsMin = 1_000;

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
  readonly #names: KafkaNames;
  readonly #deadlineMs: number;
  readonly #clientId: string;
  readonly #lateMsMax: number;
  #producer: Client | undefined;
  #admin: Admin | undefined;
  #openedAt: Moment = momentNow();
  #usedAt: Moment = momentNow();
  #appends = 0;

  constructor(connection: KafkaConnection, { deadlineMs, clientId, lateMsMax }: KafkaEventLogOptions) {
    this.#connection = connection;
    this.#names = kafkaNames(connection.prefix);
    this.#deadlineMs = deadlineMs ?? deadlineMsDefault;
    this.#clientId = clientId ?? 'offbeat';
    this.#lateMsMax = lateMsMax ?? lateMsMaxDefault;
  }

  async append(records: readonly OutgoingRecord[]): Promise<readonly RefusedAppend[]> {
    if (records.length === 0) return [];
    const endsAtMs = performance.now() + this.#deadlineMs;
    if (this.#appends === 0 && elapsedMs(this.#usedAt, momentNow()) > restMsMin) await noticeClosed();
    const producer = this.#openProducer();
    this.#appends += 1;
    try {
      return await this.#append(producer, onBrokers(records, this.#names), endsAtMs);
    } catch (error) {
      // The next call requests the leaders again, because the broker that failed may no longer lead.
      producer.clearMetadata();
      throw unavailable('Kafka: append', error);
    } finally {
      this.#appends -= 1;
      this.#usedAt = momentNow();
    }
  }

  async #append(
    producer: Client,
    records: readonly OutgoingRecord[],
    endsAtMs: number,
  ): Promise<readonly RefusedAppend[]> {
    const leftMs = () => endsAtMs - performance.now();
    // Only the connecting is repeated, in the first half of the time: the rest is for the records, which are sent once.
    const connectEndsAtMs = endsAtMs - this.#deadlineMs / 2;
    const connecting = untilConnected(() => connectToLeaders(producer, records), connectEndsAtMs);
    await withDeadline(connecting, leftMs(), 'Kafka: no metadata');
    const { fitting, refused } = bySize(records, this.#names);
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

  earliestOffset(logical: string, partition: number): Promise<number> {
    return this.#offsetAt(logical, partition, ListOffsetTimestamps.EARLIEST);
  }

  async countSince(logical: string, partition: number, sinceMs: number): Promise<number> {
    const first = await this.#offsetAt(logical, partition, BigInt(sinceMs));
    // Asked afterwards, so that it is never below the first one.
    return first < 0 ? 0 : (await this.#offsetAt(logical, partition, ListOffsetTimestamps.LATEST)) - first;
  }

  /** Returns the offset of the first record that is not older than a time, or of a named place; -1 if there is none. */
  async #offsetAt(logical: string, partition: number, timestamp: bigint): Promise<number> {
    const topic = this.#names.topic(logical);
    // A second request is harmless here, so the client may retry.
    this.#admin ??= new Admin({
      ...clientOptions(this.#connection, `${this.#clientId}-offsets`, requestTimeoutMs),
      retries: 2,
      retryDelay: 200,
    });
    const partitions = [{ partitionIndex: partition, timestamp }];
    const what = `Kafka: an offset of ${topic}/${partition}`;
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
    const now = momentNow();
    const isOver = elapsedMs(this.#usedAt, now) > idleMsMax || lateMs(this.#openedAt, now) > this.#lateMsMax;
    if (this.#producer !== undefined && this.#appends === 0 && isOver) {
      void this.#producer.close().catch(() => {});
      this.#producer = undefined;
    }
    if (this.#producer === undefined) this.#openedAt = now;
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
 * Checks that all partitions exist, and connects to their leaders. Without the check, the client would append records of
 * a missing partition to another one.
 * @throws {UnavailableError} naming the first partition that does not exist
 */
async function connectToLeaders(producer: Client, records: readonly OutgoingRecord[]): Promise<void> {
  const wanted = new Set(records.map(({ topic }) => topic));
  const { topics } = await producer.metadata({ topics: [...wanted] });
  const leaders = new Set<number>();
  for (const { topic, partition } of records) {
    const found = topics.get(topic)?.partitions[partition];
    if (found === undefined) throw new UnavailableError(`Kafka: there is no partition ${topic}/${partition}`);
    leaders.add(found.leader);
  }
  await producer.connectToBrokers([...leaders]);
}

/** Returns the records with the names of their topics on the brokers. */
function onBrokers(records: readonly OutgoingRecord[], names: KafkaNames): readonly OutgoingRecord[] {
  if (names.prefix === undefined) return records;
  return records.map((record) => ({ ...record, topic: names.topic(record.topic) }));
}

/** Divides records by the size limit of their topics. A topic that is not Offbeat's has none, and the broker decides. */
function bySize(
  records: readonly OutgoingRecord[],
  names: KafkaNames,
): { fitting: Indexed[]; refused: RefusedAppend[] } {
  const fitting: Indexed[] = [];
  const refused: RefusedAppend[] = [];
  for (const [index, record] of records.entries()) {
    const topic = names.logicalTopic(record.topic);
    const bytesMax = topic && messageBytesMax[topic];
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
