import { expect } from 'vitest';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import type { Replayed } from './killing.ts';
import { differences } from './outcome.ts';

/**
 * Milliseconds for which a receiver is unavailable: less than an hour, so that all is delivered within a minute after
 * it, and long enough for a queue to hand out a message 150 times.
 */
export const awayMs = 50 * 60_000;

/** The times of tries are whole seconds. */
const withinMs = 61_000;

/** The calls that happen while a receiver is unavailable, and those at its return. */
const callsAway = [
  'receivers.admit',
  'receivers.failed',
  'deliveries.claim',
  'deliveries.wait',
  'queue.retryLater',
  'queue.sendAgain',
];
const callsAtReturn = ['deliveries.acknowledge', 'receivers.answered', 'queue.showWaiting'];

const sides = (calls: readonly string[]): string[] => calls.flatMap((call) => [`before ${call}`, `after ${call}`]);

/** The points at which processes are killed, in the order in which they are reached. */
export const placesAway: readonly string[] = sides(callsAway);
export const placesAtReturn: readonly string[] = sides(callsAtReturn);

/**
 * Expects that the kills and the outage lost nothing, and that nothing waited for what killed processes had left: the
 * receiver got the first page and the newest state of every alert within a minute of its return, and none after its
 * acknowledgement was recorded.
 * @param undisturbed a replay without kills, whose receiver was available
 */
export function expectAllTaken(replayed: Replayed, undisturbed: Replayed): void {
  const { outcome, received, taken, afterRecord, deaths } = replayed;
  expect(differences(undisturbed.outcome, outcome)).toEqual([]);
  expect(afterRecord).toEqual([]);
  for (const [id, bodies] of received)
    expect(new Set(bodies)).toEqual(new Set(undisturbed.received.get(id) ?? bodies.slice(0, 1)));
  const firstTaken = new Map([...taken].reverse().map(({ id, sinceBackMs }) => [id, sinceBackMs]));
  for (const id of neverOvertaken(undisturbed)) expect(firstTaken.get(id) ?? Infinity).toBeLessThanOrEqual(withinMs);
  for (const same of Map.groupBy(taken, ({ id }) => id).values()) {
    expect(same.length - 1).toBeLessThanOrEqual(deaths.length);
  }
}

/** Returns the delivery ids of the first page and the newest state of every alert, in order. */
export function neverOvertaken({ received }: Replayed): string[] {
  const messages = [...received].map(([id, [body]]) => ({ id, alert: (JSON.parse(body!) as { data: Alert }).data }));
  const byAlert = [...Map.groupBy(messages, ({ alert }) => alert.id).values()];
  return byAlert
    .flatMap((same) => {
      const sorted = same.toSorted((a, b) => a.alert.revision - b.alert.revision);
      return [sorted[0]!.id, sorted.at(-1)!.id];
    })
    .sort();
}
