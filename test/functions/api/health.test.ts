import { describe, expect, it } from 'vitest';
import { healthByLedger } from '../../../functions/api/health.ts';
import { openStore } from '../../../functions/shared/adapters/sqlite/store.ts';
import { defaultLayout } from '../../../functions/shared/domain/settings.ts';
import { topics } from '../../../functions/shared/domain/topics.ts';
import { startMs } from '../../support/alerts.ts';

const clock = (nowMs: number) => ({ nowMs: () => nowMs, random: () => 0 });
const uses = { ledger: 'DynamoDB' };

describe('health, as a function tells it that reads no topic', () => {
  it('is well where nothing was ever decided, and says what stands behind the ports', async () => {
    const store = openStore(':memory:', defaultLayout, clock(startMs));
    const found = await healthByLedger(store.ledger, clock(startMs), uses);
    expect(found).toEqual({ status: 'ok', stages: [], pending: [], totals: {}, counts: {}, uses });
    store.close();
  });

  it('names what is decided and not sent, and is held up once that is late', async () => {
    const store = openStore(':memory:', defaultLayout, clock(startMs));
    const key = { stage: 'detect', topic: topics.samples, partition: 0 };
    const times = { newestRecordMs: startMs - 3_600_000, decidedAtMs: startMs };
    const decision = { nextOffset: 1, ...times, blocks: {}, pending: 'one', attempt: 'one' };
    await store.ledger.advance(key, await store.ledger.read(key), decision);
    const at = (ms: number) => healthByLedger(store.ledger, clock(startMs + ms), uses);
    expect(await at(60_000)).toMatchObject({
      status: 'ok',
      pending: [{ stage: 'detect', partition: 0, ageMs: 60_000 }],
    });
    expect(await at(60_001)).toMatchObject({ status: 'held up' });
    expect(await at(-500)).toMatchObject({ status: 'ok', pending: [{ ageMs: 0 }] });
    store.close();
  });
});
