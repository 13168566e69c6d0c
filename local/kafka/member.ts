import { setTimeout as delay } from 'node:timers/promises';
import { Consumer, offsetCommitV8 } from '@platformatic/kafka';
import { clientOptions, type KafkaConnection, withDeadline } from '../../functions/shared/adapters/kafka/connection.ts';
import { unavailable } from '../../functions/shared/adapters/kafka/errors.ts';
import { type KafkaNames, kafkaNames } from '../../functions/shared/log/kafka-names.ts';
import type { TopicPartition } from '../../functions/shared/ports/broker.ts';

/** The times of a membership, ms. */
export interface GroupTimes {
  /** The time without a heartbeat after which a process loses its partitions. */
  readonly sessionMs: number;
  /** The time between two heartbeats. */
  readonly heartbeatMs: number;
}

export interface MemberOptions {
  readonly connection: KafkaConnection;
  readonly clientId: string;
  /** The name of the group on the brokers. */
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly times: GroupTimes;
  /** Gets all partitions that are assigned to this member from now on. */
  readonly onAssignment: (partitions: readonly TopicPartition[]) => void;
  /** Gets each error of the membership, after which it is tried again. */
  readonly onError: (error: unknown) => void;
}

/** Milliseconds to wait for the answer to a join, beyond the longest rebalance, at whose end it comes. */
const graceMs = 10_000;
const joinTimeoutMs = 90_000;
const commitTimeoutMs = 10_000;
const leaveTimeoutMs = 5_000;
const retryMs = 1_000;

/**
 * The membership of one process in a consumer group. The assignment is cooperative and sticky: partitions that stay with a
 * member in a rebalance are read without a pause. A client whose rejoin failed never tries again; it is replaced by a new
 * one, so that the process stays a member (docs/decisions/0025-our-own-kafka-group-reader.md).
 */
export class GroupMember {
  readonly #options: MemberOptions;
  readonly #names: KafkaNames;
  readonly #left = new AbortController();
  #client: Consumer | undefined;
  #isLeader = false;
  #joining: Promise<void> | undefined;

  constructor(options: MemberOptions) {
    this.#options = options;
    this.#names = kafkaNames(options.connection.prefix);
  }

  /** Joins the group. @throws {UnavailableError} if the brokers do not accept this member */
  async join(): Promise<void> {
    const client = this.#open();
    try {
      await withDeadline(
        client.joinGroup({}),
        joinTimeoutMs,
        `Kafka: group ${this.#options.groupId} did not accept this member`,
      );
    } catch (error) {
      this.#discard(client);
      throw unavailable(`Kafka: joining group ${this.#options.groupId}`, error);
    }
  }

