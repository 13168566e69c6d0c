import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { RequestFailedError } from '../../../functions/shared/adapters/http/errors.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { alertOf, envelope } from '../../support/alerts.ts';
import { Crash, failOnce } from '../../support/faults.ts';
import { answer, type ReceivedRequest, Rig, secretOf, takes } from './rig.ts';

// The numbers are those of the failure points in `docs/exactly-once.md`.

const lost = new UnavailableError('the answer of the delivery table was lost');

/** Every attempt has the same id and the same bytes, so that a receiver recognises the second one. */
function expectSame(received: readonly ReceivedRequest[], attempts: number): void {
  expect(received).toHaveLength(attempts);
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
  expect(new Set(received.map(({ request }) => request.body)).size).toBe(1);
}

const isSignedBy = (secret: string, { request }: ReceivedRequest): boolean => {
  try {
    new Webhook(secret).verify(request.body, request.headers);
    return true;
  } catch {
    return false;
  }
};

describe('failure points of notify', () => {
  it('failure point 9: the webhook answered 2xx and the record was not written; it is sent again under the same id, then never', async () => {
    const rig = new Rig({ pager: takes });
    rig.send(alertOf());
    await rig.poll(failOnce('deliveries.acknowledge', 'before', lost));
    await rig.settle();
    expectSame(rig.received, 2);
    rig.send(alertOf(), alertOf());
    await rig.settle();
    expectSame(rig.received, 2);
  });

  it('failure point 9: the record was written and its answer lost; it is never sent again', async () => {
    const rig = new Rig({ pager: takes });
    rig.send(alertOf());
    await rig.poll(failOnce('deliveries.acknowledge', 'after', lost));
    expect(rig.queue.size).toBe(1);
    await rig.settle();
    expectSame(rig.received, 1);
  });

  it('failure point 9: the process dies between 2xx and record; no other worker sends during its lease', async () => {
    const rig = new Rig({ pager: takes });
    rig.send(alertOf());
    const beginMs = rig.clock.nowMs();
    await rig.poll(failOnce('deliveries.acknowledge', 'before', new Crash()));
    rig.send(alertOf());
    await rig.settle();
    expectSame(rig.received, 2);
    // A worker lives 60 s at most: `functionTimeoutMs`.
    expect(rig.received[1]!.atMs - beginMs).toBeGreaterThan(60_000);
  });

  it('failure point 10: the webhook timed out but was received; it is sent again under the same id, then never', async () => {
    const rig = new Rig({
      pager: (nth) => {
        if (nth === 1) throw new RequestFailedError('time-out', 'https://pager.example: no answer in 15000 ms');
        return answer(200);
      },
    });
    rig.send(alertOf());
    await rig.settle();
    expectSame(rig.received, 2);
    expect(rig.lines.join('\n')).toContain('"reason":"time-out"');
    rig.send(alertOf());
    await rig.settle();
    expectSame(rig.received, 2);
  });

  it('failure point 15: the secret was rotated between two attempts; the second is signed by the new one', async () => {
    const rig = new Rig({ pager: (nth) => answer(nth === 1 ? 500 : 200) });
    const [old, next] = [secretOf(7), secretOf(8)];
    rig.send(alertOf());
    await rig.poll();
    rig.secrets.set('pager', next);
    await rig.settle();
    expectSame(rig.received, 2);
    expect(rig.received.map((received) => [isSignedBy(old, received), isSignedBy(next, received)])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('failure point 15: while the secret is rotated both sign, so that no receiver misses a page', async () => {
    const rig = new Rig({ pager: takes });
    rig.secrets.set('pager', `${secretOf(7)} ${secretOf(8)}`);
    rig.send(alertOf());
    await rig.poll();
    expect([secretOf(7), secretOf(8), secretOf(9)].map((secret) => isSignedBy(secret, rig.received[0]!))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each([
    ['is gone', undefined],
    ['is no good', 'hunter2'],
  ])('failure point 15: the secret %s; the page waits until an operator corrects it', async (_, secret) => {
    const rig = new Rig({ pager: takes });
    rig.secrets.delete('pager');
    if (secret !== undefined) rig.secrets.set('pager', secret);
    rig.send(alertOf());
    await rig.poll();
    expect(rig.received).toEqual([]);
    expect(rig.queue.deadLetters).toEqual([]);
    expect(rig.lines.join('\n')).not.toContain('hunter2');
    rig.secrets.set('pager', secretOf(8));
    await rig.settle();
    expectSame(rig.received, 1);
  });

  it('failure point 15: the target is gone (410); a dead letter at once, and nothing is tried again', async () => {
    const rig = new Rig({ pager: () => answer(410), chat: takes });
    rig.send(alertOf());
    await rig.settle();
    expect(rig.receivedBy('pager')).toHaveLength(1);
    expect(rig.receivedBy('chat')).toHaveLength(1);
    expect(rig.queue.deadLetters.map(({ reason }) => reason)).toEqual(['pager: gone']);
  });

  it('failure point 15: the receiver was removed from the settings; its waiting message is done, the others get theirs', async () => {
    const rig = new Rig({ pager: () => answer(500), chat: (nth) => answer(nth === 1 ? 500 : 200) });
    rig.send(alertOf());
    await rig.poll();
    rig.remove('pager');
    await rig.settle();
    expect(rig.receivedBy('pager')).toHaveLength(1);
    expect(rig.receivedBy('chat')).toHaveLength(2);
    expect(rig.queue.deadLetters).toEqual([]);
  });

  it('failure point 15: the receiver of a redrive was removed; the message becomes the same dead letter again', async () => {
    const rig = new Rig({ chat: takes });
    const body = envelope(alertOf(), { redrive: { receiver: 'pager', count: 3 } });
    rig.queue.send(body);
    await rig.poll();
    expect(rig.received).toEqual([]);
    expect(rig.queue.deadLetters).toEqual([{ body, reason: 'no such receiver' }]);
    expect(rig.queue.size).toBe(0);
  });

  it('the worker dies after the last record and before the queue is answered; the batch is retried and no receiver gets it twice', async () => {
    const rig = new Rig({ pager: takes, chat: (nth) => answer(nth === 1 ? 500 : 200) });
    rig.send(alertOf());
    const flush = (): void => {
      throw new Crash();
    };
    const telemetry = { ...silentTelemetry, flush };
    expect(await rig.poll(undefined, { telemetry })).toBe('failed');
    await rig.settle();
    expect(rig.receivedBy('pager')).toHaveLength(1);
    expect(rig.receivedBy('chat')).toHaveLength(2);
  });
});
