import { CompressionAlgorithms, type CompressionAlgorithmValue, Producer } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import { clientOptions } from '../../functions/shared/adapters/kafka/connection.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { openEmbedded } from '../../local/embedded.ts';
import { loadDocuments } from '../support/load-recording.ts';
import { freshServers } from './fresh-servers.ts';
import { sharedKafka } from './kafka.ts';

const count = 500;

/** Ships documents as a Beat does, many in a batch. */
async function ship(compression: CompressionAlgorithmValue): Promise<void> {
  const producer = new Producer<string, Buffer>({
    ...clientOptions(sharedKafka(), 'a-beat', 10_000),
    serializers: { key: (key) => Buffer.from(key ?? '') },
  });
  const messages = Array.from({ length: count }, (_, nth) => {
    const document = { ...loadDocuments[0], '@timestamp': new Date(Date.now() - nth * 1_000).toISOString() };
    return { topic: topics.beats, key: 'node-a', value: Buffer.from(JSON.stringify(document)) };
  });
  await producer.send({ messages, compression });
  await producer.close();
}

describe('documents that a Beat shipped compressed', () => {
  // gzip is the default of Metricbeat and Filebeat.
  it.each(['GZIP', 'SNAPPY', 'LZ4', 'ZSTD', 'NONE'] as const)('by %s are read like any other', async (name) => {
    const { OFFBEAT_KAFKA_BROKERS } = await freshServers();
    await ship(CompressionAlgorithms[name]);
    const options = { dataDir: undefined, settings: defaultSettings, terminal: () => {} };
    const embedded = await openEmbedded({ ...options, env: { OFFBEAT_KAFKA_BROKERS } });
    try {
      await embedded.drain();
      expect(embedded.telemetry.counts()).toMatchObject({ documents_read: count, samples_made: count });
    } finally {
      await embedded.close();
    }
  });
});
