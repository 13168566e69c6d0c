import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { metricNamespaceOf } from '../../functions/shared/domain/metric-namespace.ts';
import { type GaugeName, type MetricName, metrics } from '../../functions/shared/ports/metric-names.ts';

const minute = Duration.minutes(1);

/** Offbeat's own metrics in CloudWatch, of one deployment; its functions write them, `functions/shared/handler/telemetry.ts`. */
export class FlowMetrics {
  readonly namespace: string;

  /** @param prefix of the deployment's topics and groups @default none */
  constructor(prefix?: string) {
    this.namespace = metricNamespaceOf(prefix);
  }

  /**
   * Returns the sum of a counter over all values of its dimensions, for each period, of the one metric that functions write
   * for it if an alarm reads it so.
   */
  total(counter: MetricName, period = minute): Metric {
    return this.#metric(counter, Stats.SUM, { period });
  }

  /** Returns the sum of a counter with these values of its dimensions, for each minute. */
  sum(counter: MetricName, dimensionsMap: Record<string, string>): Metric {
    return this.#metric(counter, Stats.SUM, { dimensionsMap });
  }

  /**
   * Returns the sum of a counter over all values of its dimensions, for each period, of the metrics that functions write with
   * `metrics: 'all'`.
   */
  counter(counter: MetricName, period = minute): IMetric {
    const dimensions = metrics[counter].map((name) => `, ${name}`).join('');
    return new MathExpression({
      expression: `SELECT SUM(${counter}) FROM SCHEMA("${this.namespace}"${dimensions})`,
      label: counter,
      period,
    });
  }

  /** Returns the greatest age in seconds, for each minute. @param dimensionsMap a value for each dimension of the gauge */
  age(gauge: GaugeName, dimensionsMap: Record<string, string> = {}): Metric {
    return this.#metric(gauge, Stats.MAXIMUM, { dimensionsMap });
  }

  #metric(
    metricName: string,
    statistic: string,
    { period = minute, dimensionsMap = {} }: { period?: Duration; dimensionsMap?: Record<string, string> },
  ): Metric {
    return new Metric({ namespace: this.namespace, metricName, statistic, period, dimensionsMap });
  }
}
