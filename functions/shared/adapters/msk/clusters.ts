import {
  BadRequestException,
  DescribeClusterV2Command,
  GetBootstrapBrokersCommand,
  type GetBootstrapBrokersResponse,
  type KafkaClient,
  NotFoundException,
  type Provisioned,
  paginateListScramSecrets,
} from '@aws-sdk/client-kafka';
import { UsageError } from '../../domain/errors.ts';
import type { ClusterLogin, KafkaCluster, KafkaClusters } from '../../ports/kafka-clusters.ts';
import { deniedError } from '../aws/denied.ts';
import { awsError } from '../aws/errors.ts';

export interface MskOptions {
  readonly client: KafkaClient;
  /**
   * The time limit of a call, retries included.
   * @default 10_000
   */
  readonly timeoutMs?: number;
}

/** Fields of the answer that contain the brokers' addresses within the network of the cluster. */
const addresses = {
  iam: 'BootstrapBrokerStringSaslIam',
  scram: 'BootstrapBrokerStringSaslScram',
} as const satisfies Readonly<Record<ClusterLogin, keyof GetBootstrapBrokersResponse>>;

/** Returns the clusters of Amazon MSK in the region of the client. */
export function mskClusters({ client, timeoutMs = 10_000 }: MskOptions): KafkaClusters {
  const within = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
  return {
    async describe(arn) {
      const command = new DescribeClusterV2Command({ ClusterArn: arn });
      const { ClusterInfo } = await client.send(command, within()).catch(fail(calls.describe, arn));
      return {
        kind: ClusterInfo?.ClusterType === 'SERVERLESS' ? 'serverless' : 'provisioned',
        state: ClusterInfo?.State ?? 'of unknown state',
        ...clusterOf(ClusterInfo?.Provisioned),
      };
    },
    async brokers(arn, login) {
      const command = new GetBootstrapBrokersCommand({ ClusterArn: arn });
      const answer = await client.send(command, within()).catch(fail(calls.brokers, arn));
      return (answer[addresses[login]] ?? '').split(',').filter((broker) => broker !== '');
    },
    async scramSecrets(arn) {
      const found: string[] = [];
      try {
        const abort = within();
        for await (const page of paginateListScramSecrets({ client, pageSize: 100 }, { ClusterArn: arn }, abort)) {
          found.push(...(page.SecretArnList ?? []));
        }
      } catch (error) {
        fail(calls.secrets, arn)(error);
      }
      return found;
    },
  };
}

function clusterOf(provisioned: Provisioned | undefined): Pick<KafkaCluster, 'version' | 'logins'> {
  const sasl = provisioned?.ClientAuthentication?.Sasl;
  const version = provisioned?.CurrentBrokerSoftwareInfo?.KafkaVersion;
  return {
    ...(version === undefined ? {} : { version }),
    logins: [...(sasl?.Iam?.Enabled ? (['iam'] as const) : []), ...(sasl?.Scram?.Enabled ? (['scram'] as const) : [])],
  };
}

/** A call in words, and the permission that it needs. */
interface Call {
  readonly doing: string;
  readonly action: string;
}

const calls = {
  describe: { doing: 'describe', action: 'kafka:DescribeClusterV2' },
  brokers: { doing: 'look up the brokers of', action: 'kafka:GetBootstrapBrokers' },
  secrets: { doing: 'list the secrets of', action: 'kafka:ListScramSecrets' },
} as const satisfies Readonly<Record<string, Call>>;

const fail =
  ({ doing, action }: Call, arn: string) =>
  (error: unknown): never => {
    if (error instanceof NotFoundException || error instanceof BadRequestException) {
      const remedy = 'name a cluster of the account and region that Offbeat is deployed to';
      throw new UsageError(`MSK does not know the cluster ${arn} (${error.message}): ${remedy}`, { cause: error });
    }
    const denied = (reason: string) => `MSK denies to ${doing} ${arn} (${reason}): allow ${action}, and deploy again`;
    throw deniedError(error, denied) ?? awsError(`MSK, ${doing} ${arn}`, error);
  };
