import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { indicesMax } from '../../functions/shared/warehouse/retention.ts';
import type { AlarmSpec } from './alarms.ts';
import { creditsPeriod } from './broker-alarms.ts';

const minute = Duration.minutes(1);
const { LESS_THAN_THRESHOLD } = ComparisonOperator;

/** An OpenSearch domain as CloudWatch knows it. */
export interface WatchedDomain {
  readonly domainName: string;
  /** The disk of each data node. */
  readonly volumeGiB: number;
  /** The number of copies of each shard: 2 with replicas. */
  readonly copies: number;
  /** A flag: the data nodes are of a burstable type (`t3.…`), which earns CPU credits. */
  readonly isBurstable: boolean;
}

/** The share of a node's disk that must be free. The service itself blocks writes at a fifth. */
const diskShareMin = 0.25;

/**
 * Returns the alarms about the OpenSearch domain.
 * @param account value of the dimension `ClientId` in CloudWatch, beside the domain's name
 * @see https://docs.aws.amazon.com/opensearch-service/latest/developerguide/cloudwatch-alarms.html
 */
export function alarmsOfDomain(domain: WatchedDomain, account: string): AlarmSpec[] {
  const { domainName, volumeGiB, copies, isBurstable } = domain;
  const of = (metricName: string, statistic: string) =>
    new Metric({
      namespace: 'AWS/ES',
      metricName,
      dimensionsMap: { DomainName: domainName, ClientId: account },
      statistic,
      period: minute,
    });
  return [
    {
      name: 'opensearch-red',
      description: 'a primary shard of the warehouse is missing',
      metric: of('ClusterStatus.red', Stats.MAXIMUM),
      threshold: 0,
      periods: 1,
    },
    {
      name: 'opensearch-disk',
      description: 'a node of the warehouse has less than a quarter of its disk left',
      metric: of('FreeStorageSpace', Stats.MINIMUM),
      threshold: volumeGiB * 1_024 * diskShareMin,
      comparison: LESS_THAN_THRESHOLD,
      periods: 5,
    },
    {
      name: 'opensearch-writes-blocked',
      description: 'the warehouse refuses writes; pages are still sent, and it catches up later',
      metric: of('ClusterIndexWritesBlocked', Stats.MAXIMUM),
      threshold: 0,
      periods: 5,
    },
    {
      name: 'opensearch-memory',
      description: 'the warehouse’s heap is nearly full',
      metric: of('JVMMemoryPressure', Stats.MAXIMUM),
      threshold: 92,
      periods: 10,
    },
    {
      name: 'opensearch-shards',
      description: 'the warehouse has more shards than its retention explains, and will refuse new indices',
      metric: of('Shards.active', Stats.MAXIMUM),
      threshold: shardsMax(copies),
      periods: 10,
    },
    {
      name: 'opensearch-cpu',
      description: 'a node of the warehouse uses more than 80 % of its CPU',
      metric: of('CPUUtilization', Stats.MAXIMUM),
      threshold: 80,
      periods: 45,
    },
    ...(isBurstable
      ? [
          {
            name: 'opensearch-credits',
            description: 'a burstable node of the warehouse has nearly spent its CPU credits',
            metric: of('CPUCreditBalance', Stats.MINIMUM).with({ period: creditsPeriod }),
            threshold: 30,
            comparison: LESS_THAN_THRESHOLD,
            periods: 3,
          },
        ]
      : []),
  ];
}

/** The shards of the service's own indices: of its security, of Dashboards, of the life cycles. */
const serviceShards = 12;

const shardsMax = (copies: number): number => (indicesMax + serviceShards) * copies;
