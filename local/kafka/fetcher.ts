import { setTimeout as delay } from 'node:timers/promises';
import { Consumer, FetchIsolationLevels, type fetchV17, ListOffsetTimestamps } from '@platformatic/kafka';
import { clientOptions, type KafkaConnection, withDeadline } from '../../functions/shared/adapters/kafka/connection.ts';
import { unavailable } from '../../functions/shared/adapters/kafka/errors.ts';
import { type KafkaNames, kafkaNames } from '../../functions/shared/log/kafka-names.ts';
import { messageBytesMax, type Topic } from '../../functions/shared/log/topics.ts';
import { type Backoff, backoffMs } from '../../functions/shared/time/backoff.ts';
import { decodeBatches } from './decode.ts';
import type { PartitionBuffer } from './partition-buffer.ts';

export interface FetcherOptions {
  readonly connection: KafkaConnection;
  readonly clientId: string;
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Returns the buffers of the partitions that are to be read now. */
  readonly buffers: () => Iterable<PartitionBuffer>;
  /** Gets the end offset of a partition, which comes with each fetch. */
  readonly onEnd: (topic: string, partition: number, endOffset: number) => void;
  /** Gets a call when a buffer received records. */
  readonly onRecords: () => void;
  /** Gets a buffer whose next offset the broker does not have. */
  readonly onOutOfRange: (buffer: PartitionBuffer) => void;
  /** Gets a buffer whose topic was deleted and made again, so that its offsets are meaningless. */
  readonly onTopicRecreated: (buffer: PartitionBuffer) => void;
  /** Gets each error, after which the fetcher tries again. */
  readonly onError: (error: unknown) => void;
}

/** Milliseconds after which a broker without new records answers. Buffers that need records since then are in the next fetch. */
const waitMsMax = 100;
const requestTimeoutMs = 10_000;
const backoff: Backoff = { firstMs: 200, maxMs: 5_000, jitter: 0 };
/** Bytes to allow beyond the largest message of a topic, because a broker sends whole batches. */
const batchOverheadBytes = 1_000_000;
const fetchBytesMax = 50_000_000;

/** The code of this error in Kafka's protocol. */
const offsetOutOfRange = 1;

type FetchResponse = fetchV17.FetchResponse;

/**
 * Keeps the buffers of one group's partitions filled. It is not a member of the group, and has a client of its own: brokers
 * answer the requests of one connection one after the other, so that a fetch that waits would delay heartbeats.
 */
export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #client: Consumer;
  readonly #names: KafkaNames;
  /** The fetch in progress at each broker, at most one, so that no broker waits for another. */
  readonly #busy = new Map<number, Promise<void>>();
  /** The id of each buffer's topic at its first fetch. A topic that was deleted and made again has another id. */
  readonly #topicIds = new WeakMap<PartitionBuffer, string>();
  #planning: Promise<void> | undefined;
  #planAgain = false;
  readonly #closed = new AbortController();
  /** Failures since the last success. */
  #failures = 0;

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.#names = kafkaNames(options.connection.prefix);
    this.#client = new Consumer({
      ...clientOptions(options.connection, options.clientId, requestTimeoutMs),
      groupId: options.groupId,
      autocommit: false,
    });
    this.#client.topics.trackAll(...options.topics.map(this.#names.topic));
  }

  /** Begins to fetch for all buffers that need records. The caller calls it when there is such a buffer again. */
  wake(): void {
    this.#planAgain = true;
    this.#planning ??= this.#plan().finally(() => {
      this.#planning = undefined;
    });
  }

  /**
   * Returns the offset of the first record that the broker has, and that of the next record to come, for each partition.
   * @throws {UnavailableError} if the brokers do not answer
   */
  async bounds(
    topic: string,
    partitions: readonly number[],
  ): Promise<ReadonlyMap<number, { readonly earliest: number; readonly end: number }>> {
    const name = this.#names.topic(topic);
    const list = async (timestamp: bigint) => {
      const options = { topics: [name], partitions: { [name]: [...partitions] }, timestamp };
      const listed = this.#client.listOffsets(options);
      return (await withDeadline(listed, requestTimeoutMs, `Kafka: no offsets of ${name}`)).get(name)!;
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
      throw unavailable(`Kafka: the offsets of ${name}`, error);
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
        await this.#fetchNeeded();
      } catch (error) {
        await this.#backOff(error);
        this.#planAgain = true;
      }
    }
  }

  async #fetchNeeded(): Promise<void> {
    const needing = [...this.#options.buffers()].filter((buffer) => buffer.needsRecords);
    if (needing.length === 0) return;
    const { topics } = await this.#client.metadata({ topics: this.#options.topics.map(this.#names.topic) });
    const described = (topic: string) => topics.get(this.#names.topic(topic));
    const byNode = Map.groupBy(
      needing.filter((buffer) => this.#isSameTopic(described(buffer.topic)?.id, buffer)),
      ({ topic, partition }) => described(topic)?.partitions[partition]?.leader ?? -1,
    );
    for (const [node, buffers] of byNode) {
      if (this.#busy.has(node)) continue;
      const fetching = this.#fetch(node, buffers, (topic) => described(topic)!.id).finally(() => {
        this.#busy.delete(node);
        this.wake();
      });
      this.#busy.set(node, fetching);
    }
  }

  /** Returns whether a buffer's topic is still the one that it was first filled from. */
  #isSameTopic(topicId: string | undefined, buffer: PartitionBuffer): boolean {
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
      this.#fillBuffers(await withDeadline(fetching, 2 * requestTimeoutMs, 'Kafka: a fetch was not answered'), byId);
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      // The client reports the error of one partition as that of the whole response, which has the other partitions too.
      const response = responseOf(error);
      if (response === undefined || this.#fillBuffers(response, byId)) await this.#backOff(error);
    }
  }

  /** Fills the buffers from a response. @returns whether a partition could not be read */
  #fillBuffers(response: FetchResponse, byId: ReadonlyMap<string, readonly PartitionBuffer[]>): boolean {
    let hasFailed = response.errorCode !== 0;
    if (!hasFailed) this.#failures = 0;
    for (const { topicId, partitions } of response.responses) {
      for (const fetched of partitions) {
        const buffer = byId.get(topicId)?.find(({ partition }) => partition === fetched.partitionIndex);
        if (buffer === undefined) continue;
        if (fetched.errorCode === offsetOutOfRange) this.#options.onOutOfRange(buffer);
        else if (fetched.errorCode !== 0) hasFailed = true;
        else this.#fill(buffer, fetched);
      }
    }
    return hasFailed;
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
    partitionMaxBytes: (messageBytesMax[topic as Topic] ?? 10_000_000) + batchOverheadBytes,
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
