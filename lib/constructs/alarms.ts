import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { type FunctionName, functions, ledgerStages, sourcesOf } from '../../functions/functions.ts';
import { hourMs } from '../../functions/shared/domain/durations.ts';
import { forgottenForNew } from '../../functions/shared/domain/reached-limit.ts';
import { detectPartitionLeftBehind, laneLeftBehind } from '../../functions/shared/log/left-behind.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import type { OffbeatFunction } from './function.ts';

/** An alarm about Offbeat itself; `docs/runbook.md` has a heading for each name. */
export interface AlarmSpec {
  readonly name: string;
  /** A clause that completes "Offbeat: …". The runbook's section begins with it. */
  readonly description: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** @default GREATER_THAN_THRESHOLD */
  readonly comparison?: ComparisonOperator;
  /** The number of the metric's periods in a row that must breach the threshold. */
  readonly periods: number;
  /** @default TreatMissingData.NOT_BREACHING */
  readonly missing?: TreatMissingData;
}

const minute = Duration.minutes(1);
const { GREATER_THAN_THRESHOLD, LESS_THAN_THRESHOLD } = ComparisonOperator;
export const comparisonDefault = GREATER_THAN_THRESHOLD;

/** The namespace of Offbeat's own metrics in CloudWatch, which `functions/shared/handler/telemetry.ts` writes. */
const namespace = 'Offbeat';

/** Returns the sum of a counter over all values of its dimensions. */
const summed = (counter: string, ...dimensions: string[]): IMetric =>
  new MathExpression({
    expression: `SELECT SUM(${counter}) FROM SCHEMA("${namespace}"${dimensions.map((name) => `, ${name}`).join('')})`,
    label: counter,
    period: minute,
  });

const gauge = (metricName: string, dimensionsMap: Record<string, string> = {}): IMetric =>
  new Metric({ namespace, metricName, dimensionsMap, statistic: Stats.MAXIMUM, period: minute });

/** Returns the count of what one stage left out for one reason. */
const ignored = (stage: FunctionName, reason: string): IMetric =>
  new Metric({
    namespace,
    metricName: 'ignored',
    dimensionsMap: { stage, reason },
    statistic: Stats.SUM,
    period: minute,
  });

/** Returns whether a function runs an hour apart, or with a deployment: it cannot fail in each of five minutes in a row. */
const isSeldom = (name: FunctionName): boolean =>
  functions[name].sources.every(
    (source) => source.kind === 'deployment' || (source.kind === 'schedule' && source.everyMs >= hourMs),
  );

/** Returns the alarms that every function has. */
export function alarmsOfFunction(each: OffbeatFunction): AlarmSpec[] {
  return [
    {
      name: `errors-${each.name}`,
      description: `${each.name} fails, and its input waits or is tried again`,
      metric: each.metricErrors({ period: minute }),
      threshold: 0,
      periods: isSeldom(each.name) ? 1 : 5,
    },
    {
      name: `throttles-${each.name}`,
      description: `${each.name} is refused more concurrency, and its input waits`,
      metric: each.metricThrottles({ period: minute }),
      threshold: 0,
      periods: 5,
    },
  ];
}

/**
 * Returns whether a stage reads alerts alone. Alerts are few, and each is a page: one that waits through ten whole minutes is one
 * too many. On every other topic some records always wait.
 */
const readsAlertsAlone = (name: FunctionName): boolean =>
  sourcesOf(name, 'topics').every((source) => source.topics.every((topic) => topic === topics.alerts));
const lagRecordsMax = 100_000;

/** Returns the alarm about records that wait on a stage's topics, by Lambda's metric of event source mappings. */
export function alarmOfLag(reader: OffbeatFunction): AlarmSpec {
  const isFew = readsAlertsAlone(reader.name);
  return {
    name: `lag-${reader.name}`,
    description: `${reader.name} falls behind its topics`,
    metric: reader.metric('OffsetLag', { statistic: isFew ? Stats.MINIMUM : Stats.MAXIMUM, period: minute }),
    threshold: isFew ? 0 : lagRecordsMax,
    periods: 10,
  };
}

/** Minutes in a row in which an input is left out. It is counted with every tick; a single minute is a restart. */
const leftBehindMinutes = 2;

