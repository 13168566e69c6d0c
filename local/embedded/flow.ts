import type { QueueName } from '../../functions/function-row.ts';
import { pipeline } from '../../functions/pipeline.ts';
import type { Ports } from '../../functions/shared/ports/index.ts';
import { Poller } from '../lambda/poller.ts';
import type { StageBroker } from '../lambda/stage-broker.ts';
import { type OpenStage, openStage, type ReadQueue } from '../lambda/stages.ts';

export interface FlowOptions {
  readonly ports: Ports;
  readonly broker: StageBroker;
  readonly queues: Readonly<Record<QueueName, ReadQueue>>;
  /**
   * Milliseconds that every stage gathers records for a batch.
   *
   * @default the window of each stage in `functions/pipeline.ts`
   */
  readonly windowMs?: number | undefined;
}

/** The stages of the pipeline, in running order, and the poller that feeds them. */
export class Flow {
  readonly stages: readonly OpenStage[];
  readonly #broker: StageBroker;
  readonly #poller: Poller;
  #isRunning = false;

  constructor({ ports, broker, queues, windowMs }: FlowOptions) {
    this.stages = pipeline.map((stage) => openStage(stage, { ports, broker, queues, windowMs }));
    this.#broker = broker;
    this.#poller = new Poller(this.stages, ports.clock, ports.telemetry, { isSettled: () => broker.isSettled() });
  }

  /** Indicates whether the stages are polled in the background: from the call of `start` to the end of `stop`. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Runs every stage until no source has anything left. @see Poller.drain */
  async drain(signal?: AbortSignal): Promise<void> {
    await this.#broker.join(signal);
    return this.#poller.drain(signal);
  }

  /**
   * Polls in the background until `stop`.
   * @throws the errors of {@link StageBroker.join}
   */
  async start(signal?: AbortSignal): Promise<void> {
    this.#isRunning = true;
    await this.#broker.join(signal);
    this.#poller.start();
  }

  /** Waits until the batches in flight are finished and committed. */
  async stop(): Promise<void> {
    await this.#poller.stop();
    this.#isRunning = false;
  }

  /** Returns the number of records of `beats` that normalise has not read yet. */
  backlog(): number {
    const normalise = this.stages.find(({ name }) => name === 'normalise');
    return (normalise?.sources ?? []).reduce((sum, source) => sum + source.lagRecords, 0);
  }
}
