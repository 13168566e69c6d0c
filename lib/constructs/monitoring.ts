import { Aws, Stack } from 'aws-cdk-lib';
import { Alarm, Dashboard, GraphWidget, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { sourcesOf } from '../../functions/functions.ts';
import {
  type AlarmSpec,
  alarmOfLag,
  alarmsOfFlow,
  alarmsOfFunction,
  alarmsOfQueues,
  comparisonDefault,
  readsAlertsAlone,
} from './alarms.ts';
import type { Attempts } from './attempts.ts';
import { alarmOfLateness, alarmsOfBrokers, type WatchedBrokers, waitingFor } from './broker-alarms.ts';
import { alarmsOfDomain } from './domain-alarms.ts';
import type { FanOut } from './fan-out.ts';
import type { FlowMetrics } from './flow-metrics.ts';
import type { OffbeatFunction } from './function.ts';
import type { Upkeep } from './upkeep.ts';
import type { WarehouseAccess } from './warehouse.ts';

export interface MonitoringProps {
  /** The metrics that the deployment's functions write. */
  readonly flow: FlowMetrics;
  /** The functions with alarms of their own. */
  readonly functions: readonly OffbeatFunction[];
  readonly fanOut: FanOut;
  /** The queue of attempts; absent without a warehouse. */
  readonly attempts?: Attempts;
  readonly upkeep: Upkeep;
  /** The warehouse; absent in a deployment without one, where no domain is watched and no canary is looked for. */
  readonly warehouse?: WarehouseAccess;
  /**
   * An MSK cluster to watch.
   *
   * @default no alarms about brokers
   */
  readonly brokers?: WatchedBrokers;
  /** The prefix of the deployment's topics and groups. @default none */
  readonly prefix?: string;
  /**
   * An existing topic that every alarm is sent to.
   *
   * @default a topic is created
   */
  readonly alarmTopic?: ITopic;
  /** Encrypts the topic; its policy must allow CloudWatch to use it. */
  readonly key: IKey;
}

/** The alarms about Offbeat itself. CloudWatch sends them to a topic of their own, and no part of the flow is involved. */
export class Monitoring extends Construct {
  readonly alarmTopic: ITopic;
  readonly specs: readonly AlarmSpec[];

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.alarmTopic = props.alarmTopic ?? this.#topic(props.key);
    this.specs = specsOf(props);
    const action = new SnsAction(this.alarmTopic);
    for (const spec of this.specs) {
      const alarm = this.#alarm(spec);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    this.#dashboard(props);
  }

  #alarm({ name, part, description, metric, threshold, comparison, periods, missing }: AlarmSpec): Alarm {
    const [id, about] = part === undefined ? [name, ''] : [`${name}-${part.replaceAll(' ', '-')}`, ` (${part})`];
    return new Alarm(this, id, {
      alarmDescription: `Offbeat: ${description}${about}. docs/runbook.md, ${name}`,
      metric,
      threshold,
      comparisonOperator: comparison ?? comparisonDefault,
      evaluationPeriods: periods,
      treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
    });
  }

  #topic(key: IKey): Topic {
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': Stack.of(this).formatArn({ service: 'cloudwatch', resource: 'alarm:*' }) },
      },
    });
    const topic = new Topic(this, 'Topic', {
      displayName: 'Offbeat: alarms about itself',
      masterKey: key,
      enforceSSL: true,
    });
    topic.addToResourcePolicy(
      new PolicyStatement({ principals: [cloudWatch], actions: ['sns:Publish'], resources: [topic.topicArn] }),
    );
    return topic;
  }

  #dashboard({ functions, fanOut, upkeep }: MonitoringProps): void {
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12 });
    new Dashboard(this, 'Dashboard', {
      widgets: [
        [
          graph(
            'Lag, records',
            functions
              .filter(isFedByTopics)
              .map((each) => each.metric('OffsetLag', { statistic: 'Maximum', label: each.name })),
          ),
        ],
        [
          graph(
            'Duration, p99',
            functions.map((each) => each.metricDuration({ statistic: 'p99', label: each.name })),
          ),
          graph(
            'Errors',
            functions.map((each) => each.metricErrors({ label: each.name })),
          ),
        ],
        [
          graph(
            'Age, seconds',
            this.specs.filter(({ metric }) => isGauge(metric)).map(({ metric }) => metric),
          ),
          graph('Messages', [
            fanOut.queue.metricApproximateNumberOfMessagesVisible({ label: 'waiting for notify' }),
            fanOut.deadLetters.metricApproximateNumberOfMessagesVisible({ label: 'given up' }),
            fanOut.undelivered.metricApproximateNumberOfMessagesVisible({ label: 'undelivered by SNS' }),
            fanOut.rejected.metricApproximateNumberOfMessagesVisible({ label: 'rejected by publish' }),
            upkeep.missed.metricApproximateNumberOfMessagesVisible({ label: 'missed by schedules' }),
          ]),
        ],
      ],
    });
  }
}

function specsOf({ flow, functions, fanOut, attempts, ...others }: MonitoringProps): readonly AlarmSpec[] {
  const { upkeep, warehouse, brokers, prefix } = others;
  return [
    ...functions.flatMap(alarmsOfFunction),
    ...functions.filter(isFedByTopics).map((each) => alarmOfLag(each, waitingByBrokers(others, each))),
    ...alarmsOfFlow(warehouse !== undefined, flow),
    ...alarmsOfQueues({
      gaveUp: fanOut.deadLetters,
      undelivered: fanOut.undelivered,
      rejected: fanOut.rejected,
      missed: upkeep.missed,
      waiting: fanOut.queue,
      ...(attempts && { attempts: attempts.queue }),
    }),
    ...(warehouse?.watched === undefined ? [] : alarmsOfDomain(warehouse.watched, Aws.ACCOUNT_ID)),
    ...(brokers === undefined
      ? []
      : [
          ...alarmsOfBrokers(brokers),
          ...functions.filter(isFedByTopics).map((each) => alarmOfLateness(each, brokers.clusterName, prefix)),
        ]),
  ];
}

/** Returns the metric of alerts that wait for a stage, where the brokers are watched; on other topics some records always wait. */
const waitingByBrokers = (
  { brokers, prefix }: Pick<MonitoringProps, 'brokers' | 'prefix'>,
  reader: OffbeatFunction,
): IMetric | undefined =>
  brokers !== undefined && readsAlertsAlone(reader.name) ? waitingFor(reader, brokers.clusterName, prefix) : undefined;

const isFedByTopics = ({ name }: OffbeatFunction): boolean => sourcesOf(name, 'topics').length > 0;

const isGauge = (metric: IMetric): boolean =>
  metric.toMetricConfig().metricStat?.metricName.endsWith('_age_seconds') ?? false;
