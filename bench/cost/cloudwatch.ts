import { secondsAMonth } from './month.ts';
import { customMetrics, prices } from './prices.ts';

export interface CloudWatch {
  readonly metricsUsd: number;
  readonly requestsUsd: number;
  readonly alarmsUsd: number;
  readonly fastAlarmsUsd: number;
}

/** Returns the cost of the same series as custom metrics of CloudWatch, put every 10 s by 1,000 a request, each with an anomaly detection alarm. */
export function cloudWatch(series: number): CloudWatch {
  return {
    metricsUsd: customMetrics(series),
    requestsUsd: (Math.max(1, series / 1000) / 10) * secondsAMonth * prices.metricRequest.usd,
    alarmsUsd: series * prices.anomalyAlarm.usd,
    fastAlarmsUsd: series * prices.anomalyAlarmFast.usd,
  };
}
