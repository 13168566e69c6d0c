import type { KafkaSnapshot } from '../../shared/ports/kafka-cluster.ts';

/** A partition of a topic. */
interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** Returns the name of a partition, `orders/3`, as a key of maps. */
export const keyOf = ({ topic, partition }: Place): string => `${topic}/${partition}`;

/** A snapshot that the next one is compared with. */
export interface KafkaBefore extends KafkaSnapshot {
  /** The names of the groups that were stopped. */
  readonly stopped?: ReadonlySet<string>;
}

/** The offsets of a snapshot, by which those of the next one are compared. */
export interface OffsetsBefore {
  /** The offset of the next message of partitions, by {@link keyOf}. */
  readonly newest: ReadonlyMap<string, number>;
  /** The committed offsets of groups, by group and {@link keyOf}. */
  readonly committed: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** The names of the groups that were stopped. */
  readonly stopped: ReadonlySet<string>;
}

/** Returns the offsets of a snapshot; `undefined` if there is none. */
export function offsetsOf(snapshot: KafkaBefore | undefined): OffsetsBefore | undefined {
  if (snapshot === undefined) return undefined;
  return {
    newest: new Map(
      snapshot.partitions.flatMap((partition): [string, number][] =>
        partition.newest === undefined ? [] : [[keyOf(partition), partition.newest]],
      ),
    ),
    committed: new Map(
      snapshot.groups.map(({ id, offsets }) => [id, new Map(offsets.map((offset) => [keyOf(offset), offset.offset]))]),
    ),
    stopped: snapshot.stopped ?? new Set(),
  };
}

/**
 * Returns by how much an offset has grown.
 * @returns `undefined` if it is not known in both snapshots, or went back: the topic was made anew, or the group was reset
 */
export function growth(now: number | undefined, before: number | undefined): number | undefined {
  return now === undefined || before === undefined || now < before ? undefined : now - before;
}
