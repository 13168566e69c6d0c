import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { alertOf } from '../../support/alerts.ts';
import { answer, fails, Rig, type Script, takes } from './rig.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** A transition and the time at which it is published, ms from the beginning. */
interface Published {
  readonly alert: Alert;
  readonly afterMs: number;
}

/** The first page of an alert and its later revisions, with a fixed time between them. Ms. */
function transitions(id: string, firstMs: number, gapsMs: readonly number[], parts: Partial<Alert> = {}): Published[] {
  let afterMs = firstMs;
  return [0, ...gapsMs].map((gapMs, nth) => {
    afterMs += gapMs;
    return { alert: alertOf({ id, revision: nth + 1, ...parts }), afterMs };
  });
}

/** A receiver that gives an answer until a moment of the rig's clock, and accepts every message afterwards. */
const backAfter = (untilMs: number, meanwhile: Script, rig: () => Rig): Script => {
  return (nth, request) => (rig().clock.nowMs() < untilMs ? meanwhile(nth, request) : takes(nth, request));
};

/** Publishes each transition in its time while the receiver is away, and lets a minute pass after its return. */
async function outage(
  published: readonly Published[],
  lastsMs: number,
  meanwhile: Script,
  shows: boolean,
): Promise<Rig> {
  const startMs = Date.now();
  const rig: Rig = new Rig({ pager: backAfter(startMs + lastsMs, meanwhile, () => rig) }, shows);
  rig.clock.timeMs = startMs;
  for (const { alert, afterMs } of [...published].sort((a, b) => a.afterMs - b.afterMs)) {
    await rig.runUntil(startMs + afterMs);
    rig.send(alert);
    await rig.poll();
  }
  await rig.runUntil(startMs + lastsMs + minute);
  return rig;
}

/** The revisions that the pager accepted, in the order of arrival, by alert. */
function takenBy(rig: Rig, lastsMs: number, startMs: number): Map<string, number[]> {
  const taken = rig.received.filter(({ atMs }) => atMs >= startMs + lastsMs);
  const byAlert = new Map<string, number[]>();
  for (const { alertId, revision } of taken) byAlert.set(alertId, [...(byAlert.get(alertId) ?? []), revision]);
  return byAlert;
}

/** Expects within a minute of the return: of each alert the first page, then the newest state, each id once. */
function expectDelivered(rig: Rig, published: readonly Published[], lastsMs: number): void {
  const startMs = rig.clock.nowMs() - lastsMs - minute;
  const taken = takenBy(rig, lastsMs, startMs);
  const newest = new Map<string, number>();
  for (const { alert } of published) newest.set(alert.id, Math.max(newest.get(alert.id) ?? 0, alert.revision));
  expect([...taken.keys()].sort()).toEqual([...newest.keys()].sort());
  for (const [id, revisions] of taken) {
    expect(revisions[0]).toBe(1);
    expect(revisions.at(-1)).toBe(newest.get(id));
    expect(new Set(revisions).size).toBe(revisions.length);
  }
  expect(rig.queue.deadLetters).toEqual([]);
}

