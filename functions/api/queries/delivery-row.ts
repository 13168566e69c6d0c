import type * as z from 'zod';
import type { Settings } from '../../shared/domain/settings.ts';
import type { Deliveries } from '../../shared/ports/deliveries.ts';
import type { deliveryAnswer } from '../answers/deliveries.ts';
import type { Shown } from '../answers/shown.ts';
import type { Sources } from '../sources.ts';

/** The delivery of one revision of an alert to one receiver. */
export type DeliveryRow = Shown<z.infer<typeof deliveryAnswer>>;

/** The sources of the list of deliveries. */
export interface DeliveriesPorts extends Sources {
  readonly deliveries: Pick<Deliveries, 'unsettled' | 'read'>;
  readonly settings: Pick<Settings, 'receivers'>;
}
