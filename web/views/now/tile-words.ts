import type { ReceiverState } from '../../api/types.ts';

/** Returns why there are no messages to count: they could not be read, are not read yet, or no Kafka is watched. */
export function noTopicText(data: unknown, problem: unknown): string {
  if (data !== undefined) return 'no Kafka topic is watched';
  return problem === undefined ? '' : 'the queues could not be read';
}

/** Returns what is known of deliveries of which none fails. `delivered` is null where it is not known. */
export function calmDeliveriesText({
  delivered,
  waiting,
}: {
  readonly delivered: number | null;
  readonly waiting: number;
}): string {
  if (delivered !== null) return `${delivered} delivered in the last hour`;
  return waiting === 0 ? 'nothing waits' : 'how many were delivered is not known';
}

const order: Readonly<Record<ReceiverState['status'], number>> = { failing: 0, refusing: 1, ok: 2 };

/** Returns receivers, those that fail first, then those that refuse messages, then those for which most waits. */
export const worstReceivers = (receivers: readonly ReceiverState[]): readonly ReceiverState[] =>
  receivers.toSorted((a, b) => order[a.status] - order[b.status] || b.waiting - a.waiting);
