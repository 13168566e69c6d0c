import { setTimeout as delay } from 'node:timers/promises';
import { Consumer, FetchIsolationLevels, type fetchV17, ListOffsetTimestamps } from '@platformatic/kafka';
import { clientOptions, type KafkaConnection, withDeadline } from '../../functions/shared/adapters/kafka/connection.ts';
import { unavailable } from '../../functions/shared/adapters/kafka/errors.ts';
import { messageBytesMax, type Topic } from '../../functions/shared/log/topics.ts';
import { type Backoff, backoffMs } from '../../functions/shared/time/backoff.ts';
import { decodeBatches } from './decode.ts';
import type { PartitionBuffer } from './partition-buffer.ts';

export interface FetcherOptions {
  readonly connection: KafkaConnection;
  readonly clientId: string;
  readonly groupId: string;
  readonly topics: readonly string[];
  /** The partitions to read, as they are now. */
  readonly buffers: () => Iterable<PartitionBuffer>;
  /** The end of a partition, as the broker told it with what was fetched. */
  readonly onEnd: (topic: string, partition: number, endOffset: number) => void;
  /** Records came. */
  readonly onRecords: () => void;
  /** The broker does not hold the offset that is next for the group. */
  readonly onOutOfRange: (buffer: PartitionBuffer) => void;
  /** The topic was deleted and made again: no offset of the buffer means anything in it. */
  readonly onTopicRecreated: (buffer: PartitionBuffer) => void;
  readonly onError: (error: unknown) => void;
}

/** A broker with nothing new answers after this, and what got hungry in the meantime is asked for then. Ms. */
const waitMsMax = 100;
const requestTimeoutMs = 10_000;
const backoff: Backoff = { firstMs: 200, maxMs: 5_000, jitter: 0 };
/** More than the largest batch of a topic, which a broker would not send otherwise. */
const roomBytes = 1_000_000;
const fetchBytesMax = 50_000_000;

/** The protocol's code. */
const offsetOutOfRange = 1;

type FetchResponse = fetchV17.FetchResponse;

/**
 * Keeps the buffers of one group's partitions filled. It is no member of the group: it has a client of its own,
 * because brokers answer the requests of one connection in turn, and a fetch that waits would hold up heartbeats.
 */
