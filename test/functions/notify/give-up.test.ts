import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { deliveryId } from '../../../functions/shared/domain/ids.ts';
import { alertOf, envelope } from '../../support/alerts.ts';
import { failOnce } from '../../support/faults.ts';
import { answer, fails, Rig, takes } from './rig.ts';

const transition = 'k3Jd82hLmQ0vTnXyRz5cWb7pAe:1';
const away = new UnavailableError('throttled');
const minute = 60_000;
const hour = 60 * minute;

/** Puts the dead letters back on the queue, as an operator does. */
function redrive(rig: Rig): void {
  for (const { body } of rig.queue.deadLetters.splice(0)) rig.queue.send(body);
}

describe('a message that is given up', () => {
  it('a message is tried for a day, under one id, and then becomes a dead letter', async () => {
    const rig = new Rig({ pager: fails, chat: takes });
    rig.send(alertOf());
    await rig.settle(1_000);
    const ids = rig.receivedBy('pager').map(({ id }) => id);
    const triedMs = rig.received.at(-1)!.atMs - rig.received[0]!.atMs;
    expect(triedMs).toBeGreaterThanOrEqual(24 * hour);
    expect(triedMs).toBeLessThan(24 * hour + 5 * minute);
    expect(new Set(ids)).toEqual(new Set([deliveryId(transition, 'pager')]));
    expect(rig.receivedBy('chat')).toHaveLength(1);
    expect(rig.queue.deadLetters).toEqual([
      { body: envelope(alertOf(), { redrive: { receiver: 'pager', count: 1 } }), reason: 'pager: server error' },
    ]);
    expect(rig.telemetry.counts()['given_up{receiver=pager}']).toBe(1);
    expect(rig.lines.at(-1)).toMatch(/given up.*"receiver":"pager".*"reason":"server error"/);
  });

  it('a message is given up after a day, also if a copy claims a start in the future', async () => {
    const rig = new Rig({ pager: fails });
    rig.queue.send(envelope(alertOf(), { failingSinceMs: rig.clock.nowMs() + 1_000 * hour }));
    await rig.settle(1_000);
    expect(rig.queue.deadLetters).toHaveLength(1);
  });

  it('a message is given up at once when its receiver refuses it', async () => {
    const rig = new Rig({ pager: () => answer(400) });
    rig.send(alertOf());
    await rig.poll();
    expect(rig.queue.size).toBe(0);
    expect(rig.queue.deadLetters.map(({ reason }) => reason)).toEqual(['pager: bad request']);
  });

  it('a message becomes a letter for each receiver that did not accept it', async () => {
    const rig = new Rig({ one: () => answer(400), other: () => answer(422), third: takes });
    rig.send(alertOf());
    await rig.poll();
    expect(rig.queue.deadLetters.map(({ reason }) => reason).sort()).toEqual([
      'one: bad request',
      'other: not processable',
    ]);
  });

  it('a message that was given up is not sent again when the queue hands it out once more', async () => {
    const rig = new Rig({ pager: () => answer(400) });
    rig.send(alertOf(), alertOf());
    await rig.poll();
    expect(rig.received).toHaveLength(1);
    expect(rig.queue.deadLetters).toHaveLength(1);
    expect(rig.telemetry.counts()['deliveries{outcome=given up,receiver=pager}']).toBe(1);
  });

  it('a message that was given up does not affect the next transition of its alert', async () => {
    const rig = new Rig({ pager: (nth) => answer(nth === 1 ? 400 : 200) });
    rig.send(alertOf({ revision: 1 }), alertOf({ revision: 2 }));
    await rig.poll();
    expect(rig.received.map(({ revision }) => revision)).toEqual([1, 2]);
    expect(rig.queue.deadLetters).toHaveLength(1);
  });

  it('a message whose giving up could not be recorded becomes two letters, not none', async () => {
    const rig = new Rig({ pager: () => answer(400) });
    rig.send(alertOf());
    await rig.poll(failOnce('deliveries.giveUp', 'before', away));
    await rig.settle();
    expect(rig.queue.deadLetters).toHaveLength(2);
    expect(new Set(rig.received.map(({ id }) => id)).size).toBe(1);
  });

  it('a message that cannot become a dead letter is delivered again', async () => {
    const rig = new Rig({ pager: () => answer(400) });
    rig.send(alertOf());
    await rig.poll(failOnce('queue.deadLetter', 'before', away));
    expect(rig.queue.deadLetters).toEqual([]);
    expect(rig.queue.size).toBe(1);
    await rig.settle();
    expect(rig.queue.deadLetters).toHaveLength(1);
  });
});

