import { setTimeout as delay } from 'node:timers/promises';
import { Consumer, offsetCommitV8 } from '@platformatic/kafka';
import { clientOptions, type KafkaConnection, withDeadline } from '../../functions/shared/adapters/kafka/connection.ts';
import { unavailable } from '../../functions/shared/adapters/kafka/errors.ts';
import type { TopicPartition } from '../../functions/shared/ports/broker.ts';

export interface GroupTimes {
  /** A process that says nothing for so long has lost its partitions. Ms. */
  readonly sessionMs: number;
  readonly heartbeatMs: number;
}

export interface MemberOptions {
  readonly connection: KafkaConnection;
  readonly clientId: string;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly times: GroupTimes;
  /** All partitions that are this member's from now on. */
  readonly onAssignment: (partitions: readonly TopicPartition[]) => void;
  readonly onError: (error: unknown) => void;
}

/** Beyond the time a rebalance may take, at whose end the answer to a join comes. */
const graceMs = 10_000;
const joinTimeoutMs = 90_000;
const commitTimeoutMs = 10_000;
const leaveTimeoutMs = 5_000;
const retryMs = 1_000;

/**
 * One process's membership in a consumer group, sticky and cooperative: what a rebalance leaves with a member is read on
 * without a break. It is kept up whatever happens: a client whose rejoin failed never tries again, so it is replaced.
 */
export class GroupMember {
  readonly #options: MemberOptions;
  readonly #left = new AbortController();
  #client: Consumer | undefined;
  #leads = false;
  #joining: Promise<void> | undefined;

  constructor(options: MemberOptions) {
    this.#options = options;
  }

  /** @throws {UnavailableError} if the brokers do not let it in */
  async join(): Promise<void> {
    const client = this.#open();
    try {
      await withDeadline(client.joinGroup({}), joinTimeoutMs, `Kafka: group ${this.#options.groupId} let nobody in`);
    } catch (error) {
      this.#discard(client);
      throw unavailable(`Kafka: joining group ${this.#options.groupId}`, error);
    }
  }

  /** Whether the group has it assign the partitions: the one that was there first, for as long as it stays. */
  get isLeader(): boolean {
    return this.#leads;
  }

  /** @throws {UnavailableError} if it is not acknowledged in time, or refused: the group may be rebalancing */
  async commit(topic: string, partition: number, nextOffset: number): Promise<void> {
    const what = `Kafka: committing ${topic}/${partition} of group ${this.#options.groupId}`;
    try {
      await withDeadline(this.#commit(topic, partition, nextOffset), commitTimeoutMs, `${what}: no answer`);
    } catch (error) {
      throw unavailable(what, error);
    }
  }

  /**
   * By the protocol itself: where a group rebalances, the client's own `commit` joins it again beside the heartbeat that
   * does so too, and the two keep each other, and with a leader the whole group, rebalancing for seconds.
   */
  async #commit(topic: string, partition: number, nextOffset: number): Promise<void> {
    const client = this.#client;
    if (client === undefined || client.memberId === null) throw new Error('not in the group');
    const coordinator = await client.findGroupCoordinator();
    const connection = (await client.connectToBrokers([coordinator])).get(coordinator);
    if (connection === undefined) throw new Error('the group has no coordinator');
    const { groupId, generationId, memberId } = client;
    const committed = { partitionIndex: partition, committedOffset: BigInt(nextOffset), committedLeaderEpoch: -1 };
    const topics = [{ name: topic, partitions: [{ ...committed, committedMetadata: null }] }];
    await offsetCommitV8.api.async(connection, groupId, generationId, memberId ?? '', null, topics);
  }

  /**
   * The offsets the group wants next; without the partitions it never committed.
   * @throws {UnavailableError} if the brokers do not answer
   */
  async committed(topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const what = `Kafka: the offsets of group ${this.#options.groupId}`;
    try {
      const client = this.#client;
      if (client === undefined) throw new Error('not in the group');
      const listed = client.listCommittedOffsets({ topics: [{ topic, partitions: [...partitions] }] });
      const offsets = (await withDeadline(listed, commitTimeoutMs, `${what}: no answer`)).get(topic) ?? [];
      const known = partitions.map((partition) => [partition, Number(offsets[partition] ?? -1)] as const);
      return new Map(known.filter(([, offset]) => offset >= 0));
    } catch (error) {
      throw unavailable(what, error);
    }
  }

  /** Gives its partitions back at once, instead of when its session is over. */
  async leave(): Promise<void> {
    this.#left.abort();
    const client = this.#client;
    this.#client = undefined;
    await this.#joining;
    if (client === undefined) return;
    // Who cannot be told finds out by the session.
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
      // A member joins at once, whatever it has in flight; one that does not in this time is left out.
      rebalanceTimeout: times.sessionMs,
      heartbeatStallTimeout: times.sessionMs,
      // A join or a heartbeat that comes twice does no harm.
      retries: 5,
      retryDelay: 500,
    });
    client.topics.trackAll(...topics);
    client.on('consumer:group:join', ({ isLeader }) => {
      if (client === this.#client) this.#leads = isLeader === true;
      this.#tell(client);
    });
    client.on('consumer:group:rebalance', () => this.#tell(client));
    client.on('consumer:heartbeat:error', ({ error }) => this.#complain(client, error));
    client.on('consumer:heartbeat:stalled', ({ lastError }) => this.#replace(client, lastError));
    client.on('error', (error) => this.#replace(client, error));
    this.#client = client;
    return client;
  }

  #tell(client: Consumer): void {
    if (client !== this.#client) return;
    const assigned = client.assignments ?? [];
    this.#options.onAssignment(
      assigned.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition }))),
    );
  }

  #complain(client: Consumer, error: unknown): void {
    if (client === this.#client) this.#options.onError(error);
  }

  /** Its listeners stay: an `error` that nobody hears would end the process. */
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