export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #client: Consumer;
  /** Brokers with a fetch under way: one for each, so that none waits for another that has nothing. */
  readonly #busy = new Map<number, Promise<void>>();
  /** The id of the topic that a buffer was filled from first: one that is made anew has another. */
  readonly #topicIds = new WeakMap<PartitionBuffer, string>();
  #planning: Promise<void> | undefined;
  #planAgain = false;
  readonly #closed = new AbortController();
  /** In a row. */
  #failures = 0;

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.#client = new Consumer({
      ...clientOptions(options.connection, options.clientId, requestTimeoutMs),
      groupId: options.groupId,
      autocommit: false,
    });
    this.#client.topics.trackAll(...options.topics);
  }

  /** Begins to fetch what is hungry now; to be called when a buffer came, or got room. */
  wake(): void {
    this.#planAgain = true;
    this.#planning ??= this.#plan().finally(() => {
      this.#planning = undefined;
    });
  }

  /**
   * The first offset still held, and the one the next record gets, of each partition.
   * @throws {UnavailableError} if the brokers do not answer
   */
  async bounds(
    topic: string,
    partitions: readonly number[],
  ): Promise<ReadonlyMap<number, { readonly earliest: number; readonly end: number }>> {
    const list = async (timestamp: bigint) => {
      const options = { topics: [topic], partitions: { [topic]: [...partitions] }, timestamp };
      const listed = this.#client.listOffsets(options);
      return (await withDeadline(listed, requestTimeoutMs, `Kafka: no offsets of ${topic}`)).get(topic)!;
    };
    try {
      const [earliest, end] = await Promise.all([
        list(ListOffsetTimestamps.EARLIEST),
        list(ListOffsetTimestamps.LATEST),
      ]);
      return new Map(
        partitions.map((partition) => [
          partition,
          { earliest: Number(earliest[partition]), end: Number(end[partition]) },
        ]),
      );
    } catch (error) {
      throw unavailable(`Kafka: the offsets of ${topic}`, error);
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#planning;
    await Promise.all(this.#busy.values());
    await this.#client.close();
  }

  async #plan(): Promise<void> {
    while (this.#planAgain && !this.#closed.signal.aborted) {
      this.#planAgain = false;
      try {
        await this.#fetchHungry();
      } catch (error) {
        await this.#backOff(error);
        this.#planAgain = true;
      }
    }
  }

  async #fetchHungry(): Promise<void> {
    const hungry = [...this.#options.buffers()].filter((buffer) => buffer.needsRecords);
    if (hungry.length === 0) return;
    const { topics } = await this.#client.metadata({ topics: [...this.#options.topics] });
    const byNode = Map.groupBy(
      hungry.filter((buffer) => this.#isOf(topics.get(buffer.topic)?.id, buffer)),
      ({ topic, partition }) => topics.get(topic)?.partitions[partition]?.leader ?? -1,
    );
    for (const [node, buffers] of byNode) {
      if (this.#busy.has(node)) continue;
      const fetching = this.#fetch(node, buffers, (topic) => topics.get(topic)!.id).finally(() => {
        this.#busy.delete(node);
        this.wake();
      });
      this.#busy.set(node, fetching);
    }
  }

  #isOf(topicId: string | undefined, buffer: PartitionBuffer): boolean {
    if (topicId === undefined) return true;
    const before = this.#topicIds.get(buffer) ?? topicId;
    this.#topicIds.set(buffer, before);
    if (before === topicId) return true;
    this.#options.onTopicRecreated(buffer);
    return false;
  }

  async #fetch(node: number, buffers: readonly PartitionBuffer[], idOf: (topic: string) => string): Promise<void> {
    const requested = [...Map.groupBy(buffers, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
      topicId: idOf(topic),
      partitions: ofTopic.map(requestOf),
    }));
    const byId = Map.groupBy(buffers, ({ topic }) => idOf(topic));
    try {
      const fetching = this.#client.fetch({
        node,
        topics: requested,
        maxWaitTime: waitMsMax,
        minBytes: 1,
        maxBytes: fetchBytesMax,
        isolationLevel: FetchIsolationLevels.READ_UNCOMMITTED,
      });
      this.#take(await withDeadline(fetching, 2 * requestTimeoutMs, 'Kafka: a fetch was not answered'), byId);
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      // One partition's error makes an error of the whole answer; the others are in it all the same.
      const response = responseOf(error);
      if (response === undefined || this.#take(response, byId)) await this.#backOff(error);
    }
  }

  /** @returns whether a partition could not be read */
  #take(response: FetchResponse, byId: ReadonlyMap<string, readonly PartitionBuffer[]>): boolean {
    let troubled = response.errorCode !== 0;
    if (!troubled) this.#failures = 0;
    for (const { topicId, partitions } of response.responses) {
      for (const fetched of partitions) {
        const buffer = byId.get(topicId)?.find(({ partition }) => partition === fetched.partitionIndex);
        if (buffer === undefined) continue;
        if (fetched.errorCode === offsetOutOfRange) this.#options.onOutOfRange(buffer);
        else if (fetched.errorCode !== 0) troubled = true;
        else this.#fill(buffer, fetched);
      }
    }
    return troubled;
  }

  #fill(buffer: PartitionBuffer, { records, highWatermark }: fetchV17.FetchResponsePartition): void {
    const { topic, partition, fetchOffset } = buffer;
    if (records) buffer.add(decodeBatches(records, topic, partition, fetchOffset));
    this.#options.onEnd(topic, partition, Number(highWatermark));
    if (buffer.fetchOffset > fetchOffset) this.#options.onRecords();
  }

  async #backOff(error: unknown): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#client.clearMetadata();
    this.#options.onError(error);
    this.#failures += 1;
    const waitMs = backoffMs(this.#failures, 0, backoff);
    await delay(waitMs, undefined, { signal: this.#closed.signal }).catch(() => {});
  }
}

function requestOf({ topic, partition, fetchOffset }: PartitionBuffer): fetchV17.FetchRequestPartition {
  return {
    partition,
    fetchOffset: BigInt(fetchOffset),
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    partitionMaxBytes: (messageBytesMax[topic as Topic] ?? 10_000_000) + roomBytes,
  };
}

function responseOf(error: unknown): FetchResponse | undefined {
  const nested = error instanceof AggregateError ? error.errors : [];
  if (error instanceof Error && 'response' in error && isFetchResponse(error.response)) return error.response;
  return nested.map(responseOf).find((response) => response !== undefined);
}

function isFetchResponse(response: unknown): response is FetchResponse {
  return typeof response === 'object' && response !== null && 'responses' in response;
}
