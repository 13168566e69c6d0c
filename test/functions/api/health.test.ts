import { describe, expect, it } from 'vitest';
import { healthByTables, type TablesToInspect } from '../../../functions/api/health.ts';
import { newDelivery } from '../../../functions/shared/domain/delivery.ts';
import { encodeReachedLimits, reachedLimitsBlock } from '../../../functions/shared/domain/reached-limit.ts';
import { newReceiver } from '../../../functions/shared/domain/receiver-record.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { startMs } from '../../support/alerts.ts';

const clock = (nowMs: number) => ({ nowMs: () => nowMs, random: () => 0 });
const uses = { ledger: 'DynamoDB' };
const waiting = { revision: 1, sinceMs: startMs, seenMs: startMs, nextTryMs: startMs, tries: 3, reason: 'time-out' };

/** Returns tables that contain only the given items. */
function tablesOver(ledger: TablesToInspect['ledger'], given: Partial<TablesToInspect> = {}): TablesToInspect {
  return {
    ledger,
    receivers: { records: async () => [] },
    deliveries: { unsettled: async () => [] },
    clock: clock(startMs),
    names: [],
    uses,
    ...given,
  };
}

describe('the health of a function that reads no topic', () => {
  it('the status is ok before the first transaction, and the implementations of the ports are named', async () => {
    const store = openStore(':memory:', defaultLayout, clock(startMs));
    const found = await healthByTables(tablesOver(store.ledger, { names: ['pager'] }));
    expect(found).toEqual({
      status: 'ok',
      stages: [{ name: 'notify', sources: [{ queue: 'alerts', waiting: 0, deadLetters: 0 }] }],
      receivers: [{ name: 'pager', status: 'ok', failures: 0, waiting: 0 }],
      pending: [],
      full: [],
      totals: {},
      counts: {},
      uses,
    });
    store.close();
  });

  it('pending transactions are listed, and the status is held up once one is late', async () => {
    const store = openStore(':memory:', defaultLayout, clock(startMs));
    const key = { stage: 'detect', topic: topics.samples, partition: 0 };
    const times = { newestRecordMs: startMs - 3_600_000, decidedAtMs: startMs };
    const decision = { nextOffset: 1, ...times, blocks: {}, pending: 'one', attempt: 'one' };
    await store.ledger.advance(key, await store.ledger.read(key), decision);
    const at = (ms: number) => healthByTables(tablesOver(store.ledger, { clock: clock(startMs + ms) }));
    expect(await at(60_000)).toMatchObject({
      status: 'ok',
      pending: [{ stage: 'detect', partition: 0, ageMs: 60_000 }],
    });
    expect(await at(60_001)).toMatchObject({ status: 'held up' });
    expect(await at(-500)).toMatchObject({ status: 'ok', pending: [{ ageMs: 0 }] });
    store.close();
  });

  it('the status is degraded while a limit for series is reached, with the limit, its time and the remedy', async () => {
    const store = openStore(':memory:', defaultLayout, clock(startMs));
    const key = { stage: 'detect', topic: topics.samples, partition: 0 };
    const limit = { sinceMs: startMs - 1, newestMs: startMs, newest: 'c/host/new m{id=r1}', forgotten: 7, refused: 0 };
    const inline = Buffer.from(encodeReachedLimits([limit, { ...limit, entity: 'c/host/wide' }])).toString('base64');
    const times = { newestRecordMs: startMs, decidedAtMs: startMs };
    await store.ledger.advance(key, await store.ledger.read(key), {
      ...{ nextOffset: 1, ...times, blocks: { [reachedLimitsBlock]: { inline } }, pending: null, attempt: 'one' },
    });
    expect(await healthByTables(tablesOver(store.ledger))).toMatchObject({
      status: 'degraded',
      full: [
        {
          stage: 'detect',
          partition: 0,
          ...limit,
          remedy: expect.stringContaining('newest series, c/host/new m{id=r1}: if a name in it changes'),
        },
        {
          entity: 'c/host/wide',
          remedy: expect.stringMatching(
            /^drop the field .* of c\/host\/wide .* newest series is c\/host\/new m{id=r1}$/,
          ),
        },
      ],
    });
    store.close();
  });

  it('the status is degraded while a receiver has failed for a minute, with the reason and the number of waiting messages', async () => {
    const store = openStore(':memory:', defaultLayout, clock(startMs));
    const failing = { ...newReceiver('pager'), failures: 3, failingSinceMs: startMs - 60_000, reason: 'time-out' };
    const found = await healthByTables(
      tablesOver(store.ledger, {
        names: ['pager'],
        receivers: { records: async () => [failing] },
        deliveries: {
          unsettled: async () => [
            { ...newDelivery({ receiver: 'pager', alertId: 'a' }), waiting: [waiting], givenUp: [2, 3] },
          ],
        },
      }),
    );
    expect(found).toMatchObject({
      status: 'degraded',
      receivers: [{ name: 'pager', status: 'failing', failures: 3, reason: 'time-out', waiting: 1 }],
      stages: [{ name: 'notify', sources: [{ queue: 'alerts', waiting: 1, deadLetters: 2 }] }],
    });
    store.close();
  });
});
