import { describe, expect, it } from 'vitest';
import type { TopicPartition } from '../../../functions/shared/ports/broker.ts';
import { AssignedPollers } from '../../../local/lambda/assigned-pollers.ts';
import { ManualClock, MemoryBroker } from '../memory-broker.ts';

class AssigningBroker extends MemoryBroker {
  assigned: TopicPartition[] = [];
}

const partitionsOf = (assigned: AssignedPollers) => assigned.pollers.map(({ options }) => options.partition);

function openAssigned() {
  const broker = new AssigningBroker();
  const options = { group: 'detect', batchSize: 10, windowMs: 0, bisect: true, invoke: async () => {} };
  return { broker, assigned: new AssignedPollers(broker, options, new ManualClock()) };
}

describe('the pollers of a stage whose partitions are assigned', () => {
  it('are those of the partitions that are assigned now', () => {
    const { broker, assigned } = openAssigned();
    expect(partitionsOf(assigned)).toEqual([]);
    broker.assigned = [0, 1].map((partition) => ({ topic: 't', partition }));
    expect(partitionsOf(assigned)).toEqual([0, 1]);
    broker.assigned = [{ topic: 't', partition: 1 }];
    expect(partitionsOf(assigned)).toEqual([1]);
  });

  it('are the same if a partition comes back, so that two never read it at once', () => {
    const { broker, assigned } = openAssigned();
    broker.assigned = [{ topic: 't', partition: 0 }];
    const [before] = assigned.pollers;
    broker.assigned = [];
    expect(assigned.pollers).toEqual([]);
    broker.assigned = [{ topic: 't', partition: 0 }];
    expect(assigned.pollers[0]).toBe(before);
  });
});