  /** Indicates whether this member is the group's leader: the member that joined first, for as long as it stays. */
  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** Commits an offset. @throws {UnavailableError} if it is not acknowledged in time, or refused: the group may be rebalancing */
  async commit(topic: string, partition: number, nextOffset: number): Promise<void> {
    const what = `Kafka: committing ${topic}/${partition} of group ${this.#options.groupId}`;
    try {
      await withDeadline(this.#commit(topic, partition, nextOffset), commitTimeoutMs, `${what}: no answer`);
    } catch (error) {
      throw unavailable(what, error);
    }
  }

  /**
   * Sends the request of the protocol itself. The client's own `commit` joins a group again that is rebalancing, in addition
   * to the heartbeat, which joins too. The two keep the member, and with a leader the whole group, rebalancing for seconds.
   */
  async #commit(topic: string, partition: number, nextOffset: number): Promise<void> {
    const client = this.#client;
    if (client === undefined || client.memberId === null) throw new Error('not in the group');
    const coordinator = await client.findGroupCoordinator();
    const connection = (await client.connectToBrokers([coordinator])).get(coordinator);
    if (connection === undefined) throw new Error('the group has no coordinator');
    const { groupId, generationId, memberId } = client;
    const committed = { partitionIndex: partition, committedOffset: BigInt(nextOffset), committedLeaderEpoch: -1 };
    const topics = [{ name: this.#names.topic(topic), partitions: [{ ...committed, committedMetadata: null }] }];
    await offsetCommitV8.api.async(connection, groupId, generationId, memberId ?? '', null, topics);
  }

  /**
   * Returns the next offset that the group wants of each partition. Partitions without a commit are not in the map.
   * @throws {UnavailableError} if the brokers do not answer
   */
  async committed(topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const what = `Kafka: the offsets of group ${this.#options.groupId}`;
    try {
      const client = this.#client;
      if (client === undefined) throw new Error('not in the group');
      const name = this.#names.topic(topic);
      const listed = client.listCommittedOffsets({ topics: [{ topic: name, partitions: [...partitions] }] });
      const offsets = (await withDeadline(listed, commitTimeoutMs, `${what}: no answer`)).get(name) ?? [];
      const known = partitions.map((partition) => [partition, Number(offsets[partition] ?? -1)] as const);
      return new Map(known.filter(([, offset]) => offset >= 0));
    } catch (error) {
      throw unavailable(what, error);
    }
  }

  /** Leaves the group, which gives its partitions to others at once, and not only when its session is over. */
  async leave(): Promise<void> {
    this.#left.abort();
    const client = this.#client;
    this.#client = undefined;
    await this.#joining;
    if (client === undefined) return;
    // If the request fails, the brokers notice the end of the session.
    await withDeadline(Promise.resolve(client.leaveGroup()), leaveTimeoutMs, 'Kafka: leaving').catch(() => {});
    await withDeadline(client.close(), leaveTimeoutMs, 'Kafka: closing').catch(() => {});
  }

  #open(): Consumer {
    const { connection, clientId, groupId, topics, times } = this.#options;
    const client = new Consumer({
      ...clientOptions(connection, clientId, times.sessionMs + graceMs),
      groupId,
      autocommit: false,
      protocols: [{ name: 'cooperative-sticky', version: 3 }],
      sessionTimeout: times.sessionMs,
      heartbeatInterval: times.heartbeatMs,
      // A member joins at once, even with batches in flight. A member that needs longer than this is left out.
      rebalanceTimeout: times.sessionMs,
      heartbeatStallTimeout: times.sessionMs,
      // A join or a heartbeat may be repeated.
      retries: 5,
      retryDelay: 500,
    });
    client.topics.trackAll(...topics.map(this.#names.topic));
    client.on('consumer:group:join', ({ isLeader }) => {
      if (client === this.#client) this.#isLeader = isLeader === true;
      this.#reportAssignment(client);
    });
    client.on('consumer:group:rebalance', () => this.#reportAssignment(client));
    client.on('consumer:heartbeat:error', ({ error }) => this.#reportError(client, error));
    client.on('consumer:heartbeat:stalled', ({ lastError }) => this.#replace(client, lastError));
    client.on('error', (error) => this.#replace(client, error));
    this.#client = client;
    return client;
  }

  #reportAssignment(client: Consumer): void {
    if (client !== this.#client) return;
    const assigned = client.assignments ?? [];
    this.#options.onAssignment(
      assigned.flatMap(({ topic: name, partitions }) => {
        const topic = this.#names.logicalTopic(name);
        return topic === undefined ? [] : partitions.map((partition) => ({ topic, partition }));
      }),
    );
  }

  #reportError(client: Consumer, error: unknown): void {
    if (client === this.#client) this.#options.onError(error);
  }

  /** Replaces a client that failed. Its listeners stay, because an `error` event without a listener would end the process. */
  #replace(client: Consumer, error: unknown): void {
    if (client !== this.#client) return;
    this.#options.onError(error);
    this.#discard(client);
    this.#options.onAssignment([]);
    this.#joining ??= this.#joinAgain().finally(() => {
      this.#joining = undefined;
    });
  }

  async #joinAgain(): Promise<void> {
    while (!this.#left.signal.aborted) {
      await delay(retryMs, undefined, { signal: this.#left.signal }).catch(() => {});
      if (this.#left.signal.aborted) return;
      try {
        return await this.join();
      } catch (error) {
        this.#options.onError(error);
      }
    }
  }

  #discard(client: Consumer): void {
    if (this.#client === client) this.#client = undefined;
    void withDeadline(client.close(), leaveTimeoutMs, 'Kafka: closing').catch(() => {});
  }
}
