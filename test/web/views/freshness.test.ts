import { expect, it } from 'vitest';
import { sourceRows } from '../../../web/views/now/freshness.ts';

const nowMs = 10_000_000;
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

it('freshness lists sources alone, those with a late component first, which is named beside its source', () => {
  const at = (source: string, agoMs: number, oldestAgoMs: number, path: string) => ({
    source,
    cluster: 'prod',
    entities: 5,
    newestMs: nowMs - agoMs,
    oldest: { path, newestMs: nowMs - oldestAgoMs },
  });
  const rows = sourceRows(
    [
      at('collectd', 30_000, 40_000, 'prod/host/b'),
      at('metricbeat', 5_000, 300_000, 'prod/host/node/a'),
      at('', 1_000, 1_000, 'prod/host/c'),
    ],
    nowMs,
  );
  expect(rows.map(({ name, age, late }) => [name, age, late].map((text) => plain(text ?? '')))).toEqual([
    ['Metricbeat, prod: 5', '5 s', 'node/a: no numbers for 5 min'],
    ['collectd, prod: 5', '30 s', ''],
    ['Other shippers, prod: 5', '1 s', ''],
  ]);
});
