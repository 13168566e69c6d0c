import {
  type Cluster,
  DescribeClusterV2Command,
  type KafkaClient,
  ListClustersV2Command,
  ListNodesCommand,
  type NodeInfo,
  NotFoundException,
  type Provisioned,
} from '@aws-sdk/client-kafka';
import { shown } from '../../domain/shown.ts';
import { ClusterUnreadableError } from '../../ports/cluster-unreadable.ts';
import type {
  ManagedBroker,
  ManagedKafka,
  ManagedKafkaLimits,
  ManagedKafkaSnapshot,
} from '../../ports/managed-kafka.ts';
import { deniedError } from '../aws/denied.ts';
import { awsError } from '../aws/errors.ts';

const GiB = 2 ** 30;
/** The entries of a page, the most that MSK allows. */
const pageSize = 100;

type Page<Entry> = { readonly entries: readonly Entry[]; readonly next?: string | undefined };

/**
 * Returns the control plane of Amazon MSK in the region of the client, whose tries are bounded by its configuration. The
 * brokers themselves are not asked.
 */
export function mskControlPlane(client: KafkaClient, region: string): ManagedKafka {
  return {
    async takeSnapshot(limits, end) {
      const limit = AbortSignal.timeout(limits.totalMs);
      const call = { client, region, abortSignal: end === undefined ? limit : AbortSignal.any([end, limit]) };
      try {
        const cluster = await describe(limits, call);
        return { ...ofCluster(cluster), ...(await brokersOf(cluster, limits, call)) };
      } catch (error) {
        end?.throwIfAborted();
        throw error;
      }
    },
  };
}

interface Call {
  readonly client: KafkaClient;
  readonly region: string;
  readonly abortSignal: AbortSignal;
}

async function describe({ cluster, pagesMax }: ManagedKafkaLimits, call: Call): Promise<Cluster> {
  const arn = cluster.startsWith('arn:') ? cluster : await arnOf(cluster, pagesMax, call);
  const command = new DescribeClusterV2Command({ ClusterArn: arn });
  const { ClusterInfo } = await call.client
    .send(command, call)
    .catch(fail(`describe ${arn}`, 'kafka:DescribeClusterV2', call.region));
  if (ClusterInfo === undefined) throw new ClusterUnreadableError(`MSK describes ${arn} without a cluster`, false);
  return { ...ClusterInfo, ClusterArn: arn };
}

/** Returns the ARN of a cluster. MSK finds by the beginning of a name, so that other clusters may come first. */
async function arnOf(name: string, pagesMax: number, { client, region, abortSignal }: Call): Promise<string> {
  let isWhole = false;
  for await (const { entries, next } of generatePages(pagesMax, async (token) => {
    const command = new ListClustersV2Command({ ClusterNameFilter: name, MaxResults: pageSize, ...token });
    const answer = await client
      .send(command, { abortSignal })
      .catch(fail('list clusters', 'kafka:ListClustersV2', region));
    return { entries: answer.ClusterInfoList ?? [], next: answer.NextToken };
  })) {
    const found = entries.find(({ ClusterName }) => ClusterName === name)?.ClusterArn;
    if (found !== undefined) return found;
    isWhole = next === undefined;
  }
  if (!isWhole)
    throw new ClusterUnreadableError(`${shown(name)} is in none of ${pagesMax} pages of clusters; name its ARN`, false);
  throw new ClusterUnreadableError(`MSK has no cluster ${shown(name)} in ${region}`, true);
}

async function* generatePages<Entry>(
  pagesMax: number,
  read: (token: { readonly NextToken?: string }) => Promise<Page<Entry>>,
): AsyncGenerator<Page<Entry>> {
  let next: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const answer = await read(next === undefined ? {} : { NextToken: next });
    next = answer.next;
    yield answer;
    if (next === undefined) return;
  }
}

type Brokers = Pick<ManagedKafkaSnapshot, 'brokers' | 'unread'>;

/** Returns the brokers. The status of the cluster does without them. */
async function brokersOf(cluster: Cluster, { pagesMax, brokersMax }: ManagedKafkaLimits, call: Call): Promise<Brokers> {
  if (cluster.ClusterType === 'SERVERLESS') return { brokers: [], unread: [] };
  const { client, region, abortSignal } = call;
  const found = new Map<number, ManagedBroker>();
  const read = async (token: { readonly NextToken?: string }): Promise<Page<NodeInfo>> => {
    const command = new ListNodesCommand({ ClusterArn: cluster.ClusterArn, MaxResults: pageSize, ...token });
    const answer = await client
      .send(command, { abortSignal })
      .catch(fail(`list the nodes of ${cluster.ClusterArn}`, 'kafka:ListNodes', region));
    return { entries: answer.NodeInfoList ?? [], next: answer.NextToken };
  };
  let isWhole = false;
  try {
    for await (const { entries, next } of generatePages(pagesMax, read)) {
      for (const broker of entries.flatMap(brokerOf)) found.set(broker.id, broker);
      isWhole = next === undefined;
      if (found.size > brokersMax) break;
    }
  } catch (error) {
    if (!(error instanceof ClusterUnreadableError)) throw error;
    return { brokers: sorted(found), unread: [{ part: 'the brokers', reason: error.message }] };
  }
  if (isWhole && found.size <= brokersMax) return { brokers: sorted(found), unread: [] };
  const reason = `at most ${brokersMax} brokers of ${pagesMax} pages are read`;
  return { brokers: sorted(found).slice(0, brokersMax), unread: [{ part: 'some of the brokers', reason }] };
}

