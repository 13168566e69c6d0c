/** A price with its source. An `unverified` price was found only once, or by no source of Amazon. */
export interface Price {
  readonly usd: number;
  readonly per: string;
  readonly source: keyof typeof sources;
  readonly unverified?: true;
}

/** The sources of prices. Scripts fill in Amazon's own price pages, so most prices were read in quotations. */
export const sources = {
  solutions:
    'docs.aws.amazon.com/solutions/latest/automated-security-response-on-aws/cost.html, table "Sample cost table", read 2026-11-25',
  quoted:
    'AWS price list of us-east-1 as quoted on 2026-09-13 by a public cost report (HTTP API, Lambda arm64, DynamoDB)',
  opensearch:
    'aws.amazon.com/opensearch-service/pricing as transcribed in public price tables (cost audit of a domain, gp3 at $0.122), read 2026-11-25',
  msk: 'aws.amazon.com/msk/pricing as transcribed in public price tables, read 2026-11-25; they do not all agree on m7g',
  express:
    'aws.amazon.com/msk/pricing, which no tool here could read: from memory, and no transcription was found on 2026-11-29',
  facts: 'anchors of June 2026 for NAT gateways, endpoints and pollers',
  volumes:
    'aws.amazon.com/blogs/big-data/lower-your-amazon-opensearch-service-storage-cost-with-gp3-amazon-ebs-volumes: gp3 costs 9.6 % less than gp2; reckoned from the price of gp3, read 2026-11-28',
  kms: 'cloudburn.io/blog/aws-kms-pricing (March 2026) and wring.co/blog/aws-kms-pricing-guide, which agree, read 2026-11-28',
  cloudwatch:
    'c3x.dev/resources/aws/aws_cloudwatch_metric_alarm and factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards (June 2026), read 2026-11-28',
  secrets: 'hivebook.wiki/wiki/aws-secrets-manager-rotated-secrets-dynamic-db-credentials-kms, alone, read 2026-11-28',
  scheduler:
    'cloudburn.io/blog/amazon-eventbridge-pricing (March 2026); wring.co/blog/aws-eventbridge-pricing-guide calls it free, read 2026-11-28',
  cognito:
    'aws.amazon.com/cognito/pricing, the plan Essentials, from memory: the pages that were found on 2026-11-30 name no price; up to 10,000 people of an account are free, 50 of a provider of SAML or OpenID Connect',
  ec2: 'aws.amazon.com/ec2/pricing/on-demand, "Data Transfer within the same AWS Region", as quoted by many, read 2026-11-25',
} as const;

