import type { Settings } from '../../shared/domain/settings.ts';
import type { Deliveries } from '../../shared/ports/deliveries.ts';
import type { Sources } from '../sources.ts';

/** The delivery of one revision of an alert to one receiver. */
export interface DeliveryRow {
  readonly receiver: string;
  readonly alertId: string;
  readonly revision: number;
  readonly state: 'waiting' | 'given up' | 'delivered';
  /** The time when it first could not be delivered, was given up, or was delivered. */
  readonly sinceMs?: number;
  /** The reason why it waits or was given up. */
  readonly reason?: string;
  /** The number of failed attempts so far; only while it waits. */
  readonly tries?: number;
  /** The time of the next attempt; only while it waits. */
  readonly nextTryMs?: number;
}

/** The sources of the list of deliveries. */
export interface DeliveriesPorts extends Sources {
  readonly deliveries: Pick<Deliveries, 'unsettled' | 'read'>;
  readonly settings: Pick<Settings, 'receivers'>;
}
