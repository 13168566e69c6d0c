import { type CatalogueRow, each, judged, shown } from './row.ts';

/** Kafka, as Metricbeat's module `kafka` and Offbeat's collectors tell of it. */
export const streamingRows: readonly CatalogueRow[] = [
  judged('kafka.partition.offset.newest', 'counter', '{message}', 'both', 10, 0.8, 'messages written to a partition'),
  ...shown('counter', '{message}', 'messages deleted from a partition', 'kafka.partition.offset.oldest'),
  ...shown('gauge', '1', 'whether the leader wrote this', 'kafka.partition.partition.is_leader'),
  ...shown('gauge', '1', 'which broker, by number', ...each('kafka.partition.partition.*', 'leader', 'replica')),
  judged('kafka.partition.partition.insync_replica', 'gauge', '1', 'down', 0.5, 0, 'whether a replica keeps up', 1.5),
  judged('kafka.consumergroup.offset', 'counter', '{message}', 'down', 5, 0.8, 'messages a group has worked off'),
  judged('kafka.consumergroup.consumer_lag', 'gauge', '{message}', 'up', 100, 0.5, 'messages a group is behind', 100),
  ...shown('gauge', '1', 'error code, 0 for none', 'kafka.consumergroup.error.code', 'kafka.topic.error.code'),
  ...shown('counter', '{request}', 'failed requests', ...each('kafka.broker.request.*.failed', 'fetch', 'produce')),
  ...shown('counter', 'By', 'read by a client', 'kafka.consumer.bytes_consumed'),
  ...shown('counter', '{message}', 'read by a client', 'kafka.consumer.records_consumed'),
];
