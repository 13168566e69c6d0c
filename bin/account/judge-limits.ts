import { type Finding, finding, settingLines } from './finding.ts';
import type { Plan } from './plan.ts';
import type { ConcurrencyAnswer, QuotaName } from './port.ts';

/**
 * The concurrent executions that must stay unreserved for all other functions.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
const unreservedMin = 100;
/** The default of Lambda's quota; a request below the default is refused, although a new account has less. */
const concurrencyDefault = 1_000;

/**
 * Returns a finding about Lambda's concurrency.
 * @param isDeployed whether the functions exist, so that what they reserve is missing from the unreserved number already
 */
export function judgeConcurrency(
  { limit, unreserved }: ConcurrencyAnswer,
  { reserved, pollersMax }: Pick<Plan, 'reserved' | 'pollersMax'>,
  isDeployed: boolean,
): Finding {
  const numbers = `${unreserved} of ${limit} concurrent executions are unreserved`;
  const missing = reserved + unreservedMin - unreserved;
  if (reserved > 0 && missing > 0 && !isDeployed) {
    const message = `${numbers}; the functions reserve ${reserved}, and ${unreservedMin} must stay unreserved`;
    return finding('concurrency', 'problem', message, [
      ...settingLines('reserveConcurrency: false'),
      moreConcurrency(limit + missing),
    ]);
  }
  if (unreserved < pollersMax) {
    const message = `${numbers}; the pollers of Kafka start up to ${pollersMax} at a time, and wait while these are in use`;
    return finding('concurrency', 'warning', message, [moreConcurrency(limit + pollersMax - unreserved)]);
  }
  const needs = reserved === 0 ? 'no function reserves any' : `the functions reserve ${reserved}`;
  return finding('concurrency', 'ok', `${numbers}; ${needs}`);
}

/** Returns the command that requests a higher limit. The quota is _Concurrent executions_. */
const moreConcurrency = (wanted: number): string =>
  `aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value ${Math.max(wanted, concurrencyDefault)}`;

/**
 * The most resource policies of CloudWatch Logs in a region, which cannot be raised.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
 */
const logPoliciesMax = 10;

/** The resource policies of CloudWatch Logs that a deployment adds. */
export interface AddedLogPolicies {
  /** The number that it creates itself: one for the domain. */
  readonly created: number;
  /**
   * The number that AWS may add: API Gateway writes one for access logs, unless the region has it for another API already.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html logs:PutResourcePolicy
   */
  readonly perhaps: number;
}

/** Returns a finding about resource policies of CloudWatch Logs. */
export function judgeLogPolicies(existing: number, { created, perhaps }: AddedLogPolicies): Finding {
  const maybe = perhaps === 0 ? '' : `; API Gateway may add ${perhaps} for the access logs of the HTTP API`;
  const message = `${existing} of ${logPoliciesMax} resource policies of CloudWatch Logs exist, and ${created} would be created${maybe}`;
  if (existing + created + perhaps <= logPoliciesMax) return finding('log policies', 'ok', message);
  const state = existing + created > logPoliciesMax ? 'problem' : 'warning';
  return finding('log policies', state, `${message}; the limit cannot be raised, so delete one that is not used`, [
    "aws logs describe-resource-policies --query 'resourcePolicies[].[policyName,policyDocument]' --output table",
    'aws logs delete-resource-policy --policy-name NAME',
  ]);
}

/** A quota of Service Quotas, as it is looked up, and its default. */
export interface QuotaFacts {
  /** The name of the check that compares it. */
  readonly check: string;
  readonly things: string;
  readonly serviceCode: string;
  readonly quotaCode: string;
  /** The name by which the quota is found, where the code is not documented by AWS. */
  readonly quotaName?: string;
  /** The value of a new account. */
  readonly default: number;
}

/**
 * The quotas that this command compares with what exists.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/limits.html brokers
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html VPCs and elastic IP addresses
 */
export const quotaFacts: Readonly<Record<QuotaName, QuotaFacts>> = {
  brokers: {
    check: 'brokers',
    things: 'MSK brokers',
    serviceCode: 'kafka',
    quotaCode: 'L-EDD31C36',
    quotaName: 'Number of brokers per account',
    default: 90,
  },
  vpcs: { check: 'vpcs', things: 'VPCs', serviceCode: 'vpc', quotaCode: 'L-F678F1CE', default: 5 },
  addresses: {
    check: 'addresses',
    things: 'elastic IP addresses',
    serviceCode: 'ec2',
    quotaCode: 'L-0263D0A3',
    default: 5,
  },
};

/** The numbers that a quota is compared with. */
export interface QuotaUse {
  readonly existing: number;
  /** The number that the deployment creates, 1 or more. */
  readonly added: number;
  /** The quota; `undefined` where it could not be read, and its default counts. */
  readonly quota: number | undefined;
}

/** Returns a finding about a quota. Above a default that is only assumed, it warns. */
export function judgeQuota(name: QuotaName, { existing, added, quota }: QuotaUse): Finding {
  const { check, things, serviceCode, quotaCode, default: assumed } = quotaFacts[name];
  const limit = quota ?? assumed;
  const source = quota === undefined ? `; ${limit} is the default, because the quota could not be read` : '';
  const message = `${existing} of ${limit} ${things} exist, and ${added} would be added${source}`;
  if (existing + added <= limit) return finding(check, 'ok', message);
  return finding(check, quota === undefined ? 'warning' : 'problem', message, [
    `aws service-quotas request-service-quota-increase --service-code ${serviceCode} --quota-code ${quotaCode} --desired-value ${existing + added}`,
  ]);
}
