import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../functions/shared/domain/errors.ts';
import type { AlarmSpec } from '../../../lib/constructs/alarms.ts';
import { alarmsOfBrokers } from '../../../lib/constructs/broker-alarms.ts';
import { Network, Offbeat } from '../../../lib/index.ts';

const watching = (brokers: number): AlarmSpec[] =>
  alarmsOfBrokers({ clusterName: 'beats', brokers, isBurstable: true, monitoring: 'PER_BROKER' });

/** Returns the ids of the brokers whose metrics an alarm reads, once for each metric. */
function brokersRead(metric: IMetric): string[] {
  const { metricStat, mathExpression } = metric.toMetricConfig();
  const own =
    metricStat?.dimensions?.filter(({ name }) => name === 'Broker ID').map(({ value }) => String(value)) ?? [];
  return [...own, ...Object.values(mathExpression?.usingMetrics ?? {}).flatMap(brokersRead)];
}

interface Query {
  readonly MetricStat?: unknown;
  readonly Expression?: string;
}

/** Returns the alarms of the template of an app with a watched cluster. */
function alarmsInTemplate(brokers: number) {
  const stack = new Stack(new App({ context: { [BUNDLING_STACKS]: [] } }), 'Mine');
  const network = new Network(stack, 'Network');
  const clusterArn = 'arn:aws:kafka:eu-north-1:111122223333:cluster/beats/0a1b-2';
  const watched = { clusterName: 'beats', brokers, isBurstable: true, monitoring: 'PER_BROKER' } as const;
  new Offbeat(stack, 'Offbeat', { network, kafka: { clusterArn, watched } });
  const found = Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm');
  return Object.values(found).map(({ Properties }) => Properties);
}

describe('the alarms about a cluster of any number of brokers', () => {
  it('read each broker in one alarm of each name, and at most ten metrics in an alarm', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), (brokers) => {
        const perBroker = watching(brokers).filter(({ metric }) => brokersRead(metric).length > 0);
        const ids = Array.from({ length: brokers }, (_, nth) => String(nth + 1));
        for (const alarms of Map.groupBy(perBroker, ({ name }) => name).values()) {
          const read = alarms.map(({ metric }) => brokersRead(metric));
          for (const each of read) expect(each.length).toBeLessThanOrEqual(10);
          expect(read.flatMap((each) => [...new Set(each)])).toEqual(ids);
        }
      }),
    );
  });

  it('are one of each name up to five brokers, and name their part above', () => {
    const parts = (brokers: number) =>
      watching(brokers).flatMap(({ name, part }) => (name === 'kafka-cpu' ? [part] : []));
    expect([1, 5].map(parts)).toEqual([[undefined], [undefined]]);
    expect(parts(6)).toEqual(['brokers 1 to 5', 'broker 6']);
    expect(parts(12)).toEqual(['brokers 1 to 5', 'brokers 6 to 10', 'brokers 11 to 12']);
    const whole = watching(12).filter(({ part }) => part === undefined);
    expect(whole.map(({ name }) => name)).toEqual(['kafka-controller', 'kafka-offline-partitions']);
  });

  // 60 is MSK's quota of brokers in a cluster (https://docs.aws.amazon.com/msk/latest/developerguide/limits.html).
  it.each([6, 12, 60])('are deployed with %i brokers, in an alarm each that CloudWatch accepts', (brokers) => {
    const alarms = alarmsInTemplate(brokers);
    for (const { Metrics: queries = [] } of alarms) {
      expect(queries.filter(({ MetricStat }: Query) => MetricStat !== undefined).length).toBeLessThanOrEqual(10);
      expect(queries.filter(({ Expression }: Query) => Expression !== undefined).length).toBeLessThanOrEqual(10);
    }
    const descriptions = alarms.map(({ AlarmDescription }) => JSON.stringify(AlarmDescription));
    expect(descriptions.filter((text) => text.includes('docs/runbook.md, kafka-cpu'))).toHaveLength(
      Math.ceil(brokers / 5),
    );
    expect(descriptions.join()).toContain('(brokers 1 to 5). docs/runbook.md, kafka-disk');
  });

  it.each([0, -1, 2.5, Number.NaN])('are refused for %d brokers', (brokers) => {
    expect(() => watching(brokers)).toThrow(UsageError);
    expect(() => watching(brokers)).toThrow(
      `kafka.watched.brokers: expected the number of brokers of the cluster, 1 or more, got ${brokers}`,
    );
  });
});
