import type { StageSource } from '../../functions/shared/ports/broker.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import { PartitionPoller, type PartitionPollerOptions } from './partition-poller.ts';

/** The lanes of one stage: one for each partition that is this process's to read, as that changes. */
export class AssignedPollers {
  readonly #source: StageSource;
  readonly #options: Omit<PartitionPollerOptions, 'topic' | 'partition'>;
  readonly #clock: Clock;
  /** Kept when a partition goes, so that one that comes back finds its lane, which may still be busy. */
  readonly #lanes = new Map<string, PartitionPoller>();

  constructor(source: StageSource, options: Omit<PartitionPollerOptions, 'topic' | 'partition'>, clock: Clock) {
    this.#source = source;
    this.#options = options;
    this.#clock = clock;
  }

  /** Of the partitions assigned now; a lane whose partition goes has nothing to read any more. */
  get lanes(): readonly PartitionPoller[] {
    return this.#source.assigned.map(({ topic, partition }) => this.#laneOf(topic, partition));
  }

  #laneOf(topic: string, partition: number): PartitionPoller {
    const name = `${topic}/${partition}`;
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = new PartitionPoller({ ...this.#options, topic, partition }, this.#source, this.#clock);
      this.#lanes.set(name, lane);
    }
    return lane;
  }
}