/** The prices of us-east-1 in US dollars: on demand, without free tier or savings plan. */
export const prices = {
  lambdaGbSecond: { usd: 0.0000133334, per: 'GB-second, arm64', source: 'quoted' },
  lambdaRequest: { usd: 0.2e-6, per: 'invocation', source: 'solutions' },
  dynamodbWriteUnit: { usd: 0.625e-6, per: 'write unit (1 KB)', source: 'quoted' },
  dynamodbReadUnit: { usd: 0.125e-6, per: 'read unit (4 KB)', source: 'quoted' },
  s3Put: { usd: 5e-6, per: 'PUT or LIST', source: 'solutions' },
  s3Get: { usd: 0.4e-6, per: 'GET', source: 'solutions' },
  s3GbMonth: { usd: 0.023, per: 'GB-month', source: 'solutions' },
  snsRequest: { usd: 0.5e-6, per: 'publish', source: 'solutions' },
  schedulerInvocation: { usd: 1e-6, per: 'run of a schedule', source: 'scheduler', unverified: true },
  httpApiRequest: { usd: 1e-6, per: 'request to an HTTP API', source: 'quoted' },
  cognitoPerson: { usd: 0.015, per: 'person who signs in, a month', source: 'cognito', unverified: true },
  sqsRequest: { usd: 0.4e-6, per: 'request', source: 'solutions' },
  logsGb: { usd: 0.5, per: 'GB of logs', source: 'solutions' },
  mskT3Small: { usd: 0.0456, per: 'hour of kafka.t3.small', source: 'msk', unverified: true },
  mskM7gLarge: { usd: 0.204, per: 'hour of kafka.m7g.large', source: 'msk', unverified: true },
  mskM7gXlarge: { usd: 0.408, per: 'hour of kafka.m7g.xlarge', source: 'msk', unverified: true },
  mskExpressM7gLarge: { usd: 0.408, per: 'hour of express.m7g.large', source: 'express', unverified: true },
  mskExpressWrittenGb: { usd: 0.01, per: 'GB written to Express brokers', source: 'express', unverified: true },
  mskExpressGbMonth: { usd: 0.1, per: 'GB-month stored by Express brokers', source: 'express', unverified: true },
  mskGbMonth: { usd: 0.1, per: 'GB-month of broker storage', source: 'msk' },
  searchT3Small: { usd: 0.036, per: 'hour of t3.small.search', source: 'opensearch' },
  searchM7gLarge: { usd: 0.135, per: 'hour of m7g.large.search', source: 'opensearch', unverified: true },
  searchR7gLarge: { usd: 0.178, per: 'hour of r7g.large.search', source: 'opensearch', unverified: true },
  searchR7g2xlarge: { usd: 0.711, per: 'hour of r7g.2xlarge.search', source: 'opensearch', unverified: true },
  searchGbMonth: { usd: 0.122, per: 'GB-month of gp3', source: 'opensearch' },
  searchGp2GbMonth: { usd: 0.135, per: 'GB-month of gp2', source: 'volumes', unverified: true },
  endpointMonth: { usd: 7.3, per: 'month of an interface endpoint in a zone', source: 'facts' },
  endpointGb: { usd: 0.01, per: 'GB through an interface endpoint', source: 'facts' },
  pollerMonth: { usd: 135, per: 'month of a unit of provisioned pollers', source: 'facts', unverified: true },
  keyMonth: { usd: 1, per: 'month of a KMS key', source: 'kms' },
  secretMonth: { usd: 0.4, per: 'month of a secret', source: 'secrets', unverified: true },
  alarmMonth: { usd: 0.1, per: 'month of an alarm of 60 s, for each metric', source: 'cloudwatch' },
  dashboardMonth: { usd: 3, per: 'month of a dashboard', source: 'cloudwatch' },
  natMonth: { usd: 33, per: 'month of a NAT gateway', source: 'facts' },
  natGb: { usd: 0.045, per: 'GB through a NAT gateway', source: 'facts' },
  zoneGb: { usd: 0.02, per: 'GB from one zone to another, both directions', source: 'ec2', unverified: true },
  metricRequest: { usd: 0.01e-3, per: 'PutMetricData', source: 'solutions' },
  anomalyAlarm: { usd: 0.3, per: 'anomaly detection alarm of 60 s, a month', source: 'solutions' },
  anomalyAlarmFast: { usd: 0.9, per: 'anomaly detection alarm of 10 s, a month', source: 'solutions' },
} as const satisfies Readonly<Record<string, Price>>;

/** The tiers of prices of custom metrics of CloudWatch, for each metric and month. Source: `solutions`. */
export const metricTiers: readonly { readonly upTo: number; readonly usd: number }[] = [
  { upTo: 10_000, usd: 0.3 },
  { upTo: 250_000, usd: 0.1 },
  { upTo: 1_000_000, usd: 0.05 },
  { upTo: Number.POSITIVE_INFINITY, usd: 0.02 },
];

/** Returns the cost of a number of custom metrics for a month, in US dollars. */
export function customMetrics(count: number): number {
  let usd = 0;
  let from = 0;
  for (const tier of metricTiers) {
    usd += Math.max(0, Math.min(count, tier.upTo) - from) * tier.usd;
    from = tier.upTo;
  }
  return usd;
}