describe('a redrive', () => {
  it('a redrive reaches only the receiver that the letter names, under a new id, and once', async () => {
    const rig = new Rig({ pager: (nth) => answer(nth === 1 ? 410 : 200), chat: takes });
    rig.send(alertOf());
    await rig.poll();
    const [letter] = rig.queue.deadLetters;
    redrive(rig);
    await rig.poll();
    expect(rig.receivedBy('chat')).toHaveLength(1);
    expect(rig.receivedBy('pager').map(({ id }) => id)).toEqual([
      deliveryId(transition, 'pager'),
      deliveryId(transition, 'pager', 1),
    ]);
    expect(rig.receivedBy('pager')[1]?.request.body).toBe(rig.receivedBy('pager')[0]?.request.body);
    // The operator redrives the same letter a second time.
    rig.queue.send(letter!.body);
    await rig.poll();
    expect(rig.receivedBy('pager')).toHaveLength(2);
    expect(rig.queue.size).toBe(0);
  });

  it('a redrive of one letter does not affect the letters of other receivers', async () => {
    const rig = new Rig({ pager: () => answer(410), chat: () => answer(410) });
    rig.send(alertOf());
    await rig.poll();
    rig.queue.send(rig.queue.deadLetters.find(({ reason }) => reason === 'pager: gone')!.body);
    await rig.poll();
    expect([rig.receivedBy('pager').length, rig.receivedBy('chat').length]).toEqual([2, 1]);
  });

  it('a redrive that fails keeps its id until it arrives, and waits between attempts', async () => {
    // The first send is answered 410, the redriven one with a server error.
    const rig = new Rig({ pager: (nth) => answer([410, 500, 200][nth - 1] ?? 200) });
    rig.send(alertOf());
    await rig.poll();
    redrive(rig);
    await rig.settle();
    const [, ...ids] = rig.received.map(({ id }) => id);
    expect(ids).toEqual([deliveryId(transition, 'pager', 1), deliveryId(transition, 'pager', 1)]);
    expect(rig.received[2]!.atMs - rig.received[1]!.atMs).toBeGreaterThan(0);
  });

  it('a redrive is tried for a whole day again', async () => {
    const rig = new Rig({ pager: fails });
    rig.send(alertOf());
    await rig.settle(1_000);
    redrive(rig);
    const beginMs = rig.clock.nowMs();
    await rig.settle(1_000);
    expect(rig.received.at(-1)!.atMs - beginMs).toBeGreaterThanOrEqual(24 * hour);
    expect(new Set(rig.received.map(({ id }) => id)).size).toBe(2);
    expect(rig.queue.deadLetters.map(({ body }) => JSON.parse(body).redrive.count)).toEqual([2]);
  });

  it('a redrive that is refused again becomes a letter again, with the next count', async () => {
    const rig = new Rig({ pager: () => answer(410) });
    rig.send(alertOf());
    await rig.poll();
    redrive(rig);
    await rig.poll();
    const bodies = rig.queue.deadLetters.map(({ body }) => JSON.parse(body).redrive);
    expect(bodies).toEqual([{ receiver: 'pager', count: 2 }]);
    expect(rig.received.map(({ id }) => id)[1]).toBe(deliveryId(transition, 'pager', 1));
  });

  it('a redrive of a superseded transition is not sent, unless it is the first page', async () => {
    const rig = new Rig({ pager: (nth) => answer(nth <= 2 ? 410 : 200) });
    for (const revision of [1, 2, 3]) {
      rig.send(alertOf({ revision }));
      await rig.poll();
    }
    redrive(rig);
    await rig.poll();
    expect(rig.received.map(({ revision }) => revision)).toEqual([1, 2, 3, 1]);
    expect(rig.queue.size).toBe(0);
  });
});
