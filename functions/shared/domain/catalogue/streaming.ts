import { type CatalogueRow, each, shown } from './row.ts';

/** The rows of Kafka, as Metricbeat's module `kafka` ships them. */
export const streamingRows: readonly CatalogueRow[] = [
  {
    metric: 'kafka.partition.offset.newest',
    kind: 'counter',
    unit: '{message}',
    rule: { direction: 'both', floor: 10, relativeFloor: 0.8 },
    meaning: 'messages written to a partition',
  },
  ...shown('counter', '{message}', 'messages deleted from a partition', 'kafka.partition.offset.oldest'),
  ...shown('gauge', '1', 'whether the leader wrote this', 'kafka.partition.partition.is_leader'),
  ...shown('gauge', '1', 'which broker, by number', ...each('kafka.partition.partition.*', 'leader', 'replica')),
  {
    metric: 'kafka.partition.partition.insync_replica',
    kind: 'gauge',
    unit: '1',
    rule: { direction: 'down', floor: 0.5, relativeFloor: 0, criticalAt: 1.5 },
    meaning: 'whether a replica keeps up',
  },
  {
    metric: 'kafka.consumergroup.offset',
    kind: 'counter',
    unit: '{message}',
    rule: { direction: 'down', floor: 5, relativeFloor: 0.8 },
    meaning: 'messages a group has read',
  },
  {
    metric: 'kafka.consumergroup.consumer_lag',
    kind: 'gauge',
    unit: '{message}',
    rule: { direction: 'up', floor: 100, relativeFloor: 0.5, criticalAt: 100 },
    meaning: 'messages a group is behind',
  },
  ...shown('gauge', '1', 'error code, 0 for none', 'kafka.consumergroup.error.code', 'kafka.topic.error.code'),
  ...shown('counter', '{request}', 'failed requests', ...each('kafka.broker.request.*.failed', 'fetch', 'produce')),
  ...shown('counter', 'By', 'read by a client', 'kafka.consumer.bytes_consumed'),
  ...shown('counter', '{message}', 'read by a client', 'kafka.consumer.records_consumed'),
];
