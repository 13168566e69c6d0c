import type { KafkaGroup, KafkaGroupOffset, KafkaPartition } from '../../shared/ports/kafka-cluster.ts';
import { growth, keyOf, type OffsetsBefore } from './before.ts';
import { estimatedBytes, meanBytes, sumOf } from './topic-fields.ts';

/** The fields of `kafka.consumergroup`: of one partition as Metricbeat ships them, of one topic, or of the whole group. */
export interface GroupFields {
  readonly id: string;
  /** The committed offset; of one partition. */
  readonly offset?: number;
  /** The messages that the group has not read; of one partition. */
  readonly consumer_lag?: number;
  /** The time for which the next message has been waiting; of one partition. */
  readonly lag_time?: { readonly sec: number };
  /** The messages that the group has read of a topic: a counter. */
  readonly messages?: { readonly out: number };
  /** The bytes of a topic that the group has read since the snapshot before: an estimate. */
  readonly bytes?: { readonly out: number };
  /** The state in Kafka's words; of the whole group. */
  readonly state?: string;
  /** The partitions in which it has committed; of the whole group. */
  readonly partitions?: { readonly count: number };
  /** The lag in all partitions; of the whole group, absent if there is none that can be told. */
  readonly total_lag?: number;
  /** The longest time for which a message has been waiting; of the whole group. */
  readonly max_lag_time?: { readonly sec: number };
  /** A flag: messages arrived, and the group has committed nothing since the snapshot before them; of the whole group. */
  readonly stopped?: boolean;
}

/** The facts that the fields of groups depend on. */
export interface GroupContext {
  /** All partitions by {@link keyOf}. */
  readonly partitions: ReadonlyMap<string, KafkaPartition>;
  /** All partitions by topic. */
  readonly topics: ReadonlyMap<string, readonly KafkaPartition[]>;
  /** The offsets of the snapshot before; absent if there is none. */
  readonly before?: OffsetsBefore | undefined;
  /** The time of the snapshot, ms since 1970. */
  readonly nowMs: number;
}

/** Returns the fields of a whole group. */
export function groupFields({ id, state, offsets }: KafkaGroup, context: GroupContext): GroupFields {
  const lags = offsets.map((offset) => lagOf(offset, context)).filter((lag) => lag !== undefined);
  const longest = longestLagTime(offsets, context);
  const stopped = isStopped(id, offsets, context);
  return {
    id,
    state,
    partitions: { count: offsets.length },
    ...(lags.length === 0 ? {} : { total_lag: lags.reduce((sum, lag) => sum + lag, 0) }),
    ...(longest === undefined ? {} : { max_lag_time: { sec: longest } }),
    ...(stopped === undefined ? {} : { stopped }),
  };
}

/** Returns the fields of a group in one partition. */
export function groupPartitionFields(id: string, offset: KafkaGroupOffset, context: GroupContext): GroupFields {
  const lag = lagOf(offset, context);
  const time = lagTimeOf(offset, context);
  return {
    id,
    offset: offset.offset,
    ...(lag === undefined ? {} : { consumer_lag: lag }),
    ...(time === undefined ? {} : { lag_time: { sec: time } }),
  };
}

/**
 * Returns the fields of a group in each topic of which it reads all partitions that have messages. Otherwise a partition that it
 * begins to read would look like all its messages read at once.
 */
export function groupTopicFields(
  { id, offsets }: KafkaGroup,
  { topics, before }: GroupContext,
): { readonly topic: string; readonly fields: GroupFields }[] {
  const committedBefore = before?.committed.get(id);
  return [...Map.groupBy(offsets, ({ topic }) => topic)].flatMap(([topic, committed]) => {
    const partitions = topics.get(topic) ?? [];
    const offsetOf = new Map(committed.map((each) => [keyOf(each), each.offset]));
    const read = sumOf(
      partitions,
      (partition) => offsetOf.get(keyOf(partition)) ?? (partition.newest === 0 ? 0 : undefined),
    );
    if (read === undefined || partitions.length === 0) return [];
    const since = sumOf(committed, (each) => growth(each.offset, committedBefore?.get(keyOf(each))));
    const bytes = estimatedBytes(since, meanBytes(partitions));
    return [
      { topic, fields: { id, messages: { out: read }, ...(bytes === undefined ? {} : { bytes: { out: bytes } }) } },
    ];
  });
}

/** Returns the lag of an offset, in messages; `undefined` if the end of the partition is unknown. */
function lagOf(offset: KafkaGroupOffset, { partitions }: GroupContext): number | undefined {
  const { newest: end, oldest = 0 } = partitions.get(keyOf(offset)) ?? {};
  // Messages that were deleted wait for nobody. The end is read before the offsets of the groups, so a group may be beyond it.
  return end === undefined ? undefined : Math.max(0, end - Math.max(offset.offset, oldest));
}

/**
 * Returns the time for which the message after an offset has been waiting, s.
 * @returns 0 if there is no such message; `undefined` if its time is unknown
 */
function lagTimeOf(offset: KafkaGroupOffset, context: GroupContext): number | undefined {
  if (offset.nextAtMs === 'none') return 0;
  // A message that waits has waited for a moment at least, also where the clocks of two machines differ.
  if (offset.nextAtMs !== undefined) return Math.max(0.001, (context.nowMs - offset.nextAtMs) / 1_000);
  return lagOf(offset, context) === 0 ? 0 : undefined;
}

/**
 * Returns the longest time for which a message has been waiting, of those that are known, s.
 * @returns 0 if the group has read all; `undefined` if messages wait, and the time of none is known
 */
function longestLagTime(offsets: readonly KafkaGroupOffset[], context: GroupContext): number | undefined {
  let longest: number | undefined;
  let isBehind = false;
  for (const offset of offsets) {
    const time = lagTimeOf(offset, context);
    if (time === 0) continue;
    isBehind = true;
    if (time !== undefined) longest = Math.max(longest ?? 0, time);
  }
  return isBehind || offsets.length === 0 ? longest : 0;
}

/**
 * Returns whether messages arrived in a partition of a group, and the group committed nothing in any. It stays stopped until it
 * commits or nothing waits, because on a slow topic nothing arrives between most snapshots.
 * @returns `undefined` if there is nothing to compare with
 */
function isStopped(
  id: string,
  offsets: readonly KafkaGroupOffset[],
  { partitions, before }: GroupContext,
): boolean | undefined {
  const committed = before?.committed.get(id);
  if (before === undefined || committed === undefined || offsets.length === 0) return undefined;
  const hasCommitted = offsets.some((each) => committed.get(keyOf(each)) !== each.offset);
  return (
    !hasCommitted &&
    offsets.some((each) => {
      const key = keyOf(each);
      const end = partitions.get(key)?.newest;
      if (end === undefined || end <= each.offset) return false;
      return before.stopped.has(id) || (growth(end, before.newest.get(key)) ?? 0) > 0;
    })
  );
}
