import type { DeliveryItem } from '../shared/domain/delivery.ts';
import { minuteMs } from '../shared/domain/durations.ts';
import { failuresOfAway, type ReceiverRecord } from '../shared/domain/receiver-record.ts';
import type { Deliveries } from '../shared/ports/deliveries.ts';
import type { Receivers } from '../shared/ports/receivers.ts';

/** The tables of deliveries, as the API reads them. */
export interface DeliveryTables {
  readonly receivers: Pick<Receivers, 'records'>;
  readonly deliveries: Pick<Deliveries, 'unsettled'>;
}

/** How many items of the table one answer looks at. */
export const unsettledMax = 10_000;

export interface ReceiverHealth {
  readonly name: string;
  /**
   * `failing`: its last try failed, and something of it waits or was given up. A minute of that makes the whole
   * `degraded`. A worker that dies right after an acknowledgement leaves a record that says otherwise.
   * `refusing`: it refused the last three messages or more for good, which makes the whole `degraded` at once.
   */
  readonly status: 'ok' | 'failing' | 'refusing';
  readonly failingSinceMs?: number;
  /** Failed tries in a row. */
  readonly failures: number;
  readonly reason?: string;
  /** Messages that wait for it. */
  readonly waiting: number;
}

/** How long a receiver may fail before somebody has to look. */
const failingMsMax = minuteMs;

/** The receivers of the settings, in their order, each with what its record says and how many messages wait for it. */
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

/** Whether a receiver has failed for a minute, or refuses what it gets. */
export function isDegraded(receivers: readonly ReceiverHealth[], nowMs: number): boolean {
  return receivers.some(
    ({ status, failingSinceMs = nowMs }) => status === 'refusing' || nowMs - failingSinceMs >= failingMsMax,
  );
}
