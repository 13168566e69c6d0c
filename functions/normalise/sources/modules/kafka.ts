import type { FlatDocument } from '../../document/flatten.ts';
import type { DatasetRow } from './row.ts';

const replicaOnly = 'kafka.partition.partition.insync_replica';
const groupOffset = 'kafka.consumergroup.offset';

/**
 * Returns whether a document describes a follower of a Kafka partition. A follower repeats its leader's offsets, so it
 * gets series of its own, for its own measurements only.
 */
const isFollower = (document: FlatDocument): boolean =>
  document.valueAt('kafka.partition.partition.is_leader') === false;

/** The fields that tell queues and topics of one name apart. */
const ofAccount = { 'cloud.region': ['cloud.region'], 'cloud.account.id': ['cloud.account.id'] };

/** The datasets of Kafka, and of queues and topics of AWS. The second names of a field are those of Metricbeat 6. */
export const kafkaRows: readonly DatasetRow[] = [
  { datasets: ['kafka.cluster'], kind: 'service', name: 'service' },
  {
    datasets: ['kafka.broker'],
    kind: 'broker',
    name: {
      paths: ['kafka.broker.address', 'kafka.broker.id'],
      orService: true,
      expected: 'the address of a broker',
    },
    bean: 'kafka.broker.mbean',
  },
  { datasets: ['msk.cluster'], kind: 'service', name: 'service' },
  {
    // The same entity as that of `kafka.broker`, where the brokers themselves are collected at the same port.
    datasets: ['msk.broker'],
    kind: 'broker',
    name: { paths: ['msk.broker.address', 'msk.broker.id'], expected: 'the address of a broker' },
  },
  {
    datasets: ['kafka.partition'],
    kind: 'topic',
    name: { paths: ['kafka.topic.name', 'kafka.partition.topic.name'], expected: 'a topic' },
    dimensions: { partition: ['kafka.partition.id', 'kafka.partition.partition.id'] },
    more: (document) => {
      const replica = isFollower(document) ? document.textAt('kafka.partition.partition.replica') : undefined;
      return replica === undefined ? {} : { replica };
    },
    keep: (measurements, document) => {
      if (!isFollower(document)) return measurements;
      const inSync = measurements[replicaOnly];
      return inSync === undefined ? {} : { [replicaOnly]: inSync };
    },
  },
  {
    datasets: ['kafka.topic'],
    kind: 'topic',
    name: { paths: ['kafka.topic.name', 'kafka.topic.topic.name'], expected: 'a topic' },
    dimensions: { partition: ['kafka.topic.partition.id'] },
    bean: 'kafka.topic.mbean',
  },
  {
    datasets: ['kafka.consumergroup'],
    kind: 'consumer-group',
    name: { paths: ['kafka.consumergroup.id'], expected: 'the name of a group' },
    dimensions: {
      topic: ['kafka.topic.name', 'kafka.consumergroup.topic', 'kafka.consumergroup.topic.name'],
      partition: ['kafka.partition.id', 'kafka.consumergroup.partition', 'kafka.consumergroup.partition.id'],
    },
    keep: (measurements) => {
      if (measurements[groupOffset] !== -1) return measurements;
      const { [groupOffset]: _nothingCommitted, ...rest } = measurements;
      return rest;
    },
  },
  {
    datasets: ['aws.sqs'],
    kind: 'service',
    name: { paths: ['aws.sqs.queue.name', 'aws.dimensions.QueueName'], expected: 'the name of a queue' },
    dimensions: ofAccount,
  },
  {
    datasets: ['aws.sns'],
    kind: 'service',
    name: { paths: ['aws.dimensions.TopicName'], expected: 'the name of a topic' },
    dimensions: ofAccount,
  },
  { datasets: ['kafka.consumer'], kind: 'service', name: 'service', bean: 'kafka.consumer.mbean' },
  { datasets: ['kafka.producer'], kind: 'service', name: 'service', bean: 'kafka.producer.mbean' },
];
