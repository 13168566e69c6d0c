import { describe, expect, it } from 'vitest';
import { RequestFailedError } from '../../../functions/shared/adapters/http/errors.ts';
import { attemptSchema } from '../../../functions/shared/domain/attempt.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { deliveryId, transitionId } from '../../../functions/shared/domain/ids.ts';
import { alertOf } from '../../support/alerts.ts';
import { failOnce } from '../../support/faults.ts';
import { answer, fails, Rig, takes } from './rig.ts';

const { id: alertId } = alertOf();
const id = deliveryId(transitionId(alertId, 1), 'pager');

describe('the attempts that notify records', () => {
  it('notify records one attempt for each receiver that accepted a message', async () => {
    const rig = new Rig({ pager: takes, chat: takes });
    rig.send(alertOf());
    await rig.poll();
    expect(rig.attempts.sent.map(({ receiver, outcome }) => [receiver, outcome]).sort()).toEqual([
      ['chat', 'delivered'],
      ['pager', 'delivered'],
    ]);
    const [pager] = rig.attempts.sent.filter(({ receiver }) => receiver === 'pager');
    expect(pager).toMatchObject({ deliveryId: id, alertId, revision: 1, transition: 'opened', status: 200 });
    expect(pager).not.toHaveProperty('reason');
  });

  it('a failed attempt contains the reason, since when its receiver fails, and when it is tried again', async () => {
    const rig = new Rig({ pager: fails });
    const startedAtMs = rig.clock.nowMs();
    rig.send(alertOf());
    await rig.poll();
    const [first] = rig.attempts.sent;
    const { dueAtMs } = rig.queue;
    expect(first).toMatchObject({
      outcome: 'failed',
      reason: 'server error',
      status: 500,
      failingSinceMs: startedAtMs,
    });
    expect(first!.nextTryMs).toBe(dueAtMs);
    rig.clock.timeMs = dueAtMs!;
    await rig.poll();
    expect(rig.attempts.sent[1]).toMatchObject({ deliveryId: id, startedAtMs: dueAtMs, failingSinceMs: startedAtMs });
  });

  it('an attempt without an answer has no status', async () => {
    const rig = new Rig({ pager: () => Promise.reject(new RequestFailedError('time-out', 'too slow')) });
    rig.send(alertOf());
    await rig.poll();
    expect(rig.attempts.sent).toEqual([expect.objectContaining({ outcome: 'failed', reason: 'time-out' })]);
    expect(rig.attempts.sent[0]).not.toHaveProperty('status');
  });

  it('the attempt after which a message is given up has no time of a next attempt', async () => {
    const rig = new Rig({ pager: () => answer(410) });
    rig.send(alertOf());
    await rig.poll();
    expect(rig.attempts.sent).toEqual([expect.objectContaining({ outcome: 'given up', reason: 'gone', status: 410 })]);
    expect(rig.attempts.sent[0]).not.toHaveProperty('nextTryMs');
  });

  it('notify records no attempt of a message that only waits for a receiver that is away', async () => {
    const rig = new Rig({ pager: fails });
    rig.send(alertOf());
    for (let tries = 0; tries < 3; tries += 1) {
      rig.clock.timeMs = rig.queue.dueAtMs!;
      await rig.poll();
    }
    rig.send(alertOf({ id: 'another' }));
    await rig.poll();
    expect(rig.attempts.sent).toHaveLength(3);
    expect(rig.telemetry.counts()).toMatchObject({ 'deliveries{outcome=receiver away,receiver=pager}': 1 });
  });

  it('an attempt is recorded even if the acknowledgement could not be written', async () => {
    const rig = new Rig({ pager: takes });
    rig.send(alertOf());
    await rig.poll(failOnce('deliveries.acknowledge', 'before', new UnavailableError('throttled')));
    expect(rig.attempts.sent).toEqual([expect.objectContaining({ outcome: 'delivered', receiver: 'pager' })]);
  });

  it('an attempt that its queue does not accept neither delays nor fails a delivery', async () => {
    const rig = new Rig({ pager: takes });
    rig.send(alertOf());
    const attempts = { send: () => Promise.reject(new UnavailableError('SQS is away')) };
    expect(await rig.poll(undefined, { attempts })).toBe('invoked');
    expect(rig.queue.size).toBe(0);
    expect(rig.telemetry.counts()).toMatchObject({
      'attempts_lost{reason=not sent}': 1,
      'deliveries{outcome=delivered,receiver=pager}': 1,
    });
  });

  it('an attempt fits the schema of persist, and contains neither an address nor a secret', async () => {
    const rig = new Rig({ pager: fails, chat: takes, gone: () => answer(410) });
    rig.send(alertOf());
    await rig.poll();
    expect(rig.attempts.sent).toHaveLength(3);
    for (const one of rig.attempts.sent) expect(attemptSchema.parse(one)).toEqual(one);
    const text = JSON.stringify(rig.attempts.sent);
    expect(text).not.toMatch(/https?:|example|\/hook|whsec_/);
  });
});
