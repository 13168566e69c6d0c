import type { Ports } from '../shared/ports/index.ts';
import type { KnownAlerts } from '../shared/ports/known-alerts.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';
import type { Health } from './health.ts';
import type { Operations } from './operations.ts';
import type { DeliveriesPorts } from './queries/delivery-row.ts';

/** The ports of the HTTP API. */
export interface ApiPorts
  extends Pick<Ports, 'settings' | 'eventLog' | 'layout' | 'telemetry' | 'clock'>,
    Pick<DeliveriesPorts, 'deliveries'> {
  /** The warehouse; where there is none, what alert's state knows. */
  readonly warehouse: Warehouse | KnownAlerts;
  readonly health: () => Promise<Health>;
  /** The work that needs the log, the queues and the secrets; absent in a function that has none of them. */
  readonly operations?: Operations;
  /**
   * The most bytes of an answer.
   *
   * @default no limit
   */
  readonly answerBytesMax?: number;
}
