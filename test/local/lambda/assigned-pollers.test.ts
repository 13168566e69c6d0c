import { describe, expect, it } from 'vitest';
import type { TopicPartition } from '../../../functions/shared/ports/broker.ts';
import { AssignedPollers } from '../../../local/lambda/assigned-pollers.ts';
import { ManualClock, MemoryBroker } from '../memory-broker.ts';

class AssigningBroker extends MemoryBroker {
  assigned: TopicPartition[] = [];
}

const partitionsOf = (lanes: AssignedPollers) => lanes.lanes.map(({ options }) => options.partition);

function openLanes() {
  const broker = new AssigningBroker();
  const options = { group: 'detect', batchSize: 10, windowMs: 0, bisect: true, invoke: async () => {} };
  return { broker, lanes: new AssignedPollers(broker, options, new ManualClock()) };
}

describe('the lanes of a stage whose partitions are assigned', () => {
  it('are those of the partitions it has now', () => {
    const { broker, lanes } = openLanes();
    expect(partitionsOf(lanes)).toEqual([]);
    broker.assigned = [0, 1].map((partition) => ({ topic: 't', partition }));
    expect(partitionsOf(lanes)).toEqual([0, 1]);
    broker.assigned = [{ topic: 't', partition: 1 }];
    expect(partitionsOf(lanes)).toEqual([1]);
  });

  it('are the same when a partition comes back, so that two never read it at once', () => {
    const { broker, lanes } = openLanes();
    broker.assigned = [{ topic: 't', partition: 0 }];
    const [before] = lanes.lanes;
    broker.assigned = [];
    expect(lanes.lanes).toEqual([]);
    broker.assigned = [{ topic: 't', partition: 0 }];
    expect(lanes.lanes[0]).toBe(before);
  });
});
