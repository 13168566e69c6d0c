import type { Cluster, ListClustersV2Response, ListNodesResponse, NodeInfo } from '@aws-sdk/client-kafka';
import { Loopback } from './loopback.ts';

/*
 * The calls of MSK's control plane that a collection makes, over real HTTP, because no emulator has them. Its answers have the
 * response types of the SDK, so that the compiler checks each field, and the SDK itself decodes them.
 */

export const arn = 'arn:aws:kafka:eu-central-1:000000000000:cluster/offbeat/4b1f3a52-9f63-4d8e-8b0a-1c2d3e4f5a6b-2';

/** A provisioned cluster of three brokers, in the fields that MSK documents. */
export const activeCluster: Cluster = {
  ClusterArn: arn,
  ClusterName: 'offbeat',
  ClusterType: 'PROVISIONED',
  CreationTime: new Date('2026-09-01T08:00:00.000Z'),
  CurrentVersion: 'K3P5ROKL5A1OLE',
  State: 'ACTIVE',
  Provisioned: {
    BrokerNodeGroupInfo: {
      ClientSubnets: ['subnet-1', 'subnet-2', 'subnet-3'],
      InstanceType: 'kafka.m7g.large',
      StorageInfo: { EbsStorageInfo: { VolumeSize: 100 } },
    },
    ClientAuthentication: {
      Sasl: { Iam: { Enabled: true }, Scram: { Enabled: true } },
      Unauthenticated: { Enabled: false },
    },
    CurrentBrokerSoftwareInfo: { KafkaVersion: '3.9.x.kraft' },
    EncryptionInfo: { EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true } },
    NumberOfBrokerNodes: 3,
    StorageMode: 'LOCAL',
  },
};

/** Returns the node of a broker. */
export const brokerNode = (id: number): NodeInfo => ({
  NodeType: 'BROKER',
  NodeARN: `${arn.replace(':cluster/', ':broker/')}/${id}`,
  InstanceType: 'kafka.m7g.large',
  AddedToClusterTime: '2026-09-01T08:00:00.000Z',
  BrokerNodeInfo: {
    AttachedENIId: `eni-${id}`,
    BrokerId: id,
    ClientSubnet: `subnet-${id}`,
    ClientVpcIpAddress: `10.77.0.${19 + id}`,
    CurrentBrokerSoftwareInfo: { KafkaVersion: '3.9.x.kraft' },
    Endpoints: [`b-${id}.offbeat.kafka.example.com`],
  },
});

/** A node of KRaft's controllers, which is no broker. */
export const controllerNode: NodeInfo = {
  ControllerNodeInfo: { Endpoints: ['c-1.offbeat.kafka.example.com'] },
};

/** A refusal, or a silence. */
export interface FakeFailure {
  /** The part of a path that it answers: `/nodes`. */
  readonly at: string;
  readonly status: number | 'silence';
  readonly type?: string;
  /** The number of times that it answers so. @default always */
  readonly times?: number;
}

export class FakeControlPlane {
  clusters: Cluster[] = [activeCluster];
  nodes: NodeInfo[] = [brokerNode(1), brokerNode(2), brokerNode(3)];
  /** The most entries of a page. */
  pageSize = 100;
  /** Means that each page names a next one, as a broken service may. */
  isEndless = false;
  failure: FakeFailure | undefined;
  /** The paths that were asked, decoded and with their queries. */
  asked: string[] = [];
  readonly #loopback = new Loopback();
  #failed = 0;

  /** @returns its address, for `AWS_ENDPOINT_URL_KAFKA` */
  async listen(): Promise<string> {
    const port = await this.#loopback.http(({ url = '' }, response) => {
      const path = decodeURIComponent(url);
      this.asked.push(path);
      const reply = this.#answer(path);
      if (reply === undefined) return;
      const { status, type, body } = reply;
      response
        .writeHead(status, { 'content-type': 'application/json', ...(type && { 'x-amzn-errortype': type }) })
        .end(JSON.stringify(body));
    });
    return `http://127.0.0.1:${port}`;
  }

  /** The connections that are open. */
  get open(): number {
    return this.#loopback.open;
  }

  close(): Promise<void> {
    return this.#loopback.close();
  }

  #answer(path: string): { status: number; type?: string | undefined; body: unknown } | undefined {
    const { at, status = 0, type, times = Number.POSITIVE_INFINITY } = this.failure ?? {};
    if (at !== undefined && path.includes(at) && this.#failed < times) {
      this.#failed += 1;
      return status === 'silence' ? undefined : { status, type, body: { message: `${type}, as scripted` } };
    }
    const url = new URL(path, 'http://msk');
    const ofCluster = /^\/(?:api\/v2|v1)\/clusters\/(arn:.*?)(\/nodes)?$/.exec(url.pathname);
    if (ofCluster === null) return { status: 200, body: wireOf(this.#list(url)) };
    const cluster = this.clusters.find(({ ClusterArn }) => ClusterArn === ofCluster[1]);
    if (cluster === undefined) return { status: 404, type: 'NotFoundException', body: { message: 'no such resource' } };
    if (ofCluster[2] === undefined) return { status: 200, body: wireOf({ ClusterInfo: cluster }) };
    const { entries, next } = this.#page(this.nodes, url);
    return { status: 200, body: wireOf({ NodeInfoList: entries, ...next } satisfies ListNodesResponse) };
  }

  #list(url: URL): ListClustersV2Response {
    const prefix = url.searchParams.get('clusterNameFilter') ?? '';
    const { entries, next } = this.#page(
      this.clusters.filter(({ ClusterName = '' }) => ClusterName.startsWith(prefix)),
      url,
    );
    return { ClusterInfoList: entries, ...next };
  }

  #page<Entry>(all: readonly Entry[], { searchParams }: URL) {
    const at = Number(searchParams.get('nextToken') ?? 0);
    const hasMore = this.isEndless || at + this.pageSize < all.length;
    return {
      entries: all.slice(at, at + this.pageSize),
      next: hasMore ? { NextToken: String(at + this.pageSize) } : {},
    };
  }
}

/** Returns a response as MSK writes it: the names of the SDK begin with a capital, those of the protocol do not. */
export function wireOf(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(wireOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, of]) => [name[0]!.toLowerCase() + name.slice(1), wireOf(of)]),
  );
}
