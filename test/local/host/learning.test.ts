import { hostname } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { valuesToLearn } from '../../../functions/detect/detector/layout.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import type { Sample } from '../../../functions/shared/domain/sample.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { sampleDocument } from '../../../functions/shared/warehouse/sample-document.ts';
import { learningWords } from '../../../local/host/learning.ts';
import { openStore } from '../../../local/sqlite/store.ts';

const store = openStore(':memory:', defaultLayout, systemClock);
afterAll(() => store.close());
const startMs = Date.parse('2026-11-30T02:00:00Z');
const watched = { cluster: 'local', periodMs: 5_000 };

/** Writes so many samples of the processors of a host. */
async function write(name: string, count: number): Promise<void> {
  const writes = Array.from({ length: count }, (_, nth) => {
    const timeMs = startMs + nth * 5_000;
    const sample: Sample = {
      entity: { cluster: 'local', kind: 'host', name },
      timestampMs: timeMs,
      dataset: 'system.cpu',
      dimensions: {},
      measurements: { 'system.cpu.total.norm.pct': 0.1 },
      source: 'metricbeat',
    };
    return { family: 'offbeat-samples' as const, id: `${name}-${nth}`, timeMs, document: sampleDocument.write(sample) };
  });
  await store.warehouse.write(writes);
}

describe('the words at a start for how long this host is learned', () => {
  it('are the whole time at a first start, whatever other hosts have shipped', async () => {
    await write('another', valuesToLearn);
    expect(await learningWords(store.warehouse, watched)).toBe('250 s to learn what is normal');
  });

  it('are the rest of it after a short run', async () => {
    await write(hostname(), valuesToLearn - 10);
    expect(await learningWords(store.warehouse, watched)).toBe('50 s to learn what is normal');
  });

  it('say that nothing is left to learn, and until when it was learned', async () => {
    await write(hostname(), valuesToLearn);
    expect(await learningWords(store.warehouse, watched)).toBe(
      'what is normal was learned in an earlier run, until 2026-11-30T02:04:05.000Z',
    );
  });

  it('are the whole time while the warehouse does not answer', async () => {
    const search = async () => {
      throw new UnavailableError('the warehouse is away');
    };
    expect(await learningWords({ search }, watched)).toBe('250 s to learn what is normal');
  });
});
