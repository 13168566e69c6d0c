import { describe, expect, it } from 'vitest';
import { ledgerStages } from '../../../functions/functions.ts';
import { forgottenForNew } from '../../../functions/shared/domain/reached-limit.ts';
import { powertoolsTelemetry } from '../../../functions/shared/handler/telemetry.ts';
import { detectPartitionLeftBehind, laneLeftBehind } from '../../../functions/shared/log/left-behind.ts';
import { deployed, ofType } from '../../support/deployment.ts';

const alarms = ofType(deployed('minimal'), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
const alarmNamed = (name: string) => alarms.find(({ AlarmDescription }) => AlarmDescription.endsWith(`, ${name}`))!;

/** The metrics that one count makes in CloudWatch: names of dimensions and their values, as in the log line. */
function metricOf(stage: string, reason: string) {
  const lines: string[] = [];
  const telemetry = powertoolsTelemetry({ service: stage, write: (line) => lines.push(line) });
  telemetry.count('ignored', 1, { stage, reason });
  telemetry.flush();
  const [{ _aws, ...values }] = lines.map((line) => JSON.parse(line));
  const [{ Namespace, Dimensions, Metrics }] = _aws.CloudWatchMetrics;
  const names: string[] = Dimensions[0];
  return {
    Namespace,
    MetricName: Metrics[0].Name,
    Dimensions: names.map((name) => ({ Name: name, Value: values[name] })),
  };
}

describe('an alarm about inputs that are left behind', () => {
  it.each([
    ['lane-left-behind', 'detect', laneLeftBehind],
    ['detect-partition-left-behind', 'alert', detectPartitionLeftBehind],
    ['series-full', 'detect', forgottenForNew],
  ])('%s watches the very metric that the counter of %s makes for "%s"', (name, stage, reason) => {
    const { Namespace, MetricName, Dimensions, Statistic, Threshold } = alarmNamed(name);
    const counted = metricOf(stage, reason);
    expect({ Namespace, MetricName }).toEqual({ Namespace: counted.Namespace, MetricName: counted.MetricName });
    expect(Dimensions).toHaveLength(2);
    expect(Dimensions).toEqual(expect.arrayContaining(counted.Dimensions));
    expect({ Statistic, Threshold }).toEqual({ Statistic: 'Sum', Threshold: 0 });
  });

  it.each(['lane-left-behind', 'detect-partition-left-behind'])(
    '%s rings once the input is left out in two minutes in a row, and not without a count',
    (name) => {
      const { Period, EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, TreatMissingData } = alarmNamed(name);
      expect({ Period, EvaluationPeriods, DatapointsToAlarm }).toEqual({
        Period: 60,
        EvaluationPeriods: 2,
        DatapointsToAlarm: 2,
      });
      expect(TreatMissingData).toBe('notBreaching');
    },
  );
});

describe('the alarms of stalled stages', () => {
  it('exist for each stage with ledger items, and ring where the metric is missing', () => {
    for (const stage of ledgerStages) {
      expect(alarmNamed(`stalled-${stage}`)).toMatchObject({
        MetricName: 'stage_age_seconds',
        Dimensions: [{ Name: 'stage', Value: stage }],
        TreatMissingData: 'breaching',
      });
    }
  });
});
