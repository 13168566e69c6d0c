import { type AggregateReport, createAggregate } from '../../functions/aggregate/handler.ts';
import { timeoutMsOf } from '../../functions/functions.ts';
import type { Ports } from '../../functions/shared/ports/index.ts';
import { createSweep, type SweepReport } from '../../functions/sweep/handler.ts';
import type { Backends } from '../backends.ts';
import { lambdaContext } from '../lambda/lambda-context.ts';

/** The work that is due now and then: on AWS a schedule starts it, in the embedded run a timer does. */
export class Upkeep {
  readonly #ports: Ports;
  readonly #backends: Pick<Backends, 'isWarehouseSetUp' | 'setUpWarehouse'>;

  constructor(ports: Ports, backends: Pick<Backends, 'isWarehouseSetUp' | 'setUpWarehouse'>) {
    this.#ports = ports;
    this.#backends = backends;
  }

  /** Finishes transactions that stayed pending, and deletes objects that no ledger item names any more. */
  sweep(): Promise<SweepReport> {
    return createSweep(this.#ports)({}, lambdaContext('sweep', timeoutMsOf('sweep'), this.#ports.clock));
  }

  /**
   * Rolls minute summaries up into hours.
   * @param event `{}` for the last whole hours, `{ hour }` for one hour
   */
  aggregate(event: unknown): Promise<readonly AggregateReport[]> {
    return createAggregate(this.#ports)(event, lambdaContext('aggregate', timeoutMsOf('aggregate'), this.#ports.clock));
  }

  /** Sets the warehouse up if it did not answer when this process started. */
  async ensureWarehouse(): Promise<void> {
    if (!this.#backends.isWarehouseSetUp()) await this.#backends.setUpWarehouse();
  }
}
