import { kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { describeEventLog } from '../contract/event-log.ts';
import { KafkaReader, recreateTopics, sharedKafka } from './kafka.ts';

describeEventLog('Kafka', async ({ partitions }) => {
  const connection = sharedKafka();
  await recreateTopics(connection, partitions);
  const eventLog = kafkaEventLog(connection);
  const reader = new KafkaReader(connection);
  return {
    eventLog,
    read: (topic, partition, offset) => reader.read(topic, partition, offset),
    endOffset: (topic, partition) => reader.endOffset(topic, partition),
    async close() {
      await Promise.all([eventLog.close(), reader.close()]);
    },
  };
});
