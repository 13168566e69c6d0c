import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmSpec } from './alarms.ts';

const minute = Duration.minutes(1);

/**
 * Returns the alarms about brokers of MSK.
 * @param clusterName value of MSK's dimension in CloudWatch
 */
export function alarmsOfBrokers(clusterName: string, brokers: number): AlarmSpec[] {
  const worst = Array.from({ length: brokers }, (_, nth) => nth + 1);
  const disk = Object.fromEntries(
    worst.map((id) => [
      `b${id}`,
      new Metric({
        namespace: 'AWS/Kafka',
        metricName: 'KafkaDataLogsDiskUsed',
        dimensionsMap: { 'Cluster Name': clusterName, 'Broker ID': String(id) },
        statistic: Stats.MAXIMUM,
        period: minute,
      }),
    ]),
  );
  return [
    {
      name: 'kafka-disk',
      description: 'a broker’s disk is over 80 % full',
      metric: new MathExpression({
        expression: `MAX([${Object.keys(disk).join(', ')}])`,
        usingMetrics: disk,
        label: 'disk used, %',
        period: minute,
      }),
      threshold: 80,
      periods: 5,
    },
    {
      name: 'kafka-controller',
      description: 'the cluster has no controller',
      metric: new Metric({
        namespace: 'AWS/Kafka',
        metricName: 'ActiveControllerCount',
        dimensionsMap: { 'Cluster Name': clusterName },
        statistic: Stats.MAXIMUM,
        period: minute,
      }),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: 5,
    },
  ];
}
