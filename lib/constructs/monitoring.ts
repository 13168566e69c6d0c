import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, Dashboard, GraphWidget, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { sourcesOf } from '../../functions/functions.ts';
import {
  type AlarmSpec,
  alarmOfLag,
  alarmsOfDomain,
  alarmsOfFlow,
  alarmsOfFunction,
  alarmsOfQueues,
  comparisonDefault,
} from './alarms.ts';
import type { Attempts } from './attempts.ts';
import { alarmsOfBrokers } from './broker-alarms.ts';
import type { FanOut } from './fan-out.ts';
import type { OffbeatFunction } from './function.ts';
import type { Upkeep } from './upkeep.ts';
import type { WarehouseAccess } from './warehouse.ts';

export interface MonitoringProps {
  /** The functions with alarms of their own. */
  readonly functions: readonly OffbeatFunction[];
  readonly fanOut: FanOut;
  readonly attempts: Attempts;
  readonly upkeep: Upkeep;
  readonly warehouse: WarehouseAccess;
  /**
   * An MSK cluster to watch.
   *
   * @default no alarms about brokers
   */
  readonly brokers?: { readonly clusterName: string; readonly brokers: number };
  /**
   * An existing topic that every alarm is sent to.
   *
   * @default a topic is created
   */
  readonly alarmTopic?: ITopic;
  /**
   * Encrypts the topic; its policy must allow CloudWatch to use it.
   *
   * @default a key is created
   */
  readonly key?: IKey;
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

  #alarm({ name, description, metric, threshold, comparison, periods, missing }: AlarmSpec): Alarm {
    return new Alarm(this, name, {
      alarmDescription: `Offbeat: ${description}. docs/runbook.md, ${name}`,
      metric,
      threshold,
      comparisonOperator: comparison ?? comparisonDefault,
      evaluationPeriods: periods,
      treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
    });
  }

  #topic(given: IKey | undefined): Topic {
    const key =
      given ??
      new Key(this, 'Key', {
        description: 'Offbeat: alarms about itself',
        enableKeyRotation: true,
        removalPolicy: RemovalPolicy.DESTROY,
      });
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    });
    key.grant(cloudWatch, 'kms:Decrypt', 'kms:GenerateDataKey');
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
            upkeep.missed.metricApproximateNumberOfMessagesVisible({ label: 'missed by schedules' }),
          ]),
        ],
      ],
    });
  }
}

function specsOf({ functions, fanOut, attempts, ...others }: MonitoringProps): readonly AlarmSpec[] {
  const { upkeep, warehouse, brokers } = others;
  return [
    ...functions.flatMap(alarmsOfFunction),
    ...functions.filter(isFedByTopics).map(alarmOfLag),
    ...alarmsOfFlow(),
    ...alarmsOfQueues({
      gaveUp: fanOut.deadLetters,
      missed: upkeep.missed,
      waiting: fanOut.queue,
      attempts: attempts.queue,
    }),
    ...(warehouse.watched === undefined
      ? []
      : alarmsOfDomain(warehouse.watched.domainName, warehouse.watched.volumeGiB, Aws.ACCOUNT_ID)),
    ...(brokers === undefined ? [] : alarmsOfBrokers(brokers.clusterName, brokers.brokers)),
  ];
}

const isFedByTopics = ({ name }: OffbeatFunction): boolean => sourcesOf(name, 'topics').length > 0;

const isGauge = (metric: IMetric): boolean =>
  metric.toMetricConfig().metricStat?.metricName.endsWith('_age_seconds') ?? false;
