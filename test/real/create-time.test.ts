import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfigResourceTypes,
  IncrementalAlterConfigOperationTypes,
  Producer,
  stringSerializers,
} from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOptions, type KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { onePartitionEach, type Topic, topics } from '../../functions/shared/log/topics.ts';
import { spawnOffbeat } from '../bin/run-cli.ts';
import { KafkaReader, recreateTopics, sharedKafka, testAdmin } from './kafka.ts';

/** The producer's time, long before anything was appended here. */
const producersMs = Date.parse('2001-01-01T00:00:00Z');

describe('a topic with CreateTime on a real broker', () => {
  let connection: KafkaConnection;
  let reader: KafkaReader;
  let admin: ReturnType<typeof testAdmin>;
  let producer: Producer<string, string, string, string>;
  beforeAll(async () => {
    connection = sharedKafka();
    await recreateTopics(connection, onePartitionEach);
    reader = new KafkaReader(connection);
    admin = testAdmin(connection);
    producer = new Producer({ ...clientOptions(connection, 'create-time', 10_000), serializers: stringSerializers });
  });
  afterAll(async () => {
    await setTimestampType('LogAppendTime');
    await Promise.all([reader?.close(), admin?.close(), producer?.close()]);
  });

  const setTimestampType = (value: string, topic: Topic = topics.beats) =>
    admin.incrementalAlterConfigs({
      resources: [
        {
          resourceType: ConfigResourceTypes.TOPIC,
          resourceName: topic,
          configs: [
            { name: 'message.timestamp.type', configOperation: IncrementalAlterConfigOperationTypes.SET, value },
          ],
        },
      ],
    });
  const ship = (value: string) =>
    producer.send({ messages: [{ topic: topics.beats, partition: 0, value, timestamp: BigInt(producersMs) }] });
  const isProducers = async () =>
    (await reader.read(topics.beats, 0)).map(({ value, timestampMs }) => [`${value}`, timestampMs === producersMs]);

  it.each([topics.beats, topics.samples, topics.alerts])('ends a start with one line: %s', async (topic) => {
    await setTimestampType('CreateTime', topic);
    const folder = mkdtempSync(join(tmpdir(), 'offbeat-create-time-'));
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, OFFBEAT_KAFKA_BROKERS: connection.brokers.join(',') };
    const started = await spawnOffbeat(['start', '--port', '0', '--no-replay', '--no-host'], '', folder, env);
    rmSync(folder, { recursive: true });
    await setTimestampType('LogAppendTime', topic);
    expect(started).toMatchObject({ status: 2, stdout: '' });
    expect(started.stderr).toMatch(
      new RegExp(`^offbeat: topic ${topic}: expected message.timestamp.type LogAppendTime, got CreateTime; run .*\n$`),
    );
  });

  it('is refused by the check of topics, with the command that corrects it', async () => {
    await setTimestampType('CreateTime');
    await expect(createTopics(connection, onePartitionEach)).rejects.toThrow(
      new UsageError(
        'topic offbeat.beats: expected message.timestamp.type LogAppendTime, got CreateTime; run "kafka-configs.sh ' +
          '--bootstrap-server BROKERS --alter --entity-type topics --entity-name offbeat.beats --add-config ' +
          'message.timestamp.type=LogAppendTime", then remove what was appended before with kafka-delete-records.sh: ' +
          'docs/runbook.md, "A topic with CreateTime"',
      ),
    );
  });

  it('keeps the producer’s time of records from before its correction, and has the broker’s from then on', async () => {
    await ship('before');
    await setTimestampType('LogAppendTime');
    expect(await createTopics(connection, onePartitionEach)).toEqual({ created: [], warnings: [] });
    await ship('after');
    expect(await isProducers()).toEqual([
      ['before', true],
      ['after', false],
    ]);
  });

  it('has only the broker’s time once the earlier records are removed', async () => {
    await admin.deleteRecords({ topics: [{ name: topics.beats, partitions: [{ partition: 0, offset: 1n }] }] });
    expect(await isProducers()).toEqual([['after', false]]);
  });
});
