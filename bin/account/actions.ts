import type { Account } from './port.ts';

/** The action of IAM that each method of an account needs. docs/deploy.md has the policy. */
export const actions = {
  caller: 'sts:GetCallerIdentity',
  stack: 'cloudformation:DescribeStacks',
  resources: 'cloudformation:ListStackResources',
  clusterState: 'kafka:DescribeClusterV2',
  domainState: 'es:DescribeDomain',
  parameter: 'ssm:GetParameter',
  roleExists: 'iam:GetRole',
  concurrency: 'lambda:GetAccountSettings',
  zones: 'ec2:DescribeAvailabilityZones',
  endpointZones: 'ec2:DescribeVpcEndpointServices',
  machineZones: 'es:ListInstanceTypeDetails',
  logPolicies: 'logs:DescribeResourcePolicies',
  brokers: 'kafka:ListClustersV2',
  vpcs: 'ec2:DescribeVpcs',
  addresses: 'ec2:DescribeAddresses',
  secret: 'secretsmanager:DescribeSecret',
} as const satisfies Readonly<Record<Exclude<keyof Account, 'quota'>, string>>;
/** The actions by which a quota is found by its code, or by its name. */
export const quotaActions = {
  byCode: 'servicequotas:GetServiceQuota',
  byName: 'servicequotas:ListServiceQuotas',
} as const;
