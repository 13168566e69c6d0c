import { beforeAll, expect, it } from 'vitest';
import { setUpWarehouse } from '../../functions/set-up-warehouse/set-up.ts';
import type { Sample } from '../../functions/shared/domain/sample.ts';
import { sampleDocument } from '../../functions/shared/warehouse/sample-document.ts';
import { storedSamples } from '../../local/history/stored-samples.ts';
import { refresh, server, warehouse, wipe } from './opensearch.ts';

const timeMs = Date.parse('2026-11-23T15:00:00Z');
const count = 12_000;

/** Samples of which three have the same time, so that pages end between them; every tenth is of another cluster. */
const written: readonly Sample[] = Array.from({ length: count }, (_, nth) => ({
  entity: { cluster: nth % 10 === 0 ? 'other' : 'prod', kind: 'host', name: `node-${nth % 3}` },
  timestampMs: timeMs + 1_000 * Math.floor(nth / 3),
  dataset: 'system.load',
  dimensions: {},
  measurements: { 'system.load.norm.1': nth },
  source: 'metricbeat',
}));

beforeAll(async () => {
  await wipe();
  await setUpWarehouse(server, timeMs);
  const writes = written.map((sample, nth) => ({
    family: 'offbeat-samples' as const,
    id: `s-${nth}`,
    timeMs: sample.timestampMs,
    document: sampleDocument.write(sample),
  }));
  expect(await warehouse().write(writes)).toEqual([]);
  await refresh();
});

it('stored samples of a cluster are read in pages: each once, in the order of their times', async () => {
  const range = { fromMs: timeMs, toMs: timeMs + 1_000 * count, cluster: 'prod' };
  const read: Sample[] = [];
  let pages = 0;
  for await (const page of storedSamples(warehouse(), range, 1_000)) {
    read.push(...page);
    pages += 1;
  }
  const numbers = (samples: readonly Sample[]) =>
    samples.map(({ measurements }) => measurements['system.load.norm.1']!).sort((a, b) => a - b);
  expect(numbers(read)).toEqual(numbers(written.filter(({ entity }) => entity.cluster === 'prod')));
  expect(read.every((sample, nth) => nth === 0 || sample.timestampMs >= read[nth - 1]!.timestampMs)).toBe(true);
  expect(pages).toBeGreaterThanOrEqual(11);
});
