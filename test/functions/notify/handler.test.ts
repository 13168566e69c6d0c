import { describe, expect, it, vi } from 'vitest';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { deliveryId } from '../../../functions/shared/domain/ids.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { alertOf, envelope } from '../../support/alerts.ts';
import { failOnce } from '../../support/faults.ts';
import { patience } from '../../support/patience.ts';
import { answer, fails, Rig, takes } from './rig.ts';

const second = 1_000;
const away = new UnavailableError('throttled');

/** A number of separate alerts, each opened. */
const alertsOf = (...ids: readonly string[]) => ids.map((id) => alertOf({ id }));

describe('notify', () => {
  it('notify delivers a message to every receiver once, and the message is done', async () => {
    const rig = new Rig({ pager: takes, chat: takes });
    rig.send(alertOf());
    await rig.poll();
    expect(rig.received.map(({ receiver, id }) => [receiver, id]).sort()).toEqual([
      ['chat', deliveryId('k3Jd82hLmQ0vTnXyRz5cWb7pAe:1', 'chat')],
      ['pager', deliveryId('k3Jd82hLmQ0vTnXyRz5cWb7pAe:1', 'pager')],
    ]);
    expect(rig.queue.size).toBe(0);
    expect(rig.telemetry.counts()).toEqual({
      'deliveries{outcome=delivered,receiver=chat}': 1,
      'deliveries{outcome=delivered,receiver=pager}': 1,
    });
  });

  it('notify is done with a message at once if the settings name no receiver', async () => {
    const rig = new Rig({});
    rig.send(alertOf());
    await rig.poll();
    expect(rig.queue.size).toBe(0);
  });

  it('notify does not deliver a message again that the queue hands out twice', async () => {
    const rig = new Rig({ pager: takes });
    rig.send(alertOf(), alertOf());
    await rig.poll();
    rig.send(alertOf());
    await rig.poll();
    expect(rig.received).toHaveLength(1);
    expect(rig.queue.size).toBe(0);
  });

  it('notify does not deliver a transition after a newer one of its alert', async () => {
    const rig = new Rig({ pager: takes });
    rig.send(...[1, 3].map((revision) => alertOf({ revision })));
    await rig.poll();
    rig.send(alertOf({ revision: 2 }));
    await rig.poll();
    expect(rig.received.map(({ revision }) => revision)).toEqual([1, 3]);
    expect(rig.queue.size).toBe(0);
    expect(rig.telemetry.counts()['deliveries{outcome=superseded,receiver=pager}']).toBe(1);
  });

  it('notify writes to the terminal if the settings name it', async () => {
    const rig = new Rig({ pager: takes });
    const written: string[] = [];
    rig.send(alertOf());
    await rig.poll(undefined, { settings: defaultSettings, terminal: (text) => written.push(text) });
    expect(written).toHaveLength(1);
    expect(written[0]).toContain('WARNING  writes off on node-b');
    expect(rig.received).toEqual([]);
  });
});

describe('the deliveries of one receiver', () => {
  it('a slow receiver does not delay the others', async () => {
    const slow = Promise.withResolvers<void>();
    const rig = new Rig({
      slow: async () => {
        await slow.promise;
        return answer(200);
      },
      quick: takes,
    });
    rig.send(...[1, 2, 3].map((revision) => alertOf({ revision })));
    const polled = rig.poll();
    await vi.waitFor(() => expect(rig.receivedBy('quick')).toHaveLength(3), patience);
    expect(rig.receivedBy('slow')).toHaveLength(1);
    slow.resolve();
    await polled;
    expect(rig.receivedBy('slow')).toHaveLength(3);
    expect(rig.queue.size).toBe(0);
  });

  it('an alert that its receiver accepts slowly does not delay the others', async () => {
    const slow = Promise.withResolvers<void>();
    const rig = new Rig({
      pager: async (nth) => {
        if (nth === 1) await slow.promise;
        return answer(200);
      },
    });
    rig.send(...alertsOf('a', 'b', 'c'));
    const polled = rig.poll();
    await vi.waitFor(() => expect(rig.received.map(({ alertId }) => alertId)).toEqual(['a', 'b', 'c']), patience);
    slow.resolve();
    await polled;
    expect(rig.queue.size).toBe(0);
  });

  it('a failing receiver does not delay the others, and they get nothing twice because of it', async () => {
    const rig = new Rig({ down: (nth) => answer(nth <= 3 ? 500 : 200), up: takes });
    rig.send(...alertsOf('a', 'b', 'c'));
    await rig.poll();
    expect(rig.receivedBy('up')).toHaveLength(3);
    expect(rig.queue.size).toBe(3);
    await rig.settle();
    expect(rig.receivedBy('up')).toHaveLength(3);
    expect(rig.receivedBy('down')).toHaveLength(6);
  });

  it('the messages of one alert are delivered in their order, one at a time', async () => {
    let inFlight = 0;
    let inFlightMax = 0;
    const rig = new Rig({
      pager: async () => {
        inFlight += 1;
        inFlightMax = Math.max(inFlightMax, inFlight);
        await new Promise(setImmediate);
        inFlight -= 1;
        return answer(200);
      },
    });
    rig.send(...[1, 2, 3, 4, 5].map((revision) => alertOf({ revision })));
    await rig.poll();
    expect(rig.received.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5]);
    expect(inFlightMax).toBe(1);
  });

  it('a send begins only if its time-out fits into the time left; the remaining messages are delivered again at once', async () => {
    // 15 s for a send and 2 s for its record: of 60 s three such sends leave 15 s, too little for a fourth.
    const rig = new Rig({
      pager: () => {
        rig.clock.timeMs += 15 * second;
        return answer(200);
      },
    });
    rig.send(...[1, 2, 3, 4].map((revision) => alertOf({ revision })));
    await rig.poll();
    expect(rig.received.map(({ revision }) => revision)).toEqual([1, 2, 3]);
    expect(rig.telemetry.counts()['deliveries{outcome=no time left,receiver=pager}']).toBe(1);
    expect(rig.queue.dueAtMs).toBe(rig.clock.nowMs());
    await rig.poll();
    expect(rig.received.map(({ revision }) => revision)).toEqual([1, 2, 3, 4]);
  });
});

