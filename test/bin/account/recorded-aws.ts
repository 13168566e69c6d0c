import type { IncomingMessage } from 'node:http';
import { vi } from 'vitest';
import { openSearchRole } from '../../../bin/account/judge-access.ts';
import { quotaFacts } from '../../../bin/account/judge-limits.ts';
import { Loopback } from '../../support/loopback.ts';
import * as answers from './recorded-answers.ts';
import * as states from './recorded-states.ts';

/** Returns the answer for the parameters of a request: those of its form, its JSON or its query. */
type Replay = (parameters: Readonly<Record<string, string>>) => answers.WireAnswer;

/**
 * An account of AWS that replays recorded answers over real HTTP, for every service at one address (`AWS_ENDPOINT_URL`).
 * It has everything that a deployment needs at first, and nothing of Offbeat.
 */
export class RecordedAws {
  /** The answers by the action of IAM. */
  readonly replays = new Map<string, Replay>();
  /** The actions that never get an answer. */
  readonly silent = new Set<string>();
  /** The actions that were called, in order. */
  readonly called: string[] = [];
  readonly #loopback = new Loopback();
  #stacks: readonly answers.RecordedStack[] = [];

  constructor() {
    const fixed: Readonly<Record<string, Replay>> = {
      'sts:GetCallerIdentity': () => answers.callerIdentity(),
      'cloudformation:DescribeStacks': ({ StackName: name = '' }) => {
        const found = this.#stacks.find((stack) => stack.name === name);
        return found === undefined ? answers.noStack(name) : answers.describedStack(found);
      },
      'cloudformation:ListStackResources': ({ StackName: name = '' }) =>
        states.stackResources(
          name === 'Offbeat-DataHub' ? 'AWS::MSK::Cluster' : 'AWS::OpenSearchService::Domain',
          name === 'Offbeat-DataHub' ? states.clusterArn : states.domainName,
        ),
      'kafka:DescribeClusterV2': () => states.describedCluster('ACTIVE'),
      'es:DescribeDomain': () => states.describedDomain('Active'),
      'es:ListInstanceTypeDetails': ({ instanceType = '' }) =>
        states.machines(instanceType, ['eu-north-1a', 'eu-north-1b', 'eu-north-1c']),
      'ec2:DescribeVpcEndpointServices': () =>
        states.endpointServices('eu-north-1', ['sts', 'lambda'], ['eu-north-1a', 'eu-north-1b', 'eu-north-1c']),
      'ssm:GetParameter': ({ Name: name = '' }) => answers.parameter(name, '28'),
      'iam:GetRole': () => answers.role(openSearchRole),
      'lambda:GetAccountSettings': () => answers.accountSettings(1_000, 1_000),
      'ec2:DescribeAvailabilityZones': () =>
        answers.availabilityZones('eu-north-1', {
          'eu-north-1a': 'eun1-az1',
          'eu-north-1b': 'eun1-az2',
          'eu-north-1c': 'eun1-az3',
        }),
      'logs:DescribeResourcePolicies': () => answers.resourcePolicies(2),
      'kafka:ListClustersV2': () => answers.clusters([3]),
      'ec2:DescribeVpcs': () => answers.vpcs(1),
      'ec2:DescribeAddresses': () => answers.addresses(0),
      'servicequotas:ListServiceQuotas': () => answers.quotas({ [quotaFacts.brokers.quotaName!]: 90 }),
      'servicequotas:GetServiceQuota': ({ QuotaCode: code = '' }) => answers.quota(code, 5),
      'secretsmanager:DescribeSecret': ({ SecretId: name = '' }) => answers.secret(name),
    };
    for (const [action, replay] of Object.entries(fixed)) this.replays.set(action, replay);
  }

  /** Replaces the stacks that exist. */
  setStacks(...stacks: readonly answers.RecordedStack[]): void {
    this.#stacks = stacks;
  }

  deny(action: string, why?: string): void {
    this.replays.set(action, () => answers.denial(action, why));
  }

  /** Starts an account, and points the SDK at it by the environment until {@link close}. */
  static async start(): Promise<RecordedAws> {
    const aws = new RecordedAws();
    vi.stubEnv('AWS_ENDPOINT_URL', await aws.listen());
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');
    vi.stubEnv('AWS_REGION', 'eu-north-1');
    return aws;
  }

  /** @returns its address */
  async listen(): Promise<string> {
    const port = await this.#loopback.http(async (request, response) => {
      let body = '';
      for await (const piece of request) body += piece;
      const { action, parameters } = requestOf(request, body);
      this.called.push(action);
      if (this.silent.has(action)) return;
      const replay = this.replays.get(action);
      const answer = replay?.(parameters) ?? {
        status: 501,
        type: 'text/plain',
        body: `nothing is recorded for ${action}`,
      };
      response.writeHead(answer.status, { 'content-type': answer.type, ...answer.headers }).end(answer.body);
    });
    return `http://127.0.0.1:${port}`;
  }

  close(): Promise<void> {
    vi.unstubAllEnvs();
    return this.#loopback.close();
  }
}

interface Request {
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The services of JSON 1.1 by the first part of the header `x-amz-target`. */
const jsonServices: Readonly<Record<string, string>> = {
  AmazonSSM: 'ssm',
  Logs_20140328: 'logs',
  secretsmanager: 'secretsmanager',
  ServiceQuotasV20190624: 'servicequotas',
};
const queryServices: Readonly<Record<string, string>> = {
  '2011-06-15': 'sts',
  '2010-05-15': 'cloudformation',
  '2010-05-08': 'iam',
  '2016-11-15': 'ec2',
};
const paths: Readonly<Record<string, string>> = {
  '/2016-08-19/account-settings': 'lambda:GetAccountSettings',
  '/api/v2/clusters': 'kafka:ListClustersV2',
};

/** The actions by the beginnings of paths that contain a name. */
const prefixes: readonly (readonly [prefix: string, action: string])[] = [
  ['/api/v2/clusters/', 'kafka:DescribeClusterV2'],
  ['/2021-01-01/opensearch/domain/', 'es:DescribeDomain'],
  ['/2021-01-01/opensearch/instanceTypeDetails/', 'es:ListInstanceTypeDetails'],
];

/** Returns what a request asks for, by the rules of the protocol of its service. */
function requestOf({ url = '', headers }: IncomingMessage, body: string): Request {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const [service = '', operation] = target.split('.');
    return { action: `${jsonServices[service]}:${operation}`, parameters: JSON.parse(body) };
  }
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  const path = paths[pathname.replace(/\/$/, '')] ?? prefixes.find(([prefix]) => pathname.startsWith(prefix))?.[1];
  if (path !== undefined) return { action: path, parameters: Object.fromEntries(searchParams) };
  const parameters = Object.fromEntries(new URLSearchParams(body));
  return { action: `${queryServices[parameters.Version ?? '']}:${parameters.Action}`, parameters };
}
