import type { StageSource } from '../../functions/shared/ports/broker.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import { PartitionPoller, type PartitionPollerOptions } from './partition-poller.ts';

/** The partition pollers of one stage: one for each partition that is assigned to this process, as that changes. */
export class AssignedPollers {
  readonly #source: StageSource;
  readonly #options: Omit<PartitionPollerOptions, 'topic' | 'partition'>;
  readonly #clock: Clock;
  /** A poller is kept when its partition goes: if the partition comes back, the poller may still be busy. */
  readonly #pollers = new Map<string, PartitionPoller>();

  constructor(source: StageSource, options: Omit<PartitionPollerOptions, 'topic' | 'partition'>, clock: Clock) {
    this.#source = source;
    this.#options = options;
    this.#clock = clock;
  }

  /** The pollers of the partitions that are assigned now. A poller whose partition went finds nothing to read. */
  get pollers(): readonly PartitionPoller[] {
    return this.#source.assigned.map(({ topic, partition }) => this.#pollerOf(topic, partition));
  }

  #pollerOf(topic: string, partition: number): PartitionPoller {
    const name = `${topic}/${partition}`;
    let poller = this.#pollers.get(name);
    if (poller === undefined) {
      poller = new PartitionPoller({ ...this.#options, topic, partition }, this.#source, this.#clock);
      this.#pollers.set(name, poller);
    }
    return poller;
  }
}
