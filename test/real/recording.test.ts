import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../functions/shared/connect/environment.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { onePartitionEach, topics } from '../../functions/shared/domain/topics.ts';
import { families } from '../../functions/shared/ports/warehouse.ts';
import { openEmbedded } from '../../local/embedded.ts';
import { type Documents, documentsOf } from './documents.ts';
import { freshServers } from './fresh-servers.ts';
import { refresh } from './opensearch.ts';

const recording = join(import.meta.dirname, '../../events/recordings/cluster-load.ndjson.gz');

/** What the warehouse holds when the recording went through the whole flow. */
async function replayed(env: Environment): Promise<Documents> {
  const embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal: () => {}, env });
  try {
    await embedded.replay({ file: recording, cluster: 'recorded' });
    await embedded.drain();
    if (embedded.uses.warehouse !== 'SQLite') await refresh();
    return await documentsOf(embedded.ports.warehouse);
  } finally {
    await embedded.close();
  }
}

describe('the recorded cluster through real Kafka, DynamoDB, S3, SNS, SQS and OpenSearch', () => {
  let embedded: Documents;
  beforeAll(async () => {
    embedded = await replayed({});
  });

  it('leaves the same documents as on SQLite, ids and all, with one partition a topic', async () => {
    const real = await replayed(await freshServers());
    expect(real.get('offbeat-anomalies')).toHaveLength(22);
    expect(real.get('offbeat-alerts')).toHaveLength(6);
    for (const family of families) expect(real.get(family)).toEqual(embedded.get(family));
  });

  it('finds the same anomalies with several partitions a topic', async () => {
    const partitions = { ...onePartitionEach, [topics.samples]: 4, [topics.summaries]: 3, [topics.signals]: 2 };
    const real = await replayed(await freshServers(partitions));
    expect(real.get('offbeat-anomalies')).toEqual(embedded.get('offbeat-anomalies'));
    expect(real.get('offbeat-samples')).toEqual(embedded.get('offbeat-samples'));
  });
});
