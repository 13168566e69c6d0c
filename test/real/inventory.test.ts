import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { inventoryLines } from '../../bin/inventory-lines.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { fromApiGateway, toApiGateway } from '../../local/http/api-gateway.ts';
import { designDocuments, designReport } from '../support/design-chunkservers.ts';
import { freshServers } from './fresh-servers.ts';
import { refresh } from './opensearch.ts';

const startMs = Date.parse('2026-11-23T15:00:00Z');
const directory = mkdtempSync(join(tmpdir(), 'offbeat-inventory-'));
afterAll(() => rmSync(directory, { recursive: true }));

async function ask(embedded: Embedded, path: string, query: Readonly<Record<string, string>> = {}) {
  const request = { method: 'GET', path, query: new URLSearchParams(query), headers: {}, body: Buffer.alloc(0) };
  const answer = await embedded.invoke('api', toApiGateway(request));
  return JSON.parse(fromApiGateway(answer as Parameters<typeof fromApiGateway>[0]).body);
}

it('the ten chunkservers of the design go through real Kafka and OpenSearch, and are printed as the design writes them', async () => {
  const file = join(directory, 'beats.ndjson');
  const documents = Array.from({ length: 12 }, (_, nth) => designDocuments(startMs + nth * 10_000)).flat();
  writeFileSync(file, documents.map((document) => JSON.stringify(document)).join('\n'));
  const env = await freshServers({ ...onePartitionEach, [topics.samples]: 4 });
  const embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal: () => {}, env });
  try {
    const { eventLog, warehouse } = embedded.backends.uses;
    expect([eventLog, warehouse]).toEqual([expect.stringContaining('Kafka'), expect.stringContaining('OpenSearch')]);
    await embedded.replay({ file, cluster: 'recorded' });
    await embedded.drain();
    await refresh();
    const { inventory } = await ask(embedded, '/api/inventory', { kind: 'chunkserver' });
    const rows = inventoryLines(inventory).map(([row]) => String(row).split(/ {2,}/).join(' '));
    expect(rows).toEqual(['server version errors chunks total_space used_space', ...designReport]);
    expect(await ask(embedded, '/api/status')).toMatchObject({
      status: 'ok',
      clusters: [{ cluster: 'recorded', isReplay: true, counts: { storage: { ok: 1 }, chunkserver: { ok: 10 } } }],
    });
  } finally {
    await embedded.close();
  }
});
