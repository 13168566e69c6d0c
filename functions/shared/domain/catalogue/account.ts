import { type CatalogueRow, each, shown } from './row.ts';

/** The rows of what AWS reports about an account: MSK's control plane, queues of SQS and topics of SNS. */
export const accountRows: readonly CatalogueRow[] = [
  ...shown('gauge', '1', 'whether the cluster serves, as MSK reports it', 'msk.cluster.up'),
  ...shown('gauge', '1', 'whether MSK described the cluster', 'msk.cluster.collected'),
  {
    metric: 'msk.cluster.brokers.count',
    kind: 'gauge',
    unit: '{broker}',
    rule: { direction: 'down', floor: 0.5, relativeFloor: 0 },
    meaning: 'brokers that MSK lists',
  },
  ...shown('gauge', '{broker}', 'brokers that the cluster should have', 'msk.cluster.brokers.wanted'),
  ...shown('gauge', 'By', 'size of the disks of brokers', ...each('msk.*.storage.bytes', 'cluster', 'broker')),
  ...shown('gauge', '{part}', 'parts of a cluster that were not read', 'msk.cluster.unread_parts'),
  ...shown('gauge', '1', 'whether MSK lists the broker', 'msk.broker.listed'),
  {
    metric: 'aws.sqs.oldest_message_age.sec',
    kind: 'gauge',
    unit: 's',
    rule: { direction: 'up', floor: 300, relativeFloor: 0.5 },
    meaning: 'age of the oldest message of a queue',
  },
  {
    metric: 'aws.sqs.messages.visible',
    kind: 'gauge',
    unit: '{message}',
    rule: { direction: 'up', floor: 100, relativeFloor: 0.5 },
    meaning: 'messages of a queue that wait',
  },
  ...shown('gauge', '{message}', 'messages that somebody has received', 'aws.sqs.messages.not_visible'),
  ...shown('gauge', '{message}', 'messages that wait for their delay', 'aws.sqs.messages.delayed'),
  ...shown('delta', '{message}', 'traffic of a queue', ...each('aws.sqs.*.count', 'sent', 'received', 'deleted')),
  ...shown('delta', '{request}', 'requests that received no message', 'aws.sqs.received.empty'),
  ...shown(
    'gauge',
    'By',
    'mean size of a message',
    'aws.sqs.sent_message_size.bytes',
    'aws.sns.metrics.PublishSize.avg',
  ),
  ...shown('delta', '{message}', 'messages published to a topic', 'aws.sns.metrics.NumberOfMessagesPublished.sum'),
  ...shown(
    'delta',
    '{message}',
    'notifications of a topic',
    ...each('aws.sns.metrics.NumberOfNotifications*.sum', 'Delivered', 'Failed', 'FilteredOut'),
  ),
];
