import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Sample } from '../../../functions/shared/domain/sample.ts';
import type { WarehouseDocument, WarehouseQuery } from '../../../functions/shared/ports/warehouse.ts';
import { sampleDocument } from '../../../functions/shared/warehouse/sample-document.ts';
import { storedSamples } from '../../../local/history/stored-samples.ts';

const sampleAt = (timestampMs: number, nth: number): Sample => ({
  entity: { cluster: 'c', kind: 'host', name: `h${nth}` },
  ...{ timestampMs, dataset: 'd', dimensions: {}, measurements: { 'system.cpu.total.norm.pct': nth }, source: 's' },
});

it('the stored samples of a range come once and in order, whatever the size of a page and however many have one time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(5), { maxLength: 30 }),
      fc.integer({ min: 1, max: 8 }),
      async (times, pageSize) => {
        const samples = times.sort((a, b) => a - b).map((time, nth) => sampleAt(1_700_000_000_000 + time, nth));
        const documents = samples.map((sample) => sampleDocument.write(sample));
        const search = async ({ fromMs = 0, limit }: WarehouseQuery): Promise<WarehouseDocument[]> =>
          documents.filter((document) => Date.parse(String(document['@timestamp'])) >= fromMs).slice(0, limit);
        const range = { fromMs: 0, toMs: 2_000_000_000_000 };
        const found: Sample[] = [];
        for await (const page of storedSamples({ search }, range, pageSize)) found.push(...page);
        expect(found.map(({ entity }) => entity.name)).toEqual(samples.map(({ entity }) => entity.name));
      },
    ),
  );
});

it('the stored samples of a range are those of one scope, live unless another is asked for, and of the cluster that is asked for', async () => {
  const samples = [sampleAt(1_700_000_000_000, 1), { ...sampleAt(1_700_000_000_001, 2), scope: 'recorded' }];
  const asked: WarehouseQuery[] = [];
  const search = async (query: WarehouseQuery): Promise<WarehouseDocument[]> => {
    asked.push(query);
    return samples.map((sample) => sampleDocument.write(sample));
  };
  const namesOf = async (more: { readonly scope?: string; readonly cluster?: string }): Promise<string[]> => {
    const found: Sample[] = [];
    for await (const page of storedSamples({ search }, { fromMs: 0, toMs: 2_000_000_000_000, ...more }))
      found.push(...page);
    return found.map(({ entity }) => entity.name);
  };
  expect(await namesOf({})).toEqual(['h1']);
  expect(await namesOf({ scope: 'recorded', cluster: 'c' })).toEqual(['h2']);
  expect(asked.map(({ match }) => match)).toEqual([undefined, { 'offbeat.entity.cluster': 'c' }]);
});
