import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../functions/shared/connect/environment.ts';
import { compareText } from '../../functions/shared/domain/order.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { onePartitionEach, topics } from '../../functions/shared/domain/topics.ts';
import { type Family, families, type WarehouseDocument } from '../../functions/shared/ports/warehouse.ts';
import { openEmbedded } from '../../local/embedded.ts';
import { freshServers } from './fresh-servers.ts';
import { refresh } from './opensearch-server.ts';

const recording = join(import.meta.dirname, '../../events/recordings/cluster-load.ndjson.gz');

type Documents = ReadonlyMap<Family, readonly string[]>;

/** What the warehouse holds when the recording went through the whole flow. */
async function replayed(env: Environment): Promise<Documents> {
  const embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal: () => {}, env });
  try {
    await embedded.replay({ file: recording, cluster: 'recorded' });
    await embedded.drain();
    if (embedded.uses.warehouse !== 'SQLite') await refresh();
    const found = families.map(async (family) => {
      const query = { family, order: 'oldest first', limit: Number.MAX_SAFE_INTEGER } as const;
      return [family, inOrder(await embedded.ports.warehouse.search(query))] as const;
    });
    return new Map(await Promise.all(found));
  } finally {
    await embedded.close();
  }
}

/** Fields and documents in an order of their own, so that the same is equal. */
function inOrder(documents: readonly WarehouseDocument[]): string[] {
  const sorted = (document: WarehouseDocument) =>
    JSON.stringify(Object.fromEntries(Object.entries(document).sort(([a], [b]) => compareText(a, b))));
  return documents.map(sorted).sort(compareText);
}

describe('the recorded cluster through real Kafka, DynamoDB, S3, SNS, SQS and OpenSearch', () => {
  let embedded: Documents;
  beforeAll(async () => {
    embedded = await replayed({});
  });

  it('leaves the same documents as on SQLite, ids and all, with one partition a topic', async () => {
    const servers = await freshServers();
    try {
      const real = await replayed(servers.env);
      expect(real.get('offbeat-anomalies')).toHaveLength(22);
      expect(real.get('offbeat-alerts')).toHaveLength(6);
      for (const family of families) expect(real.get(family)).toEqual(embedded.get(family));
    } finally {
      await servers.close();
    }
  });

  it('finds the same anomalies with several partitions a topic', async () => {
    const partitions = { ...onePartitionEach, [topics.samples]: 4, [topics.summaries]: 3, [topics.signals]: 2 };
    const servers = await freshServers(partitions);
    try {
      const real = await replayed(servers.env);
      expect(real.get('offbeat-anomalies')).toEqual(embedded.get('offbeat-anomalies'));
      expect(real.get('offbeat-samples')).toEqual(embedded.get('offbeat-samples'));
    } finally {
      await servers.close();
    }
  });
});
