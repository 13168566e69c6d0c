import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { MetricData } from '../../ports/metric-data.ts';
import { clientConfig } from '../aws/client-config.ts';
import { cloudWatchMetrics } from './metric-data.ts';

/** Returns the metrics of CloudWatch in a region, or at the address in the SDK's variable `AWS_ENDPOINT_URL_CLOUDWATCH`. */
export const connectMetricData = (region: string): MetricData =>
  cloudWatchMetrics(new CloudWatchClient(clientConfig({ region })));
