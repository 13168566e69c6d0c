import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeResourcePoliciesCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { KafkaClient, ListClustersV2Command } from '@aws-sdk/client-kafka';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetServiceQuotaCommand, ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clientConfig } from '../../functions/shared/adapters/aws/client-config.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { actions, quotaActions } from './actions.ts';
import { type CallLimits, Calls, formed, present } from './aws-call.ts';
import { statesIn } from './aws-states.ts';
import { quotaFacts } from './judge-limits.ts';
import type { Account, StackAnswer } from './port.ts';

/** The options of the account of this environment. */
export interface AwsAccountOptions extends CallLimits {
  /** @default the region of the environment, or of the profile of the AWS command line */
  readonly region?: string;
}

/** Returns the account and region that the AWS SDK finds in the environment. A call is tried twice at most. */
export function awsAccount({ region, ...limits }: AwsAccountOptions = {}): Account {
  const calls = new Calls(limits);
  const config = clientConfig({
    ...(region === undefined ? {} : { region }),
    attemptsMax: 2,
  });
  const ec2 = new EC2Client(config);
  return {
    ...identityIn(calls, config),
    ...stacksIn(calls, config),
    ...statesIn(calls, config),
    ...networkIn(calls, ec2),
    ...quotasIn(calls, config),
    ...othersIn(calls, config),
  };
}

type Config = ReturnType<typeof clientConfig>;

function identityIn(calls: Calls, config: Config): Pick<Account, 'caller'> {
  const client = new STSClient(config);
  return {
    async caller() {
      const region = await client.config.region().catch((cause: unknown) => {
        throw new UsageError('no region is set: name it with --region, or set AWS_REGION', { cause });
      });
      const { Account: account, Arn: arn } = await calls.make(actions.caller, (options) =>
        client.send(new GetCallerIdentityCommand({}), options),
      );
      return {
        account: formed(account, 'Account', /^\d{12}$/),
        arn: formed(arn, 'Arn', /^arn:[\w-]{1,20}:\w{1,20}::\d{12}:[\w+=,.@:/-]{1,500}$/),
        region,
      };
    },
  };
}

function stacksIn(calls: Calls, config: Config): Pick<Account, 'stack' | 'resources'> {
  const client = new CloudFormationClient(config);
  return {
    async resources(stack) {
      const found = await calls.pages(actions.resources, (token) => async (options) => {
        const command = new ListStackResourcesCommand({ StackName: stack, ...(token && { NextToken: token }) });
        const { StackResourceSummaries: items, NextToken: next } = await client.send(command, options);
        return { items: present(items, 'StackResourceSummaries'), next };
      });
      return found.map(({ ResourceType, PhysicalResourceId: id = '' }) => ({
        type: present(ResourceType, 'ResourceType'),
        id,
      }));
    },
    stack: (name) =>
      calls.make(actions.stack, async (options) => {
        try {
          const { Stacks: stacks } = await client.send(new DescribeStacksCommand({ StackName: name }), options);
          const found = present(stacks, 'Stacks').find(
            ({ StackName, StackStatus }) => StackName === name && StackStatus !== 'DELETE_COMPLETE',
          );
          return found && stackAnswer(name, found);
        } catch (error) {
          // CloudFormation has no error of its own for this: a ValidationError "Stack with id NAME does not exist".
          if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist')) {
            return undefined;
          }
          throw error;
        }
      }),
  };
}

const stackAnswer = (name: string, stack: Stack): StackAnswer => ({
  name,
  status: formed(stack.StackStatus, 'StackStatus', /^[A-Z_]{1,60}$/),
  isProtected: stack.EnableTerminationProtection === true,
});

function networkIn(calls: Calls, client: EC2Client): Pick<Account, 'zones' | 'endpointZones' | 'vpcs' | 'addresses'> {
  return {
    async zones() {
      // Only availability zones: local zones have no MSK.
      const command = new DescribeAvailabilityZonesCommand({
        Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }],
      });
      const answer = await calls.make(actions.zones, (options) => client.send(command, options));
      return present(answer.AvailabilityZones, 'availabilityZoneInfo')
        .filter(({ ZoneType: type = 'availability-zone' }) => type === 'availability-zone')
        .map(({ ZoneName, ZoneId, State }) => ({
          name: formed(ZoneName, 'zoneName', /^[a-z0-9-]{1,40}$/),
          id: formed(ZoneId, 'zoneId', /^[a-z0-9-]{1,40}$/),
          state: formed(State, 'zoneState', /^[a-z-]{1,20}$/),
        }));
    },
    async endpointZones(services) {
      const region = await client.config.region();
      const names = new Map(services.map((service) => [`com.amazonaws.${region}.${service}`, service]));
      const found = await calls.pages(actions.endpointZones, (token) => async (options) => {
        // By a filter: EC2 refuses the names of services that the region does not have.
        const command = new DescribeVpcEndpointServicesCommand({
          Filters: [
            { Name: 'service-name', Values: [...names.keys()] },
            { Name: 'service-type', Values: ['Interface'] },
          ],
          ...(token && { NextToken: token }),
        });
        const { ServiceDetails: items, NextToken: next } = await client.send(command, options);
        return { items: present(items, 'serviceDetailSet'), next };
      });
      return found.flatMap(({ ServiceName = '', AvailabilityZones: zones = [] }) => {
        const name = names.get(ServiceName);
        return name === undefined ? [] : [{ name, zones }];
      });
    },
    async vpcs() {
      const vpcs = await calls.pages(actions.vpcs, (token) => async (options) => {
        const command = new DescribeVpcsCommand({ MaxResults: 1_000, ...(token && { NextToken: token }) });
        const { Vpcs: items, NextToken: next } = await client.send(command, options);
        return { items: present(items, 'vpcSet'), next };
      });
      return vpcs.length;
    },
    async addresses() {
      const command = new DescribeAddressesCommand({});
      const answer = await calls.make(actions.addresses, (options) => client.send(command, options));
      return present(answer.Addresses, 'addressesSet').length;
    },
  };
}

