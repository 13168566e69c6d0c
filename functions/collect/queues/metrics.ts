import type { MetricQuery } from '../../shared/ports/metric-data.ts';

/**
 * A metric of a service, and the path of its value below the fields of a document. Paths are those of Metricbeat's module `aws` but for
 * the counts of a queue, of which Metricbeat ships means.
 */
export interface ServiceMetric {
  readonly metric: string;
  readonly statistic: MetricQuery['statistic'];
  readonly path: readonly [string, ...string[]];
}

const gauge = (metric: string, ...path: [string, ...string[]]): ServiceMetric => ({
  metric,
  statistic: 'Average',
  path,
});
const sum = (metric: string, ...path: [string, ...string[]]): ServiceMetric => ({ metric, statistic: 'Sum', path });

/** The metrics of a queue. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export const queueMetrics: readonly ServiceMetric[] = [
  gauge('ApproximateNumberOfMessagesVisible', 'messages', 'visible'),
  gauge('ApproximateNumberOfMessagesNotVisible', 'messages', 'not_visible'),
  gauge('ApproximateNumberOfMessagesDelayed', 'messages', 'delayed'),
  sum('NumberOfMessagesSent', 'sent', 'count'),
  sum('NumberOfMessagesReceived', 'received', 'count'),
  sum('NumberOfMessagesDeleted', 'deleted', 'count'),
  sum('NumberOfEmptyReceives', 'received', 'empty'),
  gauge('SentMessageSize', 'sent_message_size', 'bytes'),
  gauge('ApproximateAgeOfOldestMessage', 'oldest_message_age', 'sec'),
];

/** The metrics of a topic. @see https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html */
export const topicMetrics: readonly ServiceMetric[] = [
  ...[
    'NumberOfMessagesPublished',
    'NumberOfNotificationsDelivered',
    'NumberOfNotificationsFailed',
    'NumberOfNotificationsFilteredOut',
  ].map((metric) => sum(metric, 'metrics', metric, 'sum')),
  gauge('PublishSize', 'metrics', 'PublishSize', 'avg'),
];
