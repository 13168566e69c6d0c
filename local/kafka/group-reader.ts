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
  /** Gets the partitions that can be read from now on. */
  readonly onAssignment: (partitions: readonly TopicPartition[]) => void;
}

/**
 * The offset at which a group begins to read a partition.
 *
 * - `committed`: the offset that it committed.
 * - `earliest`: the first record, because the topic was deleted and made again. All commits belong to the deleted topic,
 *   even one that arrived after the new topic was made.
 */
type StartAt = 'committed' | 'earliest';

const retryMs = 500;
/** Milliseconds that an error counts as trouble: longer than the time between two tries. */
const troubleMsMax = 30_000;
const commitRetryMs = 100;
/** Milliseconds to try a commit again: longer than a rebalance, or the change to another coordinator. */
const commitMsMax = 40_000;

/**
 * The source of one stage on a real broker, with the interface of the embedded log. Its partitions are those that the
 * consumer group assigns to this process, which change. Reads return records that were fetched in the background. A
 * partition of another process has no records here. The parameter `group` of its methods is ignored: there is one group.
 */
export class GroupReader implements StageSource {
  readonly #options: GroupReaderOptions;
  readonly #member: GroupMember;
  readonly #fetcher: Fetcher;
  /** The partitions that the group assigned. A partition is read once its offsets are known, if it is still assigned then. */
  #assigned = new Map<string, TopicPartition>();
  readonly #buffers = new Map<string, PartitionBuffer>();
  /** The buffer that each partition poller read from last: only what came from it is committed. */
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
      onOutOfRange: (buffer) => this.#reload(buffer, 'committed'),
      onTopicRecreated: (buffer) => this.#reload(buffer, 'earliest'),
    });
  }

  /** Joins the group. @throws {UnavailableError} if the brokers do not accept this member */
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

  /** The partitions that can be read now. @see AssignedPollers */
  get assigned(): readonly TopicPartition[] {
    return [...this.#buffers.values()];
  }

  onRecords(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Returns the next offset that the group wants. A partition of another process has the end offset, so that it has no lag. */
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
   * Commits an offset. Tries again while the group rebalances or its coordinator does not answer, so that no batch has to
   * be read again for that. Commits nothing for a partition that went to another member: that member reads the batch again,
   * and the ledger decides which of the two counts. Commits nothing of a deleted topic to the one that replaced it.
   * @throws {UnavailableError} if the commit is not acknowledged in time
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

  /** Leaves the group. The caller has committed the batches in flight before. */
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
      this.#load(topic, ofTopic, 'committed');
    }
    this.#options.onAssignment(this.assigned);
  }

  #load(topic: string, partitions: readonly TopicPartition[], startAt: StartAt): void {
    const loading = this.#loadUntilKnown(topic, partitions, startAt).finally(() => this.#loading.delete(loading));
    this.#loading.add(loading);
  }

  async #loadUntilKnown(topic: string, partitions: readonly TopicPartition[], startAt: StartAt): Promise<void> {
    while (!this.#closed.signal.aborted) {
      const wanted = partitions.filter((partition) => this.#assigned.get(nameOf(partition)) === partition);
      if (wanted.length === 0) return;
      try {
        return await this.#loadOnce(topic, wanted, startAt);
      } catch (error) {
        this.#warn(error);
        await delay(retryMs, undefined, { signal: this.#closed.signal }).catch(() => {});
      }
    }
  }

  async #loadOnce(topic: string, wanted: readonly TopicPartition[], startAt: StartAt): Promise<void> {
    const partitions = wanted.map(({ partition }) => partition);
    const [committed, bounds] = await Promise.all([
      startAt === 'earliest' ? new Map<number, number>() : this.#member.committed(topic, partitions),
      this.#fetcher.bounds(topic, partitions),
    ]);
    if (startAt === 'earliest') {
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

  /** Reads a partition's offsets again: its next record was deleted by retention, or its topic was made again. */
  #reload(buffer: PartitionBuffer, startAt: StartAt): void {
    const name = nameOf(buffer);
    const assigned = this.#assigned.get(name);
    if (this.#buffers.get(name) !== buffer || assigned === undefined) return;
    this.#buffers.delete(name);
    this.#load(buffer.topic, [assigned], startAt);
  }

  /** The last error of Kafka, unless it has answered since, or the error is too old: every try would renew it. */
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

/** Returns the offset at which a group begins to read: what it committed, if the log has that offset; else the earliest. */
export function startOffset(committed: number | undefined, earliest: number, end: number): number {
  return committed === undefined || committed < earliest || committed > end ? earliest : committed;
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
