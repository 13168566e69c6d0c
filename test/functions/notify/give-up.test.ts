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
  it('has been tried for a day, under one id, and lies among the dead letters', async () => {
    const rig = new Rig({ pager: fails, chat: takes });
    rig.send(alertOf());
    await rig.settle(1_000);
    const ids = rig.toldTo('pager').map(({ id }) => id);
    const triedMs = rig.told.at(-1)!.atMs - rig.told[0]!.atMs;
    expect(triedMs).toBeGreaterThanOrEqual(24 * hour);
    expect(triedMs).toBeLessThan(24 * hour + 5 * minute);
    expect(new Set(ids)).toEqual(new Set([deliveryId(transition, 'pager')]));
    expect(rig.toldTo('chat')).toHaveLength(1);
    expect(rig.queue.deadLetters).toEqual([
      { body: envelope(alertOf(), { redrive: { receiver: 'pager', count: 1 } }), reason: 'pager: server error' },
    ]);
    expect(rig.telemetry.counts()['given_up{receiver=pager}']).toBe(1);
    expect(rig.lines.at(-1)).toMatch(/given up.*"receiver":"pager".*"reason":"server error"/);
  });

  it('after a day, whatever a copy says of when that began', async () => {
    const rig = new Rig({ pager: fails });
    rig.queue.send(envelope(alertOf(), { failingSinceMs: rig.clock.nowMs() + 1_000 * hour }));
    await rig.settle(1_000);
    expect(rig.queue.deadLetters).toHaveLength(1);
  });

  it('at once when its receiver refuses it', async () => {
    const rig = new Rig({ pager: () => answer(400) });
    rig.send(alertOf());
    await rig.poll();
    expect(rig.queue.size).toBe(0);
    expect(rig.queue.deadLetters.map(({ reason }) => reason)).toEqual(['pager: bad request']);
  });

  it('is a letter for each receiver that did not take it', async () => {
    const rig = new Rig({ one: () => answer(400), other: () => answer(422), third: takes });
    rig.send(alertOf());
    await rig.poll();
    expect(rig.queue.deadLetters.map(({ reason }) => reason).sort()).toEqual([
      'one: bad request',
      'other: not processable',
    ]);
  });

  it('is not sent again when the queue hands it out once more', async () => {
    const rig = new Rig({ pager: () => answer(400) });
    rig.send(alertOf(), alertOf());
    await rig.poll();
    expect(rig.told).toHaveLength(1);
    expect(rig.queue.deadLetters).toHaveLength(1);
    expect(rig.telemetry.counts()['deliveries{outcome=given up,receiver=pager}']).toBe(1);
  });

  it('leaves the next transition of its alert alone', async () => {
    const rig = new Rig({ pager: (nth) => answer(nth === 1 ? 400 : 200) });
    rig.send(alertOf({ revision: 1 }), alertOf({ revision: 2 }));
    await rig.poll();
    expect(rig.told.map(({ revision }) => revision)).toEqual([1, 2]);
    expect(rig.queue.deadLetters).toHaveLength(1);
  });

  it('and whose mark is lost is two letters, not none', async () => {
    const rig = new Rig({ pager: () => answer(400) });
    rig.send(alertOf());
    await rig.poll(failOnce('deliveries.giveUp', 'before', away));
    await rig.settle();
    expect(rig.queue.deadLetters).toHaveLength(2);
    expect(new Set(rig.told.map(({ id }) => id)).size).toBe(1);
  });

  it('but cannot be put aside comes again', async () => {
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
  it('reaches only the receiver that gave up, under a new id, and once', async () => {
    const rig = new Rig({ pager: (nth) => answer(nth === 1 ? 410 : 200), chat: takes });
    rig.send(alertOf());
    await rig.poll();
    const [letter] = rig.queue.deadLetters;
    redrive(rig);
    await rig.poll();
    expect(rig.toldTo('chat')).toHaveLength(1);
    expect(rig.toldTo('pager').map(({ id }) => id)).toEqual([
      deliveryId(transition, 'pager'),
      deliveryId(transition, 'pager', 1),
    ]);
    expect(rig.toldTo('pager')[1]?.request.body).toBe(rig.toldTo('pager')[0]?.request.body);
    // The operator's second click.
    rig.queue.send(letter!.body);
    await rig.poll();
    expect(rig.toldTo('pager')).toHaveLength(2);
    expect(rig.queue.size).toBe(0);
  });

  it('of one letter leaves the other receivers that gave up alone', async () => {
    const rig = new Rig({ pager: () => answer(410), chat: () => answer(410) });
    rig.send(alertOf());
    await rig.poll();
    rig.queue.send(rig.queue.deadLetters.find(({ reason }) => reason === 'pager: gone')!.body);
    await rig.poll();
    expect([rig.toldTo('pager').length, rig.toldTo('chat').length]).toEqual([2, 1]);
  });

  it('that fails keeps its id until it arrives, and is held to its wait', async () => {
    // 410 for the first send; the redriven one then meets a server error.
    const rig = new Rig({ pager: (nth) => answer([410, 500, 200][nth - 1] ?? 200) });
    rig.send(alertOf());
    await rig.poll();
    redrive(rig);
    await rig.settle();
    const [, ...ids] = rig.told.map(({ id }) => id);
    expect(ids).toEqual([deliveryId(transition, 'pager', 1), deliveryId(transition, 'pager', 1)]);
    expect(rig.told[2]!.atMs - rig.told[1]!.atMs).toBeGreaterThan(0);
  });

  it('has a whole day before it once more', async () => {
    const rig = new Rig({ pager: fails });
    rig.send(alertOf());
    await rig.settle(1_000);
    redrive(rig);
    const beginMs = rig.clock.nowMs();
    await rig.settle(1_000);
    expect(rig.told.at(-1)!.atMs - beginMs).toBeGreaterThanOrEqual(24 * hour);
    expect(new Set(rig.told.map(({ id }) => id)).size).toBe(2);
    expect(rig.queue.deadLetters.map(({ body }) => JSON.parse(body).redrive.count)).toEqual([2]);
  });

  it('that is refused again is a letter once more, counted', async () => {
    const rig = new Rig({ pager: () => answer(410) });
    rig.send(alertOf());
    await rig.poll();
    redrive(rig);
    await rig.poll();
    const bodies = rig.queue.deadLetters.map(({ body }) => JSON.parse(body).redrive);
    expect(bodies).toEqual([{ receiver: 'pager', count: 2 }]);
    expect(rig.told.map(({ id }) => id)[1]).toBe(deliveryId(transition, 'pager', 1));
  });

  it('of what a newer transition has overtaken is not sent, unless it is the first page', async () => {
    const rig = new Rig({ pager: (nth) => answer(nth <= 2 ? 410 : 200) });
    for (const revision of [1, 2, 3]) {
      rig.send(alertOf({ revision }));
      await rig.poll();
    }
    redrive(rig);
    await rig.poll();
    expect(rig.told.map(({ revision }) => revision)).toEqual([1, 2, 3, 1]);
    expect(rig.queue.size).toBe(0);
  });
});
