import { kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { describeEventLog } from '../contract/event-log.ts';
import { KafkaReader, openKafka } from './kafka-server.ts';

describeEventLog('Kafka', async ({ partitions }) => {
  const kafka = await openKafka(partitions);
  const eventLog = kafkaEventLog(kafka.connection);
  const reader = new KafkaReader(kafka.connection);
  return {
    eventLog,
    read: (topic, partition, offset) => reader.read(topic, partition, offset),
    endOffset: (topic, partition) => reader.endOffset(topic, partition),
    async close() {
      await Promise.all([eventLog.close(), reader.close()]);
      await kafka.close();
    },
  };
});
