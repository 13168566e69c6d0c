import { describe, expect, it } from 'vitest';
import { type DeploymentName, deployed, deploymentNames } from '../../support/deployment.ts';

interface Query {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly MetricName: string;
      readonly Namespace: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
    };
  };
}

/** Returns the alarms of a deployment that CloudWatch reads from a namespace, by their name in the runbook. */
function alarmsOn(name: DeploymentName, namespace: string) {
  const alarms = [...deployed(name).resources.values()].filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const read = alarms.map(({ Properties: alarm }) => {
    const queries: readonly Query[] = alarm.Metrics ?? [
      { Id: 'm', MetricStat: { Metric: { ...alarm, Dimensions: alarm.Dimensions ?? [] } } },
    ];
    const metrics = queries.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric]));
    const title: string = JSON.stringify(alarm.AlarmDescription).match(/docs\/runbook\.md, ([\w-]+)/)![1]!;
    return { title, alarm, queries, metrics };
  });
  return new Map(
    read
      .filter(({ metrics }) => metrics.some(({ Namespace }) => Namespace === namespace))
      .map((each) => [each.title, each]),
  );
}

const brokersOf = ({ metrics }: { readonly metrics: readonly NonNullable<Query['MetricStat']>['Metric'][] }) =>
  metrics.map(({ Dimensions }) => Dimensions.find(({ Name }) => Name === 'Broker ID')?.Value);

describe('the alarms about a created cluster', () => {
  it.each([
    ['minimal', ['1', '2']],
    ['production', ['1', '2', '3']],
  ] as const)('look at every broker of %s', (name, ids) => {
    const alarms = alarmsOn(name, 'AWS/Kafka');
    for (const title of ['kafka-disk', 'kafka-under-min-isr', 'kafka-under-replicated', 'kafka-memory']) {
      expect([title, brokersOf(alarms.get(title)!)]).toEqual([title, ids]);
    }
    expect(brokersOf(alarms.get('kafka-cpu')!)).toEqual(ids.flatMap((id) => [id, id]));
    expect(brokersOf(alarms.get('kafka-offline-partitions')!)).toEqual([undefined]);
  });

  it('count the alerts that wait for publish by the brokers, which have a number while its mapping is disabled too', () => {
    const [metric] = alarmsOn('minimal', 'AWS/Kafka').get('lag-publish')!.metrics;
    const values = Object.fromEntries(metric!.Dimensions.map(({ Name, Value }) => [Name, Value]));
    expect(metric!.MetricName).toBe('SumOffsetLag');
    expect(values).toMatchObject({ 'Consumer Group': 'offbeat-publish', Topic: 'offbeat.alerts' });
    expect(alarmsOn('self-managed-kafka', 'AWS/Lambda').get('lag-publish')!.metrics[0]!.MetricName).toBe('OffsetLag');
  });

  it('are about CPU credits where the brokers are burstable, and about refused connections where the level of metrics has them', () => {
    const titles = (name: DeploymentName) => [...alarmsOn(name, 'AWS/Kafka').keys()];
    const only = ['kafka-credits', 'kafka-connections-refused'];
    expect(titles('minimal').filter((title) => only.includes(title))).toEqual(['kafka-credits']);
    expect(titles('production').filter((title) => only.includes(title))).toEqual(['kafka-connections-refused']);
  });

  it('look at CPU credits in periods of five minutes: EC2 reports them no more often, and missing values raise no alarm', () => {
    const periods = (name: string): readonly unknown[] => {
      const alarm = [...deployed('minimal').resources.values()].find(
        ({ Type, Properties }) =>
          Type === 'AWS::CloudWatch::Alarm' && JSON.stringify(Properties.AlarmDescription).includes(name),
      )!.Properties;
      const stats = ((alarm.Metrics ?? []) as { MetricStat?: { Period: number } }[]).flatMap(({ MetricStat }) =>
        MetricStat === undefined ? [] : [MetricStat.Period],
      );
      return [...stats, ...(alarm.Period === undefined ? [] : [alarm.Period]), alarm.EvaluationPeriods];
    };
    expect(periods('kafka-credits')).toEqual([300, 300, 3]);
    expect(periods('opensearch-credits')).toEqual([300, 3]);
  });

  it('read no metric that the level of the cluster does not have', () => {
    const perBroker = ['IAMTooManyConnections'];
    const cluster = [...deployed('minimal').resources.values()].find(({ Type }) => Type === 'AWS::MSK::Cluster')!;
    expect(cluster.Properties.EnhancedMonitoring).toBe('DEFAULT');
    const read = [...alarmsOn('minimal', 'AWS/Kafka').values()].flatMap(({ metrics }) => metrics);
    expect(read.filter(({ MetricName }) => perBroker.includes(MetricName))).toEqual([]);
  });

  it('have at most the ten metrics that CloudWatch accepts', () => {
    for (const name of deploymentNames) {
      for (const { title, queries } of alarmsOn(name, 'AWS/Kafka').values()) {
        expect([title, queries.length <= 10]).toEqual([title, true]);
      }
    }
  });

  it('name each stage that reads topics, by its groups on the brokers', () => {
    const late = [...alarmsOn('minimal', 'AWS/Kafka')].filter(([title]) => title.startsWith('late-'));
    expect(late.map(([title]) => title)).toEqual(
      ['normalise', 'detect', 'alert', 'publish', 'persist'].map((stage) => `late-${stage}`),
    );
    const groups = late.flatMap(([, { metrics }]) =>
      metrics.map(({ Dimensions }) => Dimensions.find(({ Name }) => Name === 'Consumer Group')!.Value),
    );
    const mappings = [...deployed('minimal').resources.values()]
      .filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')
      .flatMap(({ Properties }) => Properties.AmazonManagedKafkaEventSourceConfig?.ConsumerGroupId ?? []);
    expect(groups.sort()).toEqual(mappings.sort());
  });
});

describe('the alarm about shards', () => {
  it.each([
    ['minimal', 62],
    ['production', 124],
  ] as const)('allows in %s what retention explains, and %i shards in all', (name, shards) => {
    expect(alarmsOn(name, 'AWS/ES').get('opensearch-shards')!.alarm.Threshold).toBe(shards);
  });
});
