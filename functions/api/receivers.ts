import { minuteMs } from '../shared/domain/durations.ts';

/** What a receiver's record says of it. */
export interface ReceiverRecord {
  readonly receiver: string;
  /** Failed tries in a row; 0 while it takes what it gets. */
  readonly failures: number;
  /** When the first of them was. Ms. */
  readonly failingSinceMs?: number;
  readonly reason?: string;
}

/** A revision of an alert that a receiver has not taken yet and that is to come again. */
export interface WaitingRevision {
  readonly revision: number;
  readonly sinceMs: number;
  readonly nextTryMs: number;
  readonly tries: number;
  readonly reason: string;
}

/** What is not settled of one alert's messages to one receiver. */
export interface UnsettledDelivery {
  readonly receiver: string;
  readonly alertId: string;
  readonly waiting: readonly WaitingRevision[];
  /** Revisions that lie among the dead letters. */
  readonly givenUp: readonly number[];
}

/** The tables of deliveries, as the API reads them. */
export interface DeliveryTables {
  readonly receivers: { records(names: readonly string[]): Promise<readonly ReceiverRecord[]> };
  readonly deliveries: { unsettled(limit: number): Promise<readonly UnsettledDelivery[]> };
}

/** How many items of the table one answer looks at. */
export const unsettledMax = 10_000;

export interface ReceiverHealth {
  readonly name: string;
  /** `failing`: its last try failed. A minute of that makes the whole `degraded`. */
  readonly status: 'ok' | 'failing';
  readonly failingSinceMs?: number;
  /** Failed tries in a row. */
  readonly failures: number;
  readonly reason?: string;
  /** Messages that wait for it. */
  readonly waiting: number;
}

/** How long a receiver may fail before somebody has to look. */
export const failingMsMax = minuteMs;

/** The receivers of the settings, in their order, each with what its record says and how many messages wait for it. */
export function receiversHealth(
  names: readonly string[],
  records: readonly ReceiverRecord[],
  unsettled: readonly UnsettledDelivery[],
): readonly ReceiverHealth[] {
  return names.map((name) => {
    const { failures = 0, failingSinceMs, reason } = records.find(({ receiver }) => receiver === name) ?? {};
    const own = unsettled.filter(({ receiver }) => receiver === name);
    const waiting = own.reduce((sum, item) => sum + item.waiting.length, 0);
    if (failures === 0) return { name, status: 'ok', failures, waiting };
    return {
      name,
      status: 'failing',
      ...(failingSinceMs === undefined ? {} : { failingSinceMs }),
      failures,
      ...(reason === undefined ? {} : { reason }),
      waiting,
    };
  });
}

/** Whether a receiver has failed for a minute. */
export function isDegraded(receivers: readonly ReceiverHealth[], nowMs: number): boolean {
  return receivers.some(({ failingSinceMs }) => failingSinceMs !== undefined && nowMs - failingSinceMs >= failingMsMax);
}
