import { ClusterUnreadableError } from '../../ports/cluster-unreadable.ts';
import type {
  KafkaBroker,
  KafkaCluster,
  KafkaGroup,
  KafkaGroupOffset,
  KafkaLogs,
  KafkaPartition,
  KafkaSnapshot,
  KafkaSnapshotLimits,
  UnreadKafkaPart,
} from '../../ports/kafka-cluster.ts';
import type { AnswerBounds } from './bounded-answers.ts';
import {
  brokersOf,
  committedOf,
  hasShortName,
  keyOf,
  type LogSizes,
  logSizesOf,
  offsetsByPartition,
  partitionsOf,
} from './cluster-answers.ts';
import { ClusterRequests } from './cluster-requests.ts';
import { clientOptions, type KafkaConnection, withDeadline } from './connection.ts';
import { deepestMessage } from './errors.ts';
import { timesOf } from './next-times.ts';

const requestTimeoutMs = 5_000;
/** The groups whose offsets are asked for in one request. */
const groupsAtOnce = 100;

const answerBounds = (brokersMax: number): AnswerBounds => ({
  answerBytesMax: 8 * 2 ** 20,
  totalBytesMax: 64 * 2 ** 20,
  // The client may connect to an address again when a connection was lost.
  connectionsMax: 2 * brokersMax,
});

/** Returns the cluster that a connection leads to. Each snapshot has connections of its own, and closes them. */
export const kafkaCluster = (connection: KafkaConnection): KafkaCluster => ({
  takeSnapshot: async (limits, signal) => {
    const options = clientOptions(connection, 'offbeat-collect', requestTimeoutMs);
    const client = new ClusterRequests(options, answerBounds(limits.brokersMax));
    try {
      const reading = new SnapshotReader(client, limits, connection.brokers.join(',')).read();
      return await (signal === undefined ? reading : unlessAborted(reading, signal));
    } finally {
      await client.close();
    }
  },
});

/** Returns the value of a promise. @throws the reason of the signal, as soon as that aborts; what is in flight goes on */
async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The reading of one snapshot. */
class SnapshotReader {
  readonly #client: ClusterRequests;
  readonly #limits: KafkaSnapshotLimits;
  readonly #address: string;
  readonly #endsAtMs: number;
  readonly #unread: UnreadKafkaPart[] = [];

  constructor(client: ClusterRequests, limits: KafkaSnapshotLimits, address: string) {
    this.#client = client;
    this.#limits = limits;
    this.#address = address;
    this.#endsAtMs = performance.now() + limits.totalMs;
  }

  async read(): Promise<KafkaSnapshot> {
    const { brokers, controller, partitions: found } = await this.#readTopics();
    const led = Map.groupBy(found, ({ leader }) => leader);
    const ends = await Promise.all(brokers.map((broker) => this.#readOffsets(broker, led.get(broker.id) ?? [])));
    const sizes = new Map(await Promise.all(brokers.map(async (broker) => this.#readLogs(broker))));
    const partitions = withOffsets(found, ends, sizes);
    const groups = await this.#readGroups();
    return {
      brokers,
      ...(brokers.some(({ id }) => id === controller) ? { controller } : {}),
      partitions,
      groups: await this.#withTimes(groups, partitions, brokers),
      logs: [...sizes].flatMap(([broker, each]) => (each === undefined ? [] : [logsOf(broker, each)])),
      unread: this.#unread,
    };
  }

  /** @throws {ClusterUnreadableError} */
  async #readTopics() {
    try {
      const answer = await this.#inTime(this.#client.allTopics());
      return {
        brokers: this.#atMost(brokersOf(answer), this.#limits.brokersMax, 'brokers'),
        controller: answer.controllerId,
        partitions: this.#atMost(partitionsOf(answer), this.#limits.partitionsMax, 'partitions'),
      };
    } catch (error) {
      const reason = this.#reasonOf(error);
      const isRefused = reason.includes('ECONNREFUSED');
      const words = isRefused ? 'refused the connection: nothing listens there' : `gave no answer: ${reason}`;
      throw new ClusterUnreadableError(`${this.#address} ${words}`, isRefused, { cause: error });
    }
  }

  /** Returns the first and the next offsets of the partitions that a broker leads. */
  async #readOffsets(broker: KafkaBroker, led: readonly KafkaPartition[]) {
    if (led.length === 0) return { newest: [], oldest: [] };
    const asked = [...Map.groupBy(led, ({ topic }) => topic)].map(([name, of]) => ({
      name,
      partitions: of.map(({ partition }) => partition),
    }));
    const read = async (which: 'oldest' | 'newest') =>
      offsetsByPartition(
        await this.#try(`the ${which} offsets of broker ${broker.id}`, () =>
          this.#client.offsets(which, broker, asked),
        ),
      );
    return { newest: await read('newest'), oldest: await read('oldest') };
  }

  async #readLogs(broker: KafkaBroker): Promise<[broker: number, LogSizes | undefined]> {
    const answer = await this.#try(`the logs of broker ${broker.id}`, () => this.#client.logDirs(broker));
    if (answer === undefined) return [broker.id, undefined];
    const sizes = logSizesOf(answer);
    for (let nth = 0; nth < sizes.offline; nth += 1)
      this.#unread.push({ part: `a log directory of broker ${broker.id}`, reason: 'it is offline' });
    return [broker.id, sizes];
  }

  async #readGroups(): Promise<KafkaGroup[]> {
    const listed = (await this.#try('the groups', () => this.#client.listGroups())) ?? new Map();
    const named = [...listed.values()].filter(hasShortName);
    if (named.length < listed.size)
      this.#unread.push({ part: 'some of the groups', reason: `${listed.size - named.length} have too long names` });
    const known = this.#atMost(named, this.#limits.groupsMax, 'groups');
    const groups: KafkaGroup[] = [];
    let left = this.#limits.offsetsMax;
    for (let at = 0; at < known.length; at += groupsAtOnce) {
      const some = known.slice(at, at + groupsAtOnce);
      const answer = await this.#try(`the offsets of ${some.length} groups from ${some[0]!.id}`, () =>
        this.#client.listConsumerGroupOffsets({ groups: some.map(({ id }) => id) }),
      );
      const offsets = new Map(answer?.map(({ groupId, topics }) => [groupId, topics]));
      for (const { id, state } of some) {
        const committed = committedOf(offsets.get(id) ?? []);
        left -= committed.length;
        groups.push({ id, state, offsets: left >= 0 ? committed : [] });
      }
    }
    if (left < 0)
      this.#unread.push({ part: 'some of the offsets', reason: `at most ${this.#limits.offsetsMax} are read` });
    return groups;
  }