const sorted = (found: ReadonlyMap<number, ManagedBroker>): ManagedBroker[] =>
  [...found.values()].sort((a, b) => a.id - b.id);

/** Returns the broker of a node; none for one of ZooKeeper or of KRaft's controllers. */
function brokerOf({ BrokerNodeInfo: info, InstanceType: instanceType }: NodeInfo): ManagedBroker[] {
  if (info?.BrokerId === undefined || !Number.isSafeInteger(info.BrokerId)) return [];
  const { BrokerId: id, Endpoints = [], ClientVpcIpAddress: ip, ClientSubnet: subnet } = info;
  const version = info.CurrentBrokerSoftwareInfo?.KafkaVersion;
  return [
    {
      id,
      hosts: Endpoints,
      ...(ip === undefined ? {} : { ip }),
      ...(subnet === undefined ? {} : { subnet }),
      ...(instanceType === undefined ? {} : { instanceType }),
      ...(version === undefined ? {} : { version }),
    },
  ];
}

function ofCluster(cluster: Cluster): Omit<ManagedKafkaSnapshot, 'brokers' | 'unread'> {
  const { ClusterArn: arn = '', ClusterName: name = '', State: state = '', ClusterType, Provisioned } = cluster;
  const cause = [cluster.StateInfo?.Code, cluster.StateInfo?.Message].filter((text) => text).join(': ');
  return {
    arn,
    name,
    kind: ClusterType === 'SERVERLESS' ? 'serverless' : 'provisioned',
    state,
    ...(cause === '' ? {} : { cause }),
    ...(Provisioned === undefined ? {} : ofProvisioned(Provisioned)),
  };
}

function ofProvisioned(provisioned: Provisioned) {
  const { BrokerNodeGroupInfo: group, NumberOfBrokerNodes: brokersWanted, StorageMode: storageMode } = provisioned;
  const version = provisioned.CurrentBrokerSoftwareInfo?.KafkaVersion;
  const instanceType = group?.InstanceType;
  const volumeGiB = group?.StorageInfo?.EbsStorageInfo?.VolumeSize;
  const port = portOf(provisioned);
  return {
    ...(version === undefined ? {} : { version }),
    ...(instanceType === undefined ? {} : { instanceType }),
    ...(brokersWanted === undefined ? {} : { brokersWanted }),
    ...(volumeGiB === undefined ? {} : { volumeBytes: volumeGiB * GiB }),
    ...(storageMode === undefined ? {} : { storageMode }),
    ...(port === undefined ? {} : { port }),
  };
}

/**
 * Returns the port of the first way to log in that is enabled, in the order of what a target `kafka://` can use: SCRAM, TLS with
 * or without certificates, plaintext; at last IAM.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
 */
function portOf({ ClientAuthentication, EncryptionInfo }: Provisioned): number | undefined {
  const { Sasl, Tls, Unauthenticated } = ClientAuthentication ?? {};
  const inTransit = EncryptionInfo?.EncryptionInTransit?.ClientBroker ?? 'TLS';
  const isOpen = ClientAuthentication === undefined || Unauthenticated?.Enabled === true;
  if (Sasl?.Scram?.Enabled) return 9096;
  if (Tls?.Enabled || (isOpen && inTransit !== 'PLAINTEXT')) return 9094;
  if (isOpen) return 9092;
  return Sasl?.Iam?.Enabled ? 9098 : undefined;
}

const fail =
  (doing: string, action: string, region: string) =>
  (error: unknown): never => {
    if (error instanceof NotFoundException)
      throw new ClusterUnreadableError(`MSK in ${region} has no such cluster (${doing}): ${error.message}`, true, {
        cause: error,
      });
    const denied = (reason: string) => `MSK denies to ${doing} (${reason}): allow ${action}`;
    const { message } = deniedError(error, denied) ?? awsError(`MSK in ${region}, ${doing}`, error);
    throw new ClusterUnreadableError(message, false, { cause: error });
  };