/** Returns the alarms by the gauges of the self-check and by the counters of functions. */
export const alarmsOfFlow = (): AlarmSpec[] => [...alarmsOfAges(), ...alarmsOfCounters()];

/** Returns the alarms by the gauges of the self-check. */
function alarmsOfAges(): AlarmSpec[] {
  return [
    {
      name: 'canary-missing',
      description: 'a document that Offbeat sends to itself each minute does not reach the warehouse',
      metric: gauge('canary_age_seconds'),
      threshold: 300,
      periods: 3,
      missing: TreatMissingData.BREACHING,
    },
    {
      name: 'pending-transactions',
      description: 'a decided transaction is not sent, and pages may be late',
      metric: gauge('pending_age_seconds'),
      threshold: 60,
      periods: 2,
      missing: TreatMissingData.BREACHING,
    },
    ...ledgerStages.map((stage) => ({
      name: `stalled-${stage}`,
      description: `a partition of ${stage} has not advanced for minutes, although heartbeats advance every partition`,
      metric: gauge('stage_age_seconds', { stage }),
      threshold: 180,
      periods: 2,
      missing: TreatMissingData.BREACHING,
    })),
  ];
}

/** Returns the alarms by the counters of functions. */
function alarmsOfCounters(): AlarmSpec[] {
  return [
    {
      name: 'dead-letters',
      description: 'records that cannot be read, or that a step refuses, are sent to the dead letters',
      metric: summed('dead_letters', 'stage', 'reason'),
      threshold: 0,
      periods: 1,
    },
    {
      name: 'lane-left-behind',
      description: 'a partition of beats is far behind the others, and detect continues without it',
      metric: ignored('detect', laneLeftBehind),
      threshold: 0,
      periods: leftBehindMinutes,
    },
    {
      name: 'series-full',
      description:
        'a partition of detect, or one entity, has reached its limit of series: of those on trial, a quarter is forgotten for new ones',
      metric: ignored('detect', forgottenForNew),
      threshold: 0,
      periods: 1,
    },
    {
      name: 'detect-partition-left-behind',
      description: 'a partition of detect is far behind the others, and alert continues without it',
      metric: ignored('alert', detectPartitionLeftBehind),
      threshold: 0,
      periods: leftBehindMinutes,
    },
    {
      name: 'records-lost-by-broker',
      description: 'Kafka deleted records before a stage had read them',
      metric: summed('records_lost_by_broker', 'stage'),
      threshold: 0,
      periods: 1,
    },
  ];
}

/** Returns the alarms about messages that wait too long, or are in a queue that should be empty. */
export function alarmsOfQueues(given: {
  readonly gaveUp: IQueue;
  readonly missed: IQueue;
  readonly waiting: IQueue;
  readonly attempts: IQueue;
}): AlarmSpec[] {
  const visible = (queue: IQueue) =>
    queue.metricApproximateNumberOfMessagesVisible({ period: minute, statistic: Stats.MAXIMUM });
  return [
    {
      name: 'webhooks-given-up',
      description: 'an alert could not be delivered to a webhook, and notify gave it up',
      metric: visible(given.gaveUp),
      threshold: 0,
      periods: 1,
    },
    {
      name: 'schedules-missed',
      description: 'a schedule could not start its function, or send its heartbeats',
      metric: visible(given.missed),
      threshold: 0,
      periods: 1,
    },
    {
      name: 'webhooks-waiting',
      description: 'alerts wait for notify',
      metric: given.waiting.metricApproximateAgeOfOldestMessage({ period: minute, statistic: Stats.MAXIMUM }),
      threshold: 900,
      periods: 3,
    },
    {
      name: 'attempts-waiting',
      description: 'the delivery attempts of notify do not reach the warehouse; pages are still sent',
      metric: given.attempts.metricApproximateAgeOfOldestMessage({ period: minute, statistic: Stats.MAXIMUM }),
      threshold: 3_600,
      periods: 3,
    },
  ];
}

/** The share of a node's disk that must be free. The service itself blocks writes at a fifth. */
const diskShareMin = 0.25;

/**
 * Returns the alarms about the OpenSearch domain.
 * @param domainName value of the dimension in CloudWatch, beside the account
 * @param volumeGiB  disk of each data node
 */
export function alarmsOfDomain(domainName: string, volumeGiB: number, account: string): AlarmSpec[] {
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
  ];
}
