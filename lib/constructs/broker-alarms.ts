import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { consumerGroupOf, sourcesOf } from '../../functions/functions.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { kafkaNames } from '../../functions/shared/log/kafka-names.ts';
import type { AlarmSpec } from './alarms.ts';
import type { OffbeatFunction } from './function.ts';

const minute = Duration.minutes(1);
/**
 * The period of CPU credits, which EC2 reports every five minutes; AWS does not say whether MSK and OpenSearch Service report
 * them more often. In shorter periods values could be missing, and an alarm with several in a row would never be raised.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html
 */
export const creditsPeriod = Duration.minutes(5);
const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD, LESS_THAN_OR_EQUAL_TO_THRESHOLD } = ComparisonOperator;

/** An MSK cluster as CloudWatch knows it. */
export interface WatchedBrokers {
  /** The value of the dimension `Cluster Name`. */
  readonly clusterName: string;
  /** The number of brokers, from 1. Their ids begin at 1. Above five brokers there are more alarms, each about five at most. */
  readonly brokers: number;
  /**
   * A flag: the brokers are of a burstable type (`kafka.t3.small`), which earns CPU credits.
   *
   * @default false
   */
  readonly isBurstable?: boolean;
  /**
   * The level of the cluster's metrics. AWS bills those above `DEFAULT`.
   *
   * @default 'DEFAULT'
   */
  readonly monitoring?: 'DEFAULT' | 'PER_BROKER';
}

/**
 * The number of brokers that one alarm is about, at most: an alarm has at most ten metrics, and the CPU of a broker is two.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
 */
const brokersOfAlarmMax = 5;

/**
 * Returns the alarms about brokers of MSK: those that AWS recommends for every cluster, with its thresholds, and those about
 * credits, memory and connections. Those that read a metric of each broker are several where one cannot read all.
 * @throws {UsageError} if the number of brokers is none, naming the prop
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html
 */
export function alarmsOfBrokers({ clusterName, brokers, ...options }: WatchedBrokers): AlarmSpec[] {
  const { isBurstable = false, monitoring = 'DEFAULT' } = options;
  if (!Number.isSafeInteger(brokers) || brokers < 1) {
    throw new UsageError(
      `kafka.watched.brokers: expected the number of brokers of the cluster, 1 or more, got ${brokers}`,
    );
  }
  const groups = groupsOf(brokers).map((ids) => {
    const metrics = metricsOf(clusterName, ids);
    const specs = [
      ...alarmsOfCopies(metrics),
      ...alarmsOfLoad(metrics),
      ...(isBurstable ? [alarmOfCredits(metrics)] : []),
      ...(monitoring === 'PER_BROKER' ? [alarmOfConnections(metrics)] : []),
    ];
    return brokers <= brokersOfAlarmMax ? specs : specs.map((spec) => ({ ...spec, part: partOf(ids) }));
  });
  return [...alarmsOfCluster(metricsOf(clusterName, [])), ...groups.flat()];
}

/** Returns the ids of the brokers, in the groups that an alarm each is about. */
function groupsOf(brokers: number): number[][] {
  const groups = Array.from({ length: Math.ceil(brokers / brokersOfAlarmMax) }, (_, nth) => nth * brokersOfAlarmMax);
  return groups.map((before) =>
    Array.from({ length: Math.min(brokersOfAlarmMax, brokers - before) }, (_, nth) => before + nth + 1),
  );
}

const partOf = (ids: readonly number[]): string =>
  ids.length === 1 ? `broker ${ids[0]}` : `brokers ${ids[0]} to ${ids.at(-1)}`;

interface BrokerMetrics {
  /** Returns a metric of the cluster, or of one broker. */
  of(metricName: string, statistic: string, id?: string): Metric;
  /** Returns the greatest or the least of what each broker has. @param period that of all metrics, by default a minute */
  combined(how: 'MAX' | 'MIN', label: string, each: (id: string) => IMetric, period?: Duration): IMetric;
  /** Returns the greatest value that a broker has. @default a maximum of the minute */
  worst(metricName: string, label: string, statistic?: string): IMetric;
}

/** @param ids of the brokers that are combined */
function metricsOf(clusterName: string, ids: readonly number[]): BrokerMetrics {
  const metrics: BrokerMetrics = {
    of: (metricName, statistic, id) =>
      new Metric({
        namespace: 'AWS/Kafka',
        metricName,
        dimensionsMap: { 'Cluster Name': clusterName, ...(id === undefined ? {} : { 'Broker ID': id }) },
        statistic,
        period: minute,
      }),
    combined: (how, label, each, period = minute) => {
      const usingMetrics = Object.fromEntries(ids.map((id) => [`b${id}`, each(String(id))]));
      const expression = `${how}([${Object.keys(usingMetrics).join(', ')}])`;
      return new MathExpression({ expression, usingMetrics, label, period });
    },
    worst: (metricName, label, statistic = Stats.MAXIMUM) =>
      metrics.combined('MAX', label, (id) => metrics.of(metricName, statistic, id)),
  };
  return metrics;
}

/** Returns the alarms about the controller and the leaders, which the cluster has as a whole. */
function alarmsOfCluster({ of }: BrokerMetrics): AlarmSpec[] {
  return [
    {
      name: 'kafka-controller',
      description: 'the cluster has no controller',
      metric: of('ActiveControllerCount', Stats.MAXIMUM),
      threshold: 1,
      comparison: LESS_THAN_THRESHOLD,
      periods: 5,
    },
    {
      name: 'kafka-offline-partitions',
      description: 'a partition has no leader: it can be neither read nor written',
      metric: of('OfflinePartitionsCount', Stats.MAXIMUM),
      threshold: 0,
      periods: 2,
    },
  ];
}

