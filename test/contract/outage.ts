import { describe, expect, it } from 'vitest';
import type { Alert } from '../../functions/shared/domain/alert.ts';
import { ManualClock } from '../local/memory-broker.ts';
import { alertOf } from '../support/alerts.ts';
import { type Away, Outage, type Path } from '../support/outage.ts';
import { unique } from './unique.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

export interface OpenedPath extends Path {
  close?(): void;
}

/** A transition, and when it is published: ms after the receiver became unavailable. */
interface Published {
  readonly alert: Alert;
  readonly afterMs: number;
}

/**
 * Returns five alerts, the last one critical. Each has one update, the first one two. After an hour only these two have
 * updates.
 */
function fiveAlerts(lastsMs: number): Published[] {
  const severities = ['warning', 'warning', 'info', 'warning', 'critical'] as const;
  return severities.flatMap((severity, nth) => {
    const id = unique(`alert-${nth}`);
    // Every message is tried 110 times in an hour, which takes a real table and a real queue some time.
    const isBrief = lastsMs >= hour && severity !== 'critical';
    const updatesMs = isBrief ? [] : [15 * second];
    const gapsMs = nth === 0 ? [0, 10 * second, 22 * second] : [0, ...updatesMs];
    return gapsMs.map((gapMs, index) => ({
      alert: alertOf({ id, severity, revision: index + 1 }),
      afterMs: nth * 8 * second + gapMs,
    }));
  });
}

/** Defines the tests of what every path from the topic to a receiver promises after the receiver was unavailable. */
export function describeOutage(name: string, open: (clock: ManualClock) => Promise<OpenedPath>): void {
  describe(`after an outage, messages on ${name}`, () => {
    it.each<[string, Away, number]>([
      ['a minute without a receiver', 'refuses connections', minute],
      ['ten minutes of 401', 401, 10 * minute],
      ['an hour without a receiver', 'refuses connections', hour],
    ])('deliver the first page and the newest state of five alerts within a minute: %s', async (_, how, lastsMs) => {
      const clock = new ManualClock();
      clock.random = spread();
      const path = await open(clock);
      const outage = await Outage.open(clock, path);
      try {
        const five = fiveAlerts(lastsMs);
        const startMs = clock.nowMs();
        outage.leave(how);
        for (const { alert, afterMs } of five.toSorted((a, b) => a.afterMs - b.afterMs)) {
          await outage.runUntil(startMs + afterMs);
          await outage.publish(alert);
        }
        await outage.runUntil(startMs + lastsMs);
        expect(outage.taken).toEqual([]);
        await outage.comeBack(how);
        await outage.runUntil(startMs + lastsMs + minute);
        expectDelivered(outage, five);
        expect(await path.deliveries.unsettled(100)).toEqual([]);
      } finally {
        outage.close();
        path.close?.();
      }
    });
  });
}

/**
 * Returns numbers in [0, 1) that spread evenly and are the same in each run, so that no two messages wait equally long.
 */
function spread(): () => number {
  let count = 0;
  return () => {
    count += 1;
    return (count * Math.SQRT1_2 * 7) % 1;
  };
}

/** Expects of each alert the first page before the newest state, and each id once. */
function expectDelivered({ taken }: Outage, published: readonly Published[]): void {
  const byAlert = Map.groupBy(published, ({ alert }) => alert.id);
  for (const [id, same] of byAlert) {
    const revisions = taken.filter(({ alertId }) => alertId === id).map(({ revision }) => revision);
    expect([revisions.at(0), revisions.at(-1)]).toEqual([1, same.length]);
  }
  expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length);
}
