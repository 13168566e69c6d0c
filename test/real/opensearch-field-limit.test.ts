import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpWarehouse } from '../../functions/set-up-warehouse/set-up.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { refresh, server, warehouse, wipe } from './opensearch.ts';

type Document = Readonly<Record<string, unknown>>;

const input = new URL('../field-cases/inputs/29-field-limit.json.gz', import.meta.url);
const nowMs = Date.now();
/** The number of metrics that fill an index of samples, beside those of the input. */
const floodMetrics = 2_000;
const floodAtOnce = 500;

/** The input, as if it was shipped now: 640 metrics that the catalogue does not contain, then 6 documents of db-10's memory. */
const shipped = (JSON.parse(gunzipSync(readFileSync(input)).toString()) as Document[]).map((document, nth, all) => ({
  ...document,
  '@timestamp': new Date(nowMs - (all.length - nth) * 100).toISOString(),
}));

const flood = Array.from({ length: floodMetrics / floodAtOnce }, (_, nth) => ({
  '@timestamp': new Date(nowMs - 20_000 + nth).toISOString(),
  host: { name: 'prom-1' },
  event: { dataset: 'prometheus.collector', module: 'prometheus' },
  prometheus: {
    metrics: Object.fromEntries(Array.from({ length: floodAtOnce }, (_, at) => [`flood_${nth}_${at}`, at])),
  },
}));

let embedded: Embedded;

beforeAll(async () => {
  await wipe();
  await setUpWarehouse(server, nowMs);
  const env = { OFFBEAT_OPENSEARCH_URL: process.env.OFFBEAT_OPENSEARCH_URL };
  embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, env, windowMs: 0 });
});
afterAll(() => embedded.close());

describe('an index of samples whose fields are used up by metrics of others (elastic/integrations#11466)', () => {
  it('keeps the metrics of the catalogue of each document, and counts what was left out and what was refused', async () => {
    await embedded.append([...flood, ...shipped]);
    await embedded.drain();
    await refresh();
    const found = await warehouse().search({
      family: 'offbeat-samples',
      match: { 'host.name': 'db-10' },
      order: 'oldest first',
      limit: 100,
    });
    expect(found).toHaveLength(6);
    for (const document of found) {
      expect(document).toMatchObject({ 'system.memory.actual.used.pct': 0.75, 'event.dataset': 'system.memory' });
      expect(Object.keys(document).filter((name) => name.startsWith('other.'))).toEqual([]);
    }
    const counts = embedded.telemetry.counts();
    const refused = counts['dead_letters{reason=refused by the warehouse,stage=persist}'] ?? 0;
    const samples = await warehouse().count('offbeat-samples');
    expect(counts['ignored{reason=metrics beyond the field limit,stage=persist}']).toBe(6);
    expect(refused).toBeGreaterThan(0);
    expect(samples + refused).toBe(flood.length + shipped.length);
    expect(counts.documents_written).toBe(samples);
  });
});
