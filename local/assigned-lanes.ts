import type { StageSource } from '../functions/shared/ports/broker.ts';
import type { Clock } from '../functions/shared/ports/clock.ts';
import { Lane, type LaneOptions } from './lane.ts';

/** The lanes of one stage: one for each partition that is this process's to read, as that changes. */
export class AssignedLanes {
  readonly #source: StageSource;
  readonly #options: Omit<LaneOptions, 'topic' | 'partition'>;
  readonly #clock: Clock;
  /** Kept when a partition goes, so that one that comes back finds its lane, which may still be busy. */
  readonly #lanes = new Map<string, Lane>();

  constructor(source: StageSource, options: Omit<LaneOptions, 'topic' | 'partition'>, clock: Clock) {
    this.#source = source;
    this.#options = options;
    this.#clock = clock;
  }

  /** Of the partitions assigned now; a lane whose partition goes has nothing to read any more. */
  get lanes(): readonly Lane[] {
    return this.#source.assigned.map(({ topic, partition }) => this.#laneOf(topic, partition));
  }

  #laneOf(topic: string, partition: number): Lane {
    const name = `${topic}/${partition}`;
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = new Lane({ ...this.#options, topic, partition }, this.#source, this.#clock);
      this.#lanes.set(name, lane);
    }
    return lane;
  }
}
