import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { deepestMessage } from '../../functions/shared/adapters/kafka/errors.ts';
import type { LogRecord } from '../../functions/shared/log/record.ts';
import type { ReadLimits, StageSource, TopicPartition } from '../../functions/shared/ports/broker.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import { Fetcher } from './fetcher.ts';
import { GroupMember, type GroupTimes } from './member.ts';
import { PartitionBuffer } from './partition-buffer.ts';

export interface GroupReaderOptions {
  readonly connection: KafkaConnection;
  readonly stage: string;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly times: GroupTimes;
  readonly telemetry: Telemetry;
  /** The partitions that can be read from now on. */
  readonly onAssignment: (partitions: readonly TopicPartition[]) => void;
}

/**
 * Whether a group goes on where it stopped, or begins with a topic that was made anew: what it committed belongs to the
 * topic that is gone, also where a commit in flight came after the new one was made.
 */
type Reading = 'goes on' | 'begins';

const retryMs = 500;
/** Longer than between two tries of what is away. */
const troubleMsMax = 30_000;
const commitRetryMs = 100;
/** Longer than a rebalance, or than another broker needs to become the coordinator. */
const commitMsMax = 40_000;

/**
 * What one stage reads of a real broker, as lanes see the embedded one: the partitions that its consumer group gave
 * this process, which change, answered from what was fetched in the background. A partition that is another process's
 * has nothing to read here. The group is always its own, whichever a lane names.
 */
export class GroupReader implements StageSource {
  readonly #options: GroupReaderOptions;
  readonly #member: GroupMember;
  readonly #fetcher: Fetcher;
  /** What the group gave; a partition is read once its offsets are known, if it is still assigned by then. */
  #assigned = new Map<string, TopicPartition>();
  readonly #buffers = new Map<string, PartitionBuffer>();
  /** What a partition's lane has read from, and commits. */
  readonly #readFrom = new Map<string, PartitionBuffer>();
  readonly #ends = new Map<string, number>();
  readonly #loading = new Set<Promise<void>>();
  readonly #listeners: (() => void)[] = [];
  readonly #closed = new AbortController();
  #trouble: { readonly message: string; readonly atMs: number } | undefined;

