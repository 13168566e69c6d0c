import type { Settings } from '../domain/settings.ts';
import type { Layout } from '../log/layout.ts';
import type { AttemptQueue } from './attempt-queue.ts';
import type { Clock } from './clock.ts';
import type { Deliveries } from './deliveries.ts';
import type { EventLog } from './event-log.ts';
import type { Ledger } from './ledger.ts';
import type { MessageQueue } from './message-queue.ts';
import type { ObjectStore } from './objects.ts';
import type { Publisher } from './publisher.ts';
import type { Receivers } from './receivers.ts';
import type { Secrets } from './secrets.ts';
import type { Telemetry } from './telemetry.ts';
import type { Warehouse } from './warehouse.ts';

/** The ports and settings that a function may use. Each handler names the few that it needs. */
export interface Ports {
  readonly settings: Settings;
  readonly layout: Layout;
  readonly eventLog: EventLog;
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
  readonly warehouse: Warehouse;
  readonly publisher: Publisher;
  readonly deliveries: Deliveries;
  readonly receivers: Receivers;
  readonly queue: MessageQueue;
  readonly attempts: AttemptQueue;
  readonly secrets: Secrets;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
}