  /** Returns groups with the times of the messages that they read next. A time is an addition: without one nothing is amiss. */
  async #withTimes(
    groups: readonly KafkaGroup[],
    partitions: readonly KafkaPartition[],
    brokers: readonly KafkaBroker[],
  ): Promise<KafkaGroup[]> {
    const find = await timesOf({ groups, partitions, brokers, max: this.#limits.timesMax }, (leader, offsets) =>
      performance.now() >= this.#endsAtMs ? Promise.resolve([]) : this.#inTime(this.#client.times(leader, offsets)),
    );
    const withTime = (offset: KafkaGroupOffset): KafkaGroupOffset => {
      const nextAtMs = find(offset);
      return nextAtMs === undefined ? offset : { ...offset, nextAtMs };
    };
    return groups.map((group) => ({ ...group, offsets: group.offsets.map(withTime) }));
  }

  #atMost<Item>(items: readonly Item[], max: number, what: string): readonly Item[] {
    if (items.length <= max) return items;
    const reason = `there are ${items.length}, and at most ${max} are read`;
    this.#unread.push({ part: `some of the ${what}`, reason });
    return items.slice(0, max);
  }

  /** Reads what the snapshot can do without. @returns undefined if it could not be read */
  async #try<T>(part: string, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      if (performance.now() >= this.#endsAtMs) throw new Error('the time of the collection is over');
      return await this.#inTime(ask());
    } catch (error) {
      this.#unread.push({ part, reason: this.#reasonOf(error) });
      return undefined;
    }
  }

  /** The client says of an answer that was refused only that its connection is closed. */
  #reasonOf(error: unknown): string {
    return this.#client.refusal ?? deepestMessage(error);
  }

  #inTime<T>(asking: Promise<T>): Promise<T> {
    return withDeadline(asking, this.#endsAtMs - performance.now(), 'Kafka: no answer');
  }
}

type FoundEnds = Readonly<Record<'newest' | 'oldest', readonly [string, number][]>>;

function withOffsets(
  partitions: readonly KafkaPartition[],
  ends: readonly FoundEnds[],
  sizes: ReadonlyMap<number, LogSizes | undefined>,
): KafkaPartition[] {
  const newestOf = new Map(ends.flatMap((each) => each.newest));
  const oldestOf = new Map(ends.flatMap((each) => each.oldest));
  return partitions.map((partition) => {
    const key = keyOf(partition);
    const [newest, oldest] = [newestOf.get(key), oldestOf.get(key)];
    const bytes = partition.leader === undefined ? undefined : sizes.get(partition.leader)?.byPartition.get(key);
    return {
      ...partition,
      ...(newest === undefined ? {} : { newest }),
      ...(oldest === undefined ? {} : { oldest }),
      ...(bytes === undefined ? {} : { bytes }),
    };
  });
}

const logsOf = (broker: number, { bytes, totalBytes, usedShare }: LogSizes): KafkaLogs => ({
  broker,
  bytes,
  ...(totalBytes === 0 ? {} : { disk: { totalBytes, usedShare } }),
});
