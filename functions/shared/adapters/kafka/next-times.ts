import type { KafkaBroker, KafkaGroup, KafkaGroupOffset, KafkaPartition } from '../../ports/kafka-cluster.ts';
import { keyOf } from './cluster-answers.ts';
import type { AskedOffset, FoundTime, NextTime } from './fetch-times.ts';

/** The requests to one broker. Each brings the time of at least one message, and usually those of a hundred. */
const requestsMax = 20;

/** The groups of a snapshot, and what they read from. */
export interface TimesOf {
  readonly groups: readonly KafkaGroup[];
  readonly partitions: readonly KafkaPartition[];
  readonly brokers: readonly KafkaBroker[];
  /** The most messages whose time is asked for; those with the longest lag come first. */
  readonly max: number;
}

/** Asks the leader of partitions for the times of messages in them. */
export type AskTimes = (leader: KafkaBroker, offsets: readonly AskedOffset[]) => Promise<readonly FoundTime[]>;

const offsetKey = (offset: AskedOffset): string => `${keyOf(offset)}@${offset.offset}`;

/**
 * Asks brokers for the times of the messages that groups read next, where such a message exists.
 * @returns a function that returns the time for a committed offset; `undefined` if it is not known
 */
export async function timesOf(
  { groups, partitions, brokers, max }: TimesOf,
  ask: AskTimes,
): Promise<(offset: KafkaGroupOffset) => NextTime | undefined> {
  const leaders = new Map(partitions.map((partition) => [keyOf(partition), partition]));
  const waiting = groups
    .flatMap(({ offsets }) => offsets)
    .map((offset) => ({ offset, lag: (leaders.get(keyOf(offset))?.newest ?? 0) - offset.offset }))
    .filter(({ lag }) => lag > 0)
    .sort((a, b) => b.lag - a.lag)
    .slice(0, max);
  const asked = [...new Map(waiting.map(({ offset }) => [offsetKey(offset), offset])).values()];
  const byLeader = Map.groupBy(asked, (offset) => leaders.get(keyOf(offset))!.leader);
  const found = new Map<string, NextTime>();
  await Promise.all(
    brokers.map((broker) => askBroker(byLeader.get(broker.id) ?? [], (offsets) => ask(broker, offsets), found)),
  );
  return (offset) => found.get(offsetKey(offset));
}

/** Asks one broker until it has answered for all offsets, refuses, or brings nothing new. */
async function askBroker(
  offsets: readonly AskedOffset[],
  ask: (offsets: readonly AskedOffset[]) => Promise<readonly FoundTime[]>,
  found: Map<string, NextTime>,
): Promise<void> {
  let open = offsets;
  for (let request = 0; request < requestsMax && open.length > 0; request += 1) {
    // A request names each partition once; groups that are at different places in one take turns.
    const now = new Map(open.toReversed().map((offset) => [keyOf(offset), offset]));
    const answers = await ask([...now.values()]).catch(() => []);
    const done = new Set<AskedOffset>();
    for (const { errorCode, timeMs, ...place } of answers) {
      const offset = now.get(keyOf(place));
      if (offset === undefined || (errorCode === 0 && timeMs === undefined)) continue;
      if (timeMs !== undefined) found.set(offsetKey(offset), timeMs);
      done.add(offset);
    }
    if (done.size === 0) return;
    open = open.filter((offset) => !done.has(offset));
  }
}
