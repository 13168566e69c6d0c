import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { collectKafka } from '../../functions/collect/kafka/collect-kafka.ts';
import { parseKafkaTarget } from '../../functions/collect/kafka/target.ts';
import { collectSearch } from '../../functions/collect/search/collect-search.ts';
import { parseSearchTarget } from '../../functions/collect/search/target.ts';
import { kafkaCluster } from '../../functions/shared/adapters/kafka/cluster.ts';
import { kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { searchCluster } from '../../functions/shared/adapters/opensearch/cluster.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { patience } from '../support/patience.ts';
import { numbered, recreateTopics, sharedKafka, testAdmin } from './kafka.ts';
import { client, server } from './opensearch.ts';

const anySeconds = expect.toSatisfy((seconds: number) => seconds > 0 && seconds < 600);
const deps = { clock: systemClock, hostName: 'test' };

describe('a collection of a real Kafka', () => {
  const connection = sharedKafka();
  const group = 'offbeat-collected';

  beforeAll(async () => {
    const admin = testAdmin(connection);
    const log = kafkaEventLog(connection);
    try {
      await recreateTopics(connection, onePartitionEach);
      await log.append(numbered(10));
      const committed = [{ partition: 0, offset: 4n }];
      await admin.alterConsumerGroupOffsets({
        groupId: group,
        topics: [{ name: topics.samples, partitionOffsets: committed }],
      });
    } finally {
      await log.close();
      await admin.close();
    }
  });

  it('sees the broker, all partitions, and the lag of a group', async () => {
    const target = parseKafkaTarget(`kafka://${connection.brokers[0]}`);
    const cluster = kafkaCluster(connection);
    await vi.waitFor(async () => {
      const { documents, snapshot } = await collectKafka(target, { ...deps, cluster });
      expect(documents[0]!.kafka.cluster).toMatchObject({ status: 'ok', up: true, brokers: { count: 1 } });
      expect(snapshot!.partitions.filter(({ topic }) => topic === topics.samples)[0]).toMatchObject({ newest: 10 });
      expect(snapshot!.logs[0]!.bytes).toBeGreaterThan(0);
      const ofGroup = documents.flatMap(({ kafka: { consumergroup } }) =>
        consumergroup?.id === group ? [consumergroup] : [],
      );
      expect(ofGroup).toEqual([
        { id: group, state: 'Empty', partitions: { count: 1 }, total_lag: 6, max_lag_time: { sec: anySeconds } },
        { id: group, messages: { out: 4 } },
        { id: group, offset: 4, consumer_lag: 6, lag_time: { sec: anySeconds } },
      ]);
    }, patience);
  });
});

describe('a collection of a real OpenSearch', () => {
  const index = 'collected-red';
  afterAll(() => client.indices.delete({ index }));

  it('tells that a disk is above a watermark of the cluster', async () => {
    const address = process.env.OFFBEAT_OPENSEARCH_URL!;
    const collected = async () => {
      const documents = await collectSearch(parseSearchTarget(address), { ...deps, cluster: searchCluster(address) });
      const { status, reason } = documents[0]!.elasticsearch.cluster!;
      return { status, reason, watermark: documents[1]!.elasticsearch.node!.stats.fs.watermark };
    };
    const prefix = 'cluster.routing.allocation.disk.watermark';
    const put = (low: string | null, high: string | null, flood: string | null) =>
      server.request('PUT', '/_cluster/settings', {
        transient: { [`${prefix}.low`]: low, [`${prefix}.high`]: high, [`${prefix}.flood_stage`]: flood },
      });
    try {
      await put('0.001', '0.002', '0.9999');
      expect(await collected()).toMatchObject({
        status: 'degraded',
        reason: expect.stringMatching(/disk above the high watermark on 1 node: /),
        watermark: 2,
      });
      await put('0.9997', '0.9998', '0.9999');
      expect((await collected()).watermark).toBe(0);
    } finally {
      await put(null, null, null);
    }
  });

  it('tells a red index', async () => {
    const address = process.env.OFFBEAT_OPENSEARCH_URL!;
    const cluster = searchCluster(address);
    const settings = { number_of_replicas: 0, 'index.routing.allocation.require._name': 'nobody' };
    await server.request('PUT', `/${index}?wait_for_active_shards=0`, { settings });
    await vi.waitFor(async () => {
      const documents = await collectSearch(parseSearchTarget(address), { ...deps, cluster });
      expect(documents[0]!.elasticsearch.cluster).toMatchObject({ status: 'degraded', red: true });
      expect(documents[1]!.elasticsearch.node!.stats.jvm.mem.heap.max.bytes).toBeGreaterThan(0);
    }, patience);
  });
});
