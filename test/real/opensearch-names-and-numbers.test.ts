import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpWarehouse } from '../../functions/set-up-warehouse/set-up.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { refresh, server, warehouse, wipe } from './opensearch.ts';

interface Shipped {
  readonly app?: Readonly<Record<string, unknown>>;
}

const input = new URL('../field-cases/inputs/28-warehouse-names-and-numbers.json.gz', import.meta.url);
const nowMs = Date.now();
const shipped = (JSON.parse(gunzipSync(readFileSync(input)).toString()) as Shipped[]).map((document, nth, all) => ({
  ...document,
  '@timestamp': new Date(nowMs - (all.length - nth) * 100).toISOString(),
}));

let embedded: Embedded;

beforeAll(async () => {
  await wipe();
  await setUpWarehouse(server, nowMs);
  const env = { OFFBEAT_OPENSEARCH_URL: process.env.OFFBEAT_OPENSEARCH_URL };
  embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, env, windowMs: 0 });
  await embedded.append(shipped);
  await embedded.drain();
  await refresh();
});
afterAll(() => embedded.close());

/** Returns the metrics of the documents of a host in the warehouse, the oldest document first. */
async function metricsOf(host: string): Promise<unknown[]> {
  const match = { 'host.name': host };
  const found = await warehouse().search({ family: 'offbeat-samples', match, order: 'oldest first', limit: 100 });
  return found.map((document) =>
    Object.fromEntries(Object.entries(document).filter(([name]) => /^other\./.test(name))),
  );
}

describe('names and numbers that a warehouse may refuse (elastic/elasticsearch#21728)', () => {
  it('are kept: no document is refused by normalise, detect or the warehouse', async () => {
    const counts = embedded.telemetry.counts();
    expect(Object.keys(counts).filter((name) => name.startsWith('dead_letters'))).toEqual([]);
    expect(counts.documents_written).toBe(shipped.length);
    expect(await warehouse().count('offbeat-samples')).toBe(shipped.length);
  });

  it('a number and an object under one name are two metrics', async () => {
    expect(await metricsOf('w1')).toEqual([{ 'other.app.queue': 5 }, { 'other.app.queue.depth': 3 }]);
  });

  it('the largest and smallest numbers are as they were', async () => {
    const [largest, fractions] = await metricsOf('w2');
    expect(largest).toEqual({
      'other.app.cap': 2 ** 64,
      'other.app.neg': -(2 ** 63),
      'other.app.f': 1e21,
      'other.app.huge': 1e308,
      'other.app.tiny': 5e-324,
      'other.app.z': 0,
    });
    // An index that took the first document's numbers for integers would have cut these.
    expect(fractions).toEqual({
      'other.app.cap': 0.5,
      'other.app.neg': -1.5,
      'other.app.f': 1,
      'other.app.huge': 2,
      'other.app.tiny': 0.1,
      'other.app.z': 0.25,
    });
  });

  it('names with dots, spaces and signs are as they were', async () => {
    const names = ['a..b', 'c.', '.d', ' ', 'e f', 'ü', 'g"h', 'i%2Ej', '*', ''];
    const metrics = Object.fromEntries(names.map((name, at) => [`other.app.${name}`, at + 1]));
    expect(await metricsOf('w3')).toEqual([metrics]);
  });
});