/** Returns the alarms about disks and the copies of partitions. */
function alarmsOfCopies({ worst }: BrokerMetrics): AlarmSpec[] {
  return [
    {
      name: 'kafka-disk',
      description: 'a broker’s disk is over 80 % full',
      metric: worst('KafkaDataLogsDiskUsed', 'disk used, %'),
      threshold: 80,
      periods: 5,
    },
    {
      name: 'kafka-under-min-isr',
      description: 'a partition has fewer copies than `min.insync.replicas`, and refuses what is appended',
      metric: worst('UnderMinIsrPartitionCount', 'partitions under min.insync.replicas'),
      threshold: 0,
      periods: 2,
    },
    {
      name: 'kafka-under-replicated',
      description: 'a copy of a partition is behind its leader or missing, for longer than a broker needs to restart',
      metric: worst('UnderReplicatedPartitions', 'under-replicated partitions'),
      threshold: 0,
      periods: 15,
    },
  ];
}

/** Returns the alarms about CPU and memory. */
function alarmsOfLoad({ of, combined, worst }: BrokerMetrics): AlarmSpec[] {
  return [
    {
      name: 'kafka-cpu',
      description: 'a broker uses more than 60 % of its CPU, above which it cannot take over from another one',
      metric: combined('MAX', 'CPU used, %', (id) => cpuOf(of, id)),
      threshold: 60,
      periods: 15,
    },
    {
      name: 'kafka-memory',
      description: 'a broker’s heap stays over 60 % full after garbage collection',
      metric: worst('HeapMemoryAfterGC', 'heap after garbage collection, %', Stats.AVERAGE),
      threshold: 60,
      periods: 15,
    },
  ];
}

const alarmOfCredits = ({ of, combined }: BrokerMetrics): AlarmSpec => ({
  name: 'kafka-credits',
  description: 'a burstable broker has nearly spent its CPU credits, and will be limited to its baseline',
  metric: combined(
    'MIN',
    'CPU credits',
    (id) => of('CPUCreditBalance', Stats.AVERAGE, id).with({ period: creditsPeriod }),
    creditsPeriod,
  ),
  threshold: 100,
  comparison: LESS_THAN_OR_EQUAL_TO_THRESHOLD,
  periods: 3,
});

const alarmOfConnections = ({ worst }: BrokerMetrics): AlarmSpec => ({
  name: 'kafka-connections-refused',
  description: 'a broker refuses new connections, because too many log in by IAM in a second',
  metric: worst('IAMTooManyConnections', 'refused connections', Stats.SUM),
  threshold: 0,
  periods: 5,
});

/** Returns the CPU that a broker uses, in percent. MSK has the shares of the kernel and of user space. */
const cpuOf = (of: BrokerMetrics['of'], id: string): IMetric =>
  new MathExpression({
    expression: `user${id} + system${id}`,
    usingMetrics: {
      [`user${id}`]: of('CpuUser', Stats.AVERAGE, id),
      [`system${id}`]: of('CpuSystem', Stats.AVERAGE, id),
    },
    label: `broker ${id}`,
    period: minute,
  });

/**
 * Returns the least number of records of a minute that wait for a stage that reads one topic, as MSK counts them: also while
 * the stage's mapping is disabled or cannot connect, because the group exists without members.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/consumer-lag.html
 */
export function waitingFor(reader: OffbeatFunction, clusterName: string, prefix?: string): IMetric {
  const names = kafkaNames(prefix);
  const [topic] = sourcesOf(reader.name, 'topics').flatMap((source) => source.topics);
  return new Metric({
    namespace: 'AWS/Kafka',
    metricName: 'SumOffsetLag',
    dimensionsMap: {
      'Cluster Name': clusterName,
      'Consumer Group': names.group(consumerGroupOf(reader.name, topic!)),
      Topic: names.topic(topic!),
    },
    statistic: Stats.MINIMUM,
    period: minute,
  });
}

/** The time in seconds that a stage may need to read what waits. Heartbeats keep every partition moving. */
const lateSecondsMax = 300;

/**
 * Returns the alarm about the time that a stage would need to read what waits, as MSK estimates it from the rate at which
 * the consumer group reads: where little is read, a few records are late, which the alarm about their number does not
 * notice. MSK has no value while a group rebalances, and none before it has committed an offset, so missing values raise no
 * alarm.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/consumer-lag.html
 */
export function alarmOfLateness(reader: OffbeatFunction, clusterName: string, prefix?: string): AlarmSpec {
  const names = kafkaNames(prefix);
  const read = sourcesOf(reader.name, 'topics').flatMap((source) => source.topics);
  const usingMetrics = Object.fromEntries(
    read.map((topic, nth) => [
      `t${nth}`,
      new Metric({
        namespace: 'AWS/Kafka',
        metricName: 'EstimatedMaxTimeLag',
        dimensionsMap: {
          'Cluster Name': clusterName,
          'Consumer Group': names.group(consumerGroupOf(reader.name, topic)),
          Topic: names.topic(topic),
        },
        statistic: Stats.MAXIMUM,
        period: minute,
      }),
    ]),
  );
  return {
    name: `late-${reader.name}`,
    description: `${reader.name} would need more than five minutes to read what waits`,
    metric: new MathExpression({
      expression: `MAX([${Object.keys(usingMetrics).join(', ')}])`,
      usingMetrics,
      label: `${reader.name} is late, seconds`,
      period: minute,
    }),
    threshold: lateSecondsMax,
    comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    periods: 5,
  };
}