  constructor(options: GroupReaderOptions) {
    this.#options = options;
    const { connection, groupId, topics, times } = options;
    const onError = (error: unknown) => this.#warn(error);
    const common = { connection, groupId, topics, onError };
    const onAssignment = (partitions: readonly TopicPartition[]) => this.#assign(partitions);
    this.#member = new GroupMember({ ...common, clientId: groupId, times, onAssignment });
    this.#fetcher = new Fetcher({
      ...common,
      clientId: `${groupId}-fetch`,
      buffers: () => this.#buffers.values(),
      onEnd: (topic, partition, end) => {
        this.#ends.set(nameOf({ topic, partition }), end);
        this.#trouble = undefined;
      },
      onRecords: () => {
        for (const listener of this.#listeners) listener();
      },
      onOutOfRange: (buffer) => this.#startOver(buffer, 'goes on'),
      onTopicRecreated: (buffer) => this.#startOver(buffer, 'begins'),
    });
  }

  /** @throws {UnavailableError} if the brokers do not let it in */
  async open(): Promise<void> {
    try {
      await this.#member.join();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** @see GroupMember.isLeader */
  get isLeader(): boolean {
    return this.#member.isLeader;
  }

  /** The partitions that can be read now. @see AssignedLanes */
  get assigned(): readonly TopicPartition[] {
    return [...this.#buffers.values()];
  }

  onRecords(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Of a partition that is another's nothing is left to do here, so that it has no lag. */
  committed(_group: string, topic: string, partition: number): number {
    return this.#buffers.get(nameOf({ topic, partition }))?.committed ?? this.endOffset(topic, partition);
  }

  endOffset(topic: string, partition: number): number {
    return this.#ends.get(nameOf({ topic, partition })) ?? 0;
  }

  read(topic: string, partition: number, offset: number, limits: ReadLimits): readonly LogRecord[] {
    const name = nameOf({ topic, partition });
    const buffer = this.#buffers.get(name);
    if (buffer === undefined) return [];
    this.#readFrom.set(name, buffer);
    return buffer.read(offset, limits.recordsMax, limits.bytesMax);
  }

  /**
   * Tried again while the group rebalances or its coordinator is away, so that no batch comes again for that. Of a
   * partition that went to another member nothing is committed: that one reads the batch again, and the ledger decides
   * which of the two counted. Nor is anything of a topic that is gone committed to one that was made in its place.
   * @throws {UnavailableError} if it is not acknowledged in time
   */
  async commit(_group: string, topic: string, partition: number, nextOffset: number): Promise<void> {
    const name = nameOf({ topic, partition });
    const buffer = this.#readFrom.get(name);
    const endsAtMs = performance.now() + commitMsMax;
    while (buffer !== undefined && nextOffset > buffer.committed && this.#buffers.get(name) === buffer) {
      try {
        await this.#member.commit(topic, partition, nextOffset);
        buffer.commit(nextOffset);
        this.#fetcher.wake();
      } catch (error) {
        if (performance.now() > endsAtMs) throw error;
        await delay(commitRetryMs, undefined, { signal: this.#closed.signal }).catch(() => {});
      }
    }
  }

  /** Leaves the group; what is in flight should be committed before. */
  async close(): Promise<void> {
    this.#closed.abort();
    this.#assign([]);
    await this.#member.leave();
    await Promise.all(this.#loading);
    await this.#fetcher.close();
  }

  #assign(partitions: readonly TopicPartition[]): void {
    const before = this.#assigned;
    this.#assigned = new Map(
      partitions.map((partition) => [nameOf(partition), before.get(nameOf(partition)) ?? partition]),
    );
    for (const name of this.#buffers.keys()) if (!this.#assigned.has(name)) this.#buffers.delete(name);
    const added = [...this.#assigned].filter(([name]) => !before.has(name)).map(([, partition]) => partition);
    if (added.length === 0 && this.#assigned.size === before.size) return;
    for (const [topic, ofTopic] of Map.groupBy(added, (partition) => partition.topic)) {
      this.#load(topic, ofTopic, 'goes on');
    }
    this.#options.onAssignment(this.assigned);
  }

  #load(topic: string, partitions: readonly TopicPartition[], group: Reading): void {
    const loading = this.#loadUntilKnown(topic, partitions, group).finally(() => this.#loading.delete(loading));
    this.#loading.add(loading);
  }

  async #loadUntilKnown(topic: string, partitions: readonly TopicPartition[], group: Reading): Promise<void> {
    while (!this.#closed.signal.aborted) {
      const wanted = partitions.filter((partition) => this.#assigned.get(nameOf(partition)) === partition);
      if (wanted.length === 0) return;
      try {
        return await this.#loadOnce(topic, wanted, group);
      } catch (error) {
        this.#warn(error);
        await delay(retryMs, undefined, { signal: this.#closed.signal }).catch(() => {});
      }
    }
  }

  async #loadOnce(topic: string, wanted: readonly TopicPartition[], group: Reading): Promise<void> {
    const partitions = wanted.map(({ partition }) => partition);
    const [committed, bounds] = await Promise.all([
      group === 'begins' ? new Map<number, number>() : this.#member.committed(topic, partitions),
      this.#fetcher.bounds(topic, partitions),
    ]);
    if (group === 'begins') {
      for (const partition of partitions) await this.#member.commit(topic, partition, bounds.get(partition)!.earliest);
    }
    for (const assigned of wanted) {
      if (this.#assigned.get(nameOf(assigned)) !== assigned) continue;
      const { earliest, end } = bounds.get(assigned.partition)!;
      const offset = startOffset(committed.get(assigned.partition), earliest, end);
      this.#ends.set(nameOf(assigned), end);
      this.#buffers.set(nameOf(assigned), new PartitionBuffer(topic, assigned.partition, offset));
    }
    this.#options.onAssignment(this.assigned);
    this.#fetcher.wake();
  }

  /** Retention overtook the group, or the topic was made anew; the runner tells which, and what to do. */
  #startOver(buffer: PartitionBuffer, group: Reading): void {
    const name = nameOf(buffer);
    const assigned = this.#assigned.get(name);
    if (this.#buffers.get(name) !== buffer || assigned === undefined) return;
    this.#buffers.delete(name);
    this.#load(buffer.topic, [assigned], group);
  }

  /** The last time Kafka did not answer, unless it has since, or that is over: what is away is asked again and again. */
  get trouble(): string | undefined {
    const isOver = this.#trouble === undefined || performance.now() - this.#trouble.atMs > troubleMsMax;
    return isOver ? undefined : this.#trouble?.message;
  }

  #warn(error: unknown): void {
    if (this.#closed.signal.aborted) return;
    const message = deepestMessage(error);
    this.#trouble = { message, atMs: performance.now() };
    this.#options.telemetry.count('failures', 1, { stage: this.#options.stage, reason: 'UNAVAILABLE' });
    this.#options.telemetry.warn(`${this.#options.stage}: Kafka`, { message });
  }
}

/** Where a group begins to read: at the first record held, unless it committed an offset that the log has. */
export function startOffset(committed: number | undefined, earliest: number, end: number): number {
  return committed === undefined || committed < earliest || committed > end ? earliest : committed;
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
