import { describe, expect, it } from 'vitest';
import { isDegraded, receiversHealth } from '../../../functions/api/receivers.ts';
import { newDelivery } from '../../../functions/shared/domain/delivery.ts';
import { newReceiver } from '../../../functions/shared/domain/receiver-record.ts';
import { startMs } from '../../support/alerts.ts';

const waiting = (revision: number) => ({
  revision,
  sinceMs: startMs,
  seenMs: startMs,
  nextTryMs: startMs + 30_000,
  tries: 3,
  reason: 'time-out',
});

const failing = { ...newReceiver('pager'), failures: 4, failingSinceMs: startMs, reason: 'time-out' };

describe('the health of receivers', () => {
  it('each receiver of the settings has its status, the reason of its failure and the number of waiting messages', () => {
    const unsettled = [
      { ...newDelivery({ receiver: 'pager', alertId: 'a' }), waiting: [waiting(1), waiting(3)], givenUp: [2] },
      { ...newDelivery({ receiver: 'pager', alertId: 'b' }), waiting: [waiting(1)] },
      { ...newDelivery({ receiver: 'gone', alertId: 'b' }), waiting: [waiting(1)] },
    ];
    expect(receiversHealth(['chat', 'pager'], [failing], unsettled)).toEqual([
      { name: 'chat', status: 'ok', failures: 0, waiting: 0 },
      { name: 'pager', status: 'failing', failingSinceMs: startMs, failures: 4, reason: 'time-out', waiting: 3 },
    ]);
  });

  it('the whole is degraded once a receiver has failed for a minute, and not before', () => {
    const waits = { ...newDelivery({ receiver: 'pager', alertId: 'a' }), waiting: [waiting(1)] };
    const receivers = receiversHealth(['pager'], [failing], [waits]);
    expect(isDegraded(receivers, startMs + 59_999)).toBe(false);
    expect(isDegraded(receivers, startMs + 60_000)).toBe(true);
  });

  it('the whole is not degraded by a receiver for which no message waits or was given up', () => {
    expect(isDegraded(receiversHealth(['pager'], [failing], []), startMs + 60_000)).toBe(false);
    const gaveUp = { ...newDelivery({ receiver: 'pager', alertId: 'a' }), givenUp: [1] };
    expect(isDegraded(receiversHealth(['pager'], [failing], [gaveUp]), startMs + 60_000)).toBe(true);
  });

  it('the whole is degraded at once by a receiver that refuses several messages in a row', () => {
    const gaveUp = { ...newDelivery({ receiver: 'pager', alertId: 'a' }), givenUp: [1] };
    const refusing = (refusals: number) => ({ ...newReceiver('pager'), refusals, reason: 'bad request' });
    expect(isDegraded(receiversHealth(['pager'], [refusing(2)], [gaveUp]), startMs)).toBe(false);
    const receivers = receiversHealth(['pager'], [refusing(3)], [gaveUp]);
    expect(receivers).toMatchObject([{ status: 'refusing', reason: 'bad request' }]);
    expect(isDegraded(receivers, startMs)).toBe(true);
  });

  it('the whole is not degraded by a receiver that was removed from the settings', () => {
    expect(isDegraded(receiversHealth(['chat'], [failing], []), startMs + 3_600_000)).toBe(false);
  });
});