describe('a message that failed', () => {
  it('a message that failed is delivered again after two seconds, and less often the longer it fails', async () => {
    const rig = new Rig({ pager: fails });
    rig.send(alertOf());
    const beginMs = rig.clock.nowMs();
    await rig.runUntil(beginMs + 100 * second);
    const afterMs = rig.received.map(({ atMs }) => atMs - beginMs);
    expect(afterMs).toEqual([0, 2, 4, 8, 16, 32, 62, 92].map((seconds) => seconds * second));
  });

  it('a message that failed waits for as long as its receiver requested', async () => {
    const rig = new Rig({ pager: (nth) => (nth === 1 ? answer(429, { 'retry-after': '45' }) : answer(200)) });
    rig.send(alertOf());
    await rig.poll();
    expect(rig.queue.dueAtMs! - rig.clock.nowMs()).toBe(45 * second);
    await rig.settle();
    expect(rig.received).toHaveLength(2);
  });

  it('a message comes back for the receiver that is due first, and the wait of another is not shortened', async () => {
    const rig = new Rig({
      busy: (nth) => (nth === 1 ? answer(503, { 'retry-after': '45' }) : answer(200)),
      shaky: (nth) => answer(nth === 1 ? 500 : 200),
    });
    rig.send(alertOf());
    const beginMs = rig.clock.nowMs();
    await rig.settle();
    expect(rig.receivedBy('shaky').map(({ atMs }) => atMs - beginMs)).toEqual([0, 2 * second]);
    const waits = rig.receivedBy('busy').map(({ atMs }) => atMs - beginMs);
    expect(waits).toHaveLength(2);
    expect(waits[1]).toBeGreaterThanOrEqual(45 * second);
  });

  it('a message that failed does not delay a newer one of its alert, and is dropped once that is accepted', async () => {
    const rig = new Rig({ pager: (nth) => answer(nth === 2 ? 500 : 200) });
    rig.send(alertOf({ revision: 1 }));
    await rig.poll();
    rig.send(alertOf({ revision: 2 }));
    await rig.poll();
    rig.send(alertOf({ revision: 3 }));
    await rig.poll();
    expect(rig.received.map(({ revision }) => revision)).toEqual([1, 2, 3]);
    await rig.settle();
    expect(rig.received).toHaveLength(3);
    expect(rig.telemetry.counts()).toMatchObject({ 'deliveries{outcome=superseded,receiver=pager}': 1 });
  });

  it('a message keeps its wait in the queue if that cannot be changed', async () => {
    const rig = new Rig({ pager: fails });
    rig.send(alertOf());
    expect(await rig.poll(failOnce('queue.retryLater', 'before', away))).toBe('invoked');
    expect(rig.queue.size).toBe(1);
    // The queue hid it for six time-outs when it was received.
    expect(rig.queue.dueAtMs! - rig.clock.nowMs()).toBe(360 * second);
    expect(rig.lines.join('\n')).toContain('the queue did not change the wait of a message');
  });

  it('a message is delivered again while the delivery table is away, and receivers that accepted it do not get it again', async () => {
    const rig = new Rig({ one: takes, other: takes });
    rig.send(alertOf());
    await rig.poll(failOnce('deliveries.claim', 'before', away));
    expect(rig.received).toHaveLength(1);
    expect(rig.telemetry.counts()['failures{reason=mark not written,stage=notify}']).toBe(1);
    await rig.settle();
    expect(rig.received.map(({ receiver }) => receiver).sort()).toEqual(['one', 'other']);
  });
});

describe('a message that cannot be read', () => {
  it('a message that cannot be read becomes a dead letter, and those beside it are delivered', async () => {
    const rig = new Rig({ pager: takes });
    rig.queue.send('hello');
    rig.send(alertOf());
    rig.queue.send(envelope(alertOf(), { Message: '{}' }));
    await rig.poll();
    expect(rig.queue.deadLetters).toEqual([
      { body: 'hello', reason: 'not an SNS notification' },
      { body: envelope(alertOf(), { Message: '{}' }), reason: 'not an alert' },
    ]);
    expect(rig.received).toHaveLength(1);
    expect(rig.queue.size).toBe(0);
  });

  it('a message that can neither be read nor become a dead letter is delivered again, and delays no other', async () => {
    const rig = new Rig({ pager: takes });
    rig.queue.send('hello');
    rig.send(alertOf());
    await rig.poll(failOnce('queue.deadLetter', 'before', away));
    expect(rig.received).toHaveLength(1);
    expect(rig.queue.size).toBe(1);
    await rig.settle();
    expect(rig.queue.deadLetters).toEqual([{ body: 'hello', reason: 'not an SNS notification' }]);
    expect(rig.received).toHaveLength(1);
  });
});
