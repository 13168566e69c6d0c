import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmedMetric } from '../../functions/shared/handler/written-metrics.ts';
import { alarmsOfFlow } from './alarms.ts';
import { FlowMetrics } from './flow-metrics.ts';

/**
 * Returns Offbeat's own metrics that alarms read, each once, by the definitions of the alarms. The dashboard shows no other
 * of them.
 */
export function alarmedMetrics(hasWarehouse: boolean): readonly AlarmedMetric[] {
  // Names and dimensions are the same in the namespace of any deployment.
  const flow = new FlowMetrics();
  const read = alarmsOfFlow(hasWarehouse, flow).flatMap(({ metric }) => ownMetricsOf(metric, flow));
  return [...new Map(read.map((metric) => [JSON.stringify(metric), metric])).values()];
}

function ownMetricsOf(metric: IMetric, flow: FlowMetrics): AlarmedMetric[] {
  const { metricStat, mathExpression } = metric.toMetricConfig();
  const inside = Object.values(mathExpression?.usingMetrics ?? {}).flatMap((used) => ownMetricsOf(used, flow));
  if (metricStat === undefined || metricStat.namespace !== flow.namespace) return inside;
  const { metricName: name, dimensions = [] } = metricStat;
  return [{ name, dimensions: Object.fromEntries(dimensions.map((each) => [each.name, String(each.value)])) }];
}
