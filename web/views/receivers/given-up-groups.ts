import type { DeliveryRow } from '../../api/alert-types.ts';
import type { ReceiverHealth } from '../../api/types.ts';

/** The messages of a receiver that were given up. */
export interface GivenUpGroup {
  readonly receiver: string;
  /** The messages that are listed. */
  readonly rows: readonly DeliveryRow[];
  /** The number of messages that a redrive sends; the list may hold fewer. */
  readonly all: number;
}

/** Returns the messages that were given up, by receiver, each with the number of all, of which the list is the beginning. */
export function givenUpGroups(
  deliveries: readonly DeliveryRow[],
  receivers: readonly Pick<ReceiverHealth, 'name' | 'givenUp'>[],
): GivenUpGroup[] {
  const counts = new Map(receivers.map(({ name, givenUp }) => [name, givenUp]));
  return [...Map.groupBy(deliveries, ({ receiver }) => receiver)].map(([receiver, rows]) => ({
    receiver,
    rows,
    all: Math.max(rows.length, counts.get(receiver) ?? 0),
  }));
}
