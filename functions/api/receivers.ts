import type * as z from 'zod';
import type { DeliveryItem } from '../shared/domain/delivery.ts';
import { minuteMs } from '../shared/domain/durations.ts';
import { failuresOfAway, type ReceiverRecord } from '../shared/domain/receiver-record.ts';
import type { Deliveries } from '../shared/ports/deliveries.ts';
import type { Receivers } from '../shared/ports/receivers.ts';
import type { receiverHealthAnswer } from './answers/health.ts';
import type { Shown } from './answers/shown.ts';

/** The tables of deliveries from which the API reads. */
export interface DeliveryTables {
  readonly receivers: Pick<Receivers, 'records'>;
  readonly deliveries: Pick<Deliveries, 'unsettled'>;
}

/** The number of items of the table that one request reads. */
export const unsettledMax = 10_000;

/** The health of one receiver. If a worker dies right after an acknowledgement, the record still shows the attempt before. */
export type ReceiverHealth = Shown<z.infer<typeof receiverHealthAnswer>>;

/** The longest time that a receiver may fail before the whole is degraded. */
const failingMsMax = minuteMs;

/** Returns the health of the receivers in the order of the settings, from their records and from the unsettled messages. */
export function receiversHealth(
  names: readonly string[],
  records: readonly ReceiverRecord[],
  unsettled: readonly DeliveryItem[],
): readonly ReceiverHealth[] {
  return names.map((name) => {
    const {
      failures = 0,
      failingSinceMs,
      refusals = 0,
      reason,
    } = records.find(({ receiver }) => receiver === name) ?? {};
    const own = unsettled.filter(({ receiver }) => receiver === name);
    const waiting = own.reduce((sum, item) => sum + item.waiting.length, 0);
    const isRefusing = refusals >= failuresOfAway;
    if ((failures === 0 && !isRefusing) || own.length === 0) return { name, status: 'ok', failures, waiting };
    return {
      name,
      status: failures === 0 ? 'refusing' : 'failing',
      ...(failingSinceMs === undefined ? {} : { failingSinceMs }),
      failures,
      ...(reason === undefined ? {} : { reason }),
      waiting,
    };
  });
}

/** Returns whether a receiver has failed for a minute, or refuses its messages. */
export function isDegraded(receivers: readonly ReceiverHealth[], nowMs: number): boolean {
  return receivers.some(
    ({ status, failingSinceMs = nowMs }) => status === 'refusing' || nowMs - failingSinceMs >= failingMsMax,
  );
}