describe.each([
  ['a queue that shows what waits at once, as SQLite’s does', true],
  ['a queue that shows what waits in its time, as SQS does', false],
])('%s', (_, shows) => {
  const five = [
    ...['a', 'b', 'c', 'd'].flatMap((id, nth) => transitions(id, nth * 8 * second, [10 * second, 12 * second])),
    ...transitions('e', 20 * second, [15 * second], { severity: 'critical' }),
  ];

  it('notify delivers the first page and the newest state of five alerts within a minute after an outage of a minute', async () => {
    expectDelivered(await outage(five, minute, fails, shows), five, minute);
  });

  it.each([401, 403, 404, 407, 302])(
    'notify delivers both within a minute after ten minutes of status %d',
    async (status) => {
      expectDelivered(await outage(five, 10 * minute, () => answer(status), shows), five, 10 * minute);
    },
  );

  it('notify delivers both within a minute after an hour without an answer and updates every five minutes', async () => {
    const long = ['a', 'b', 'c'].flatMap((id, nth) =>
      transitions(
        id,
        nth * 7 * second,
        Array.from({ length: 11 }, () => 5 * minute),
      ),
    );
    const noAnswer: Script = () => Promise.reject(new Error('no route'));
    const rig = await outage(long, hour, noAnswer, shows);
    expectDelivered(rig, long, hour);
    // The states in between are not sent any more.
    expect([...takenBy(rig, hour, rig.clock.nowMs() - hour - minute).values()]).toEqual([
      [1, 12],
      [1, 12],
      [1, 12],
    ]);
  });

  it('notify delivers both within a minute after any outage of up to an hour, with any times of publication', async () => {
    const gaps = fc.array(fc.integer({ min: second, max: 10 * minute }), { maxLength: 4 });
    const alert = fc.record({ firstMs: fc.nat(2 * minute), gaps });
    const alerts = fc.array(alert, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(alerts, fc.integer({ min: 10 * second, max: hour }), async (drawn, lastsMs) => {
        const all = drawn.flatMap(({ firstMs, gaps: gapsMs }, nth) => transitions(`alert-${nth}`, firstMs, gapsMs));
        const published = all.filter(({ afterMs }) => afterMs < lastsMs);
        expectDelivered(await outage(published, lastsMs, fails, shows), published, lastsMs);
      }),
      { numRuns: 30 },
    );
  });

  it('a receiver that is away gets no more attempts for a hundred messages than for one', async () => {
    const tried = async (alerts: number): Promise<number> => {
      const many = Array.from({ length: alerts }, (_, nth) => transitions(`alert-${nth}`, 0, [])).flat();
      const rig = await outage(many, 10 * minute, fails, shows);
      return rig.received.filter(({ atMs }) => atMs > rig.clock.nowMs() - 10 * minute).length - alerts;
    };
    expect(await tried(100)).toBeLessThanOrEqual((await tried(1)) * 2 + 10);
  });

  it('a single message that is not accepted delays no other', async () => {
    const rig = new Rig({ pager: (_nth, { body }) => answer(body.includes('"poison"') ? 500 : 200) }, shows);
    rig.send(alertOf({ id: 'poison' }));
    const startMs = rig.clock.nowMs();
    for (let nth = 0; nth < 20; nth += 1) {
      await rig.runUntil(startMs + nth * 30 * second);
      rig.send(alertOf({ id: `good-${nth}` }));
      await rig.poll();
    }
    await rig.runUntil(rig.clock.nowMs() + minute);
    const waits = rig.received
      .filter(({ alertId }) => alertId !== 'poison')
      .map(({ atMs }, nth) => atMs - startMs - nth * 30 * second);
    expect(waits).toHaveLength(20);
    expect(Math.max(...waits)).toBeLessThan(30 * second);
  });

  it('a receiver that is added later begins with the newest state', async () => {
    const rig = new Rig({ pager: takes }, shows);
    rig.send(alertOf({ revision: 1 }));
    await rig.poll();
    rig.add('chat', takes);
    rig.send(alertOf({ revision: 2 }));
    const beginMs = rig.clock.nowMs();
    await rig.settle();
    expect(rig.receivedBy('chat').map(({ revision }) => revision)).toEqual([2]);
    expect(rig.receivedBy('chat')[0]!.atMs - beginMs).toBeLessThanOrEqual(11 * second);
    rig.send(alertOf({ revision: 3 }));
    await rig.poll();
    expect(rig.receivedBy('chat').map(({ revision }) => revision)).toEqual([2, 3]);
  });

  it.each([
    ['a day', 24 * hour],
    ['a weekend', 62 * hour],
  ])(
    'notify gives nothing up after %s in which nothing ran, although the receiver is away at first',
    async (_, stoppedMs) => {
      const startMs = Date.now();
      const backMs = startMs + stoppedMs + 30 * second;
      const rig: Rig = new Rig({ pager: backAfter(backMs, fails, () => rig) }, shows);
      rig.clock.timeMs = startMs;
      rig.send(...Array.from({ length: 30 }, (_, nth) => alertOf({ id: `alert-${nth}` })));
      await rig.runUntil(startMs + minute);
      rig.clock.timeMs = startMs + stoppedMs;
      await rig.runUntil(backMs + minute);
      expect(rig.queue.deadLetters).toEqual([]);
      expect(new Set(rig.received.filter(({ atMs }) => atMs >= backMs).map(({ alertId }) => alertId)).size).toBe(30);
    },
  );

  it('notify gives nothing up if the receiver answers again just before the day is over', async () => {
    const many = Array.from({ length: 40 }, (_, nth) => transitions(`alert-${nth}`, 0, [])).flat();
    const rig = await outage(many, 24 * hour - 36 * second, fails, shows);
    await rig.runUntil(rig.clock.nowMs() + 6 * minute);
    expect(rig.queue.deadLetters).toEqual([]);
    expect(rig.queue.size).toBe(0);
  });

  it('notify gives up all waiting messages after a day, each after an attempt of its own', async () => {
    const many = Array.from({ length: 40 }, (_, nth) => transitions(`alert-${nth}`, 0, [])).flat();
    const rig = await outage(many, 30 * hour, fails, shows);
    expect(rig.queue.deadLetters).toHaveLength(40);
    expect(rig.queue.size).toBe(0);
  });

  it('a copy replaces a message that was handed out often, and continues its time', async () => {
    const rig = await outage(transitions('a', 0, [10 * second]), 24 * hour - 10 * minute, fails, shows);
    expect(rig.queue.deadLetters).toEqual([]);
    await rig.runUntil(rig.clock.nowMs() + 6 * minute);
    const taken = rig.received
      .filter(({ atMs }) => atMs > rig.clock.nowMs() - 7 * minute)
      .map(({ revision }) => revision);
    expect(taken).toEqual([1, 2]);
    expect(rig.receiptsMost).toBeLessThanOrEqual(150);
  });
});
