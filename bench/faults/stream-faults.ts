import type { Random } from '../quality/random.ts';
import type { Collection } from './collections.ts';
import { between, type FaultKind, oneOf, type PlacedFault, partitions } from './fault.ts';
import { addAt, type Document, multiplyAt, numberAt, setAt, valueAt } from './fields.ts';

const topicEntity = 'topic/orders';
const groupEntity = 'consumer-group/orders-etl';

const writtenTo = (collection: Collection, partition: number): Document | undefined =>
  collection.get(`kafka.partition node-m ${partition}`);
const readFrom = (collection: Collection, partition: number): Document | undefined =>
  collection.get(`kafka.consumergroup node-m ${partition}`);

const [newest, offset, lag] = [
  'kafka.partition.offset.newest',
  'kafka.consumergroup.offset',
  'kafka.consumergroup.consumer_lag',
] as const;

/** The producer stops: no partition of the topic grows, and the group has nothing to read. */
const stoppedProducer: FaultKind = {
  name: 'stopped producer',
  collections: 30,
  pages: true,
  place: () => ({
    entities: [topicEntity],
    change(collection) {
      for (const partition of partitions) {
        const [written, read] = [writtenTo(collection, partition), readFrom(collection, partition)];
        if (written !== undefined) setAt(written, newest, 0);
        if (read !== undefined) setAt(read, offset, 0);
      }
    },
  }),
};

/** The producer sends many times more; the group follows with some lag. */
const surge: FaultKind = {
  name: 'surge',
  collections: 30,
  pages: true,
  place(random: Random) {
    const factor = between(5, 15, random);
    return {
      entities: [topicEntity],
      change(collection, nth, { periodMs }) {
        for (const partition of partitions) {
          const [written, read] = [writtenTo(collection, partition), readFrom(collection, partition)];
          if (written !== undefined) multiplyAt(written, newest, factor * (1 + 0.1 * random.normal()));
          if (written === undefined || read === undefined) continue;
          const added = numberAt(written, newest);
          // The group commits every 5 s what it has read.
          const behind = Math.round((added * 5_000 * random.uniform()) / periodMs);
          setAt(read, offset, nth === 0 ? added - behind : added);
          setAt(read, lag, behind);
        }
        const cpu = collection.get('system.cpu node-m');
        if (cpu !== undefined) multiplyAt(cpu, 'system.cpu.total.norm.pct', 1.5);
      },
    };
  },
};

/** Returns a fault in which a group reads nothing of some partitions, and reads what was left when it ends. */
function unread(of: readonly number[], eachCollection: (collection: Collection) => void = () => {}): PlacedFault {
  const left = new Map<number, number>();
  return {
    entities: [groupEntity],
    change(collection) {
      eachCollection(collection);
      for (const partition of of) {
        const [written, read] = [writtenTo(collection, partition), readFrom(collection, partition)];
        if (written === undefined || read === undefined) continue;
        left.set(partition, (left.get(partition) ?? 0) + numberAt(written, newest));
        setAt(read, offset, 0);
        setAt(read, lag, left.get(partition));
      }
    },
    recover(collection) {
      for (const [partition, messages] of left) {
        const read = readFrom(collection, partition);
        if (read !== undefined) addAt(read, offset, messages);
      }
    },
  };
}

/** The only consumer of the group hangs, and is no member any more. */
const stalledGroup: FaultKind = {
  name: 'stalled group',
  collections: 24,
  pages: true,
  place: () =>
    unread(partitions, (collection) => {
      for (const partition of partitions) {
        const read = readFrom(collection, partition);
        if (read !== undefined) delete (valueAt(read, 'kafka.consumergroup') as Document).client;
      }
    }),
};

/** A group is rebalanced again and again: one partition has no reader, and the others have another member. */
const rebalance: FaultKind = {
  name: 'rebalance',
  collections: 24,
  pages: true,
  place(random: Random) {
    const orphan = oneOf(partitions, random);
    let generation = 0;
    return unread([orphan], (collection) => {
      generation += 1;
      for (const partition of partitions) {
        const read = readFrom(collection, partition);
        if (read === undefined || partition === orphan) continue;
        const member = `orders-etl-2-${Math.floor(generation / 3)}`;
        setAt(read, 'kafka.consumergroup.client', { id: 'orders-etl-2', host: '10.77.0.10', member_id: member });
      }
    });
  },
};

export const streamFaults: readonly FaultKind[] = [stoppedProducer, surge, stalledGroup, rebalance];
