import type { KafkaPartition, KafkaSnapshot } from '../../../../functions/shared/ports/kafka-cluster.ts';

const partition = (topic: string, number: number, parts: Partial<KafkaPartition> = {}): KafkaPartition => ({
  topic,
  partition: number,
  leader: 1,
  replicas: [1, 2],
  inSync: [1, 2],
  newest: 100,
  oldest: 20,
  bytes: 800,
  ...parts,
});

/** A cluster of two brokers with nothing wrong. */
export const healthy: KafkaSnapshot = {
  controller: 2,
  brokers: [
    { id: 1, host: '10.77.0.20', port: 9092 },
    { id: 2, host: 'fd00::2', port: 9092 },
  ],
  partitions: [partition('orders', 0), partition('orders', 1, { leader: 2, newest: 50, oldest: 30, bytes: 200 })],
  groups: [
    {
      id: 'billing',
      state: 'Stable',
      offsets: [
        { topic: 'orders', partition: 0, offset: 90 },
        { topic: 'orders', partition: 1, offset: 50 },
      ],
    },
  ],
  logs: [
    { broker: 1, bytes: 4_096, disk: { totalBytes: 1_000, usedShare: 0.75 } },
    { broker: 2, bytes: 2_048 },
  ],
  unread: [],
};

/** The same cluster without a leader of one partition, and with a replica behind in the other one. */
export const troubled: KafkaSnapshot = {
  ...healthy,
  partitions: [
    partition('orders', 0, { inSync: [1] }),
    { topic: 'orders', partition: 1, replicas: [2, 1], inSync: [] },
  ],
};
