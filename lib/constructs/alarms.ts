import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { type FunctionName, functions, ledgerStages, sourcesOf } from '../../functions/functions.ts';
import { hourMs } from '../../functions/shared/domain/durations.ts';
import { forgottenForNew } from '../../functions/shared/domain/reached-limit.ts';
import { detectPartitionLeftBehind, laneLeftBehind } from '../../functions/shared/log/left-behind.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import type { FlowMetrics } from './flow-metrics.ts';
import type { OffbeatFunction } from './function.ts';

/** An alarm about Offbeat itself; `docs/runbook.md` has a heading for each name. */
export interface AlarmSpec {
  readonly name: string;
  /**
   * A part of what the name watches, where several alarms share it and its section of the runbook: `brokers 6 to 10`.
   *
   * @default the alarm is the only one of its name
   */
  readonly part?: string;
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
export const comparisonDefault = ComparisonOperator.GREATER_THAN_THRESHOLD;

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
export const readsAlertsAlone = (name: FunctionName): boolean =>
  sourcesOf(name, 'topics').every((source) => source.topics.every((topic) => topic === topics.alerts));
const lagRecordsMax = 100_000;

/**
 * Returns the alarm about records that wait on a stage's topics.
 * @param waiting the number of records that wait, by default by Lambda's metric of event source mappings, which has no value
 *   while a mapping does not read
 */
export function alarmOfLag(reader: OffbeatFunction, waiting?: IMetric): AlarmSpec {
  const isFew = readsAlertsAlone(reader.name);
  return {
    name: `lag-${reader.name}`,
    description: `${reader.name} falls behind its topics`,
    metric: waiting ?? reader.metric('OffsetLag', { statistic: isFew ? Stats.MINIMUM : Stats.MAXIMUM, period: minute }),
    threshold: isFew ? 0 : lagRecordsMax,
    periods: 10,
  };
}

/** Minutes in a row in which an input is left out. It is counted with every tick; a single minute is a restart. */
const leftBehindMinutes = 2;

/** Returns the alarms by the gauges of the self-check and by the counters of functions. */
export const alarmsOfFlow = (hasWarehouse: boolean, flow: FlowMetrics): AlarmSpec[] => [
  ...(hasWarehouse ? [alarmOfCanary(flow)] : []),
  ...alarmsOfAges(flow),
  ...alarmsOfCounters(flow),
];

/** Returns the alarm about the canary, which is looked for in the warehouse. */
const alarmOfCanary = (flow: FlowMetrics): AlarmSpec => ({
  name: 'canary-missing',
  description: 'a document that Offbeat sends to itself each minute does not reach the warehouse',
  metric: flow.age('canary_age_seconds'),
  threshold: 300,
  periods: 3,
  missing: TreatMissingData.BREACHING,
});

/** Returns the alarms by the ages that the self-check reads in the ledger. */
function alarmsOfAges(flow: FlowMetrics): AlarmSpec[] {
  return [
    {
      name: 'pending-transactions',
      description: 'a decided transaction is not sent, and pages may be late',
      metric: flow.age('pending_age_seconds'),
      threshold: 60,
      periods: 2,
      missing: TreatMissingData.BREACHING,
    },
    ...ledgerStages.map((stage) => ({
      name: `stalled-${stage}`,
      description: `a partition of ${stage} has not advanced for minutes, although heartbeats advance every partition`,
      metric: flow.age('stage_age_seconds', { stage }),
      threshold: 180,
      periods: 2,
      missing: TreatMissingData.BREACHING,
    })),
  ];
}

/** Returns the alarms by the counters of functions. */
function alarmsOfCounters(flow: FlowMetrics): AlarmSpec[] {
  /** Returns the count of what one stage left out for one reason. */
  const ignored = (stage: FunctionName, reason: string): IMetric => flow.sum('ignored', { stage, reason });
  return [
    {
      name: 'dead-letters',
      description: 'records that cannot be read, or that a step refuses, are sent to the dead letters',
      metric: flow.total('dead_letters'),
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
      metric: flow.total('records_lost_by_broker'),
      threshold: 0,
      periods: 1,
    },
  ];
}

/** The queues with alarms. */
interface WatchedQueues {
  readonly gaveUp: IQueue;
  readonly undelivered: IQueue;
  readonly rejected: IQueue;
  readonly missed: IQueue;
  readonly waiting: IQueue;
  /** The queue of attempts; absent without a warehouse. */
  readonly attempts?: IQueue;
}

/** Returns the alarms about messages that wait too long, or are in a queue that should be empty. */
export function alarmsOfQueues(given: WatchedQueues): AlarmSpec[] {
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
      name: 'alerts-undelivered',
      description: 'SNS could not put an alert into the queue of notify',
      metric: visible(given.undelivered),
      threshold: 0,
      periods: 1,
    },
    {
      name: 'alerts-rejected',
      description: 'publish could not read an alert, or no message can contain it, and its page was not sent',
      metric: visible(given.rejected),
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
    ...(given.attempts === undefined ? [] : [alarmOfAttempts(given.attempts)]),
  ];
}

const alarmOfAttempts = (attempts: IQueue): AlarmSpec => ({
  name: 'attempts-waiting',
  description: 'the delivery attempts of notify do not reach the warehouse; pages are still sent',
  metric: attempts.metricApproximateAgeOfOldestMessage({ period: minute, statistic: Stats.MAXIMUM }),
  threshold: 3_600,
  periods: 3,
});