function quotasIn(calls: Calls, config: Config): Pick<Account, 'quota'> {
  const client = new ServiceQuotasClient(config);
  return {
    async quota(name) {
      const { serviceCode: ServiceCode, quotaCode: QuotaCode, quotaName } = quotaFacts[name];
      if (quotaName === undefined) {
        const { Quota } = await calls.make(quotaActions.byCode, (options) =>
          client.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }), options),
        );
        return Quota?.Value;
      }
      const quotas = await calls.pages(quotaActions.byName, (token) => async (options) => {
        const command = new ListServiceQuotasCommand({ ServiceCode, ...(token && { NextToken: token }) });
        const { Quotas: items, NextToken: next } = await client.send(command, options);
        return { items: present(items, 'Quotas'), next };
      });
      return quotas.find(({ QuotaName }) => QuotaName === quotaName)?.Value;
    },
  };
}

function othersIn(
  calls: Calls,
  config: Config,
): Pick<Account, 'parameter' | 'roleExists' | 'concurrency' | 'logPolicies' | 'brokers' | 'secret'> {
  const clients = {
    iam: new IAMClient(config),
    lambda: new LambdaClient(config),
    logs: new CloudWatchLogsClient(config),
    kafka: new KafkaClient(config),
    secrets: new SecretsManagerClient(config),
    parameters: new SSMClient(config),
  };
  return {
    parameter: (name) =>
      calls.make(actions.parameter, async (options) => {
        const command = new GetParameterCommand({ Name: name });
        const answer = await orAbsent(clients.parameters.send(command, options), 'ParameterNotFound');
        return answer === undefined ? undefined : present(answer.Parameter?.Value, 'Value');
      }),
    roleExists: (name) =>
      calls.make(actions.roleExists, async (options) => {
        const answer = await orAbsent(
          clients.iam.send(new GetRoleCommand({ RoleName: name }), options),
          'NoSuchEntityException',
        );
        return answer !== undefined && present(answer.Role, 'Role') !== undefined;
      }),
    async concurrency() {
      const { AccountLimit: limits } = await calls.make(actions.concurrency, (options) =>
        clients.lambda.send(new GetAccountSettingsCommand({}), options),
      );
      return {
        limit: present(limits?.ConcurrentExecutions, 'ConcurrentExecutions'),
        unreserved: present(limits?.UnreservedConcurrentExecutions, 'UnreservedConcurrentExecutions'),
      };
    },
    async logPolicies() {
      const policies = await calls.pages(actions.logPolicies, (token) => async (options) => {
        const command = new DescribeResourcePoliciesCommand({ ...(token && { nextToken: token }) });
        const { resourcePolicies: items, nextToken: next } = await clients.logs.send(command, options);
        return { items: present(items, 'resourcePolicies'), next };
      });
      return policies.length;
    },
    async brokers() {
      const clusters = await calls.pages(actions.brokers, (token) => async (options) => {
        const command = new ListClustersV2Command({
          ClusterTypeFilter: 'PROVISIONED',
          ...(token && { NextToken: token }),
        });
        const { ClusterInfoList: items, NextToken: next } = await clients.kafka.send(command, options);
        return { items: present(items, 'clusterInfoList'), next };
      });
      return clusters.reduce((sum, { Provisioned }) => sum + (Provisioned?.NumberOfBrokerNodes ?? 0), 0);
    },
    secret: (name) =>
      calls.make(actions.secret, async (options) => {
        const command = new DescribeSecretCommand({ SecretId: name });
        const answer = await orAbsent(clients.secrets.send(command, options), 'ResourceNotFoundException');
        if (answer === undefined) return 'absent';
        present(answer.Name, 'Name');
        return answer.DeletedDate === undefined ? 'present' : 'scheduled for deletion';
      }),
  };
}

/** Returns an answer, or `undefined` if the service reports by an error of this name that the resource does not exist. */
async function orAbsent<Answer>(answer: Promise<Answer>, errorName: string): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.name === errorName) return undefined;
    throw error;
  }
}
