import {
  ClusterState,
  DescribeClusterV2Command,
  KafkaClient,
  ListClustersV2Command,
  ListNodesCommand,
} from '@aws-sdk/client-kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectMsk } from '../../../../functions/collect/msk/collect-msk.ts';
import type { MskDocument } from '../../../../functions/collect/msk/documents.ts';
import { parseMskTarget } from '../../../../functions/collect/msk/target.ts';
import { clientConfig } from '../../../../functions/shared/adapters/aws/client-config.ts';
import { mskControlPlane } from '../../../../functions/shared/adapters/msk/control-plane.ts';
import { catalogueFacts } from '../../../../functions/shared/domain/catalogue/catalogue.ts';
import { shippedLimits } from '../../../../functions/shared/domain/catalogue/limits.ts';
import {
  activeCluster,
  arn,
  brokerNode,
  controllerNode,
  FakeControlPlane,
} from '../../../support/fake-msk-control-plane.ts';
import { sampleOf } from '../../normalise/beats.ts';

let msk: FakeControlPlane;
let endpoint: string;
beforeEach(async () => {
  msk = new FakeControlPlane();
  endpoint = await msk.listen();
});
afterEach(() => msk.close());

const region = 'eu-central-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const clock = { nowMs: () => Date.parse('2026-11-23T14:23:35Z') };
const clientOf = (attemptsMax = 1) =>
  new KafkaClient({ ...clientConfig({ endpoint, region, attemptsMax }), credentials });

interface Options {
  readonly attemptsMax?: number;
  readonly totalMs?: number;
  readonly pagesMax?: number;
  readonly brokersMax?: number;
  readonly signal?: AbortSignal;
}
function collect(address = 'msk://offbeat', options: Options = {}): Promise<MskDocument[]> {
  const { attemptsMax = 1, signal, ...bounds } = options;
  const provider = mskControlPlane(clientOf(attemptsMax), region);
  const target = { ...parseMskTarget(address), ...bounds };
  return collectMsk(target, { provider, region, clock, ...(signal && { signal }) });
}
const clusterOf = ([first]: readonly MskDocument[]) => first!.msk.cluster!;
const brokersOf = (documents: readonly MskDocument[]) => documents.flatMap(({ msk: { broker } }) => broker ?? []);

describe('the fake of MSK', () => {
  it('gives answers that the SDK decodes to the fields of its response types', async () => {
    const client = clientOf();
    const { ClusterInfo } = await client.send(new DescribeClusterV2Command({ ClusterArn: arn }));
    expect(ClusterInfo).toEqual(activeCluster);
    const { ClusterInfoList } = await client.send(new ListClustersV2Command({ ClusterNameFilter: 'off' }));
    expect(ClusterInfoList).toEqual([activeCluster]);
    msk.nodes.push(controllerNode);
    const { NodeInfoList } = await client.send(new ListNodesCommand({ ClusterArn: arn }));
    expect(NodeInfoList).toEqual(msk.nodes);
  });
});

describe('a collection of MSK', () => {
  it('reports state, version, disks and brokers of a cluster that serves', async () => {
    const documents = await collect();
    expect(clusterOf(documents)).toEqual({
      status: 'ok',
      up: true,
      collected: true,
      arn,
      kind: 'provisioned',
      state: 'ACTIVE',
      version: '3.9.x.kraft',
      instance_type: 'kafka.m7g.large',
      storage_mode: 'LOCAL',
      brokers: { count: 3, wanted: 3 },
      storage: { bytes: 3 * 100 * 2 ** 30 },
      unread_parts: 0,
    });
    expect(brokersOf(documents)[0]).toEqual({
      id: 1,
      address: 'b-1.offbeat.kafka.example.com:9096',
      ip: '10.77.0.20',
      subnet: 'subnet-1',
      instance_type: 'kafka.m7g.large',
      version: '3.9.x.kraft',
      listed: true,
      storage: { bytes: 100 * 2 ** 30 },
    });
  });

  it('becomes samples whose metrics are all in the catalogue, and is beyond no limit', async () => {
    const samples = (await collect()).map((document) => sampleOf(document));
    const metrics = samples.flatMap(({ measurements, dimensions }) =>
      Object.entries(measurements).map(([metric, value]) => ({ metric, value, dimensions })),
    );
    expect(metrics.map(({ metric }) => metric).filter((metric) => catalogueFacts(metric) === undefined)).toEqual([]);
    const beyond = metrics.filter(({ value, ...series }) =>
      shippedLimits(series).some(({ side, bound }) => (side === 'above' ? value > bound : value < bound)),
    );
    expect(beyond).toEqual([]);
    expect(samples.map(({ entity: { kind, name } }) => `${kind} ${name}`)).toEqual([
      'service offbeat.eu-central-1',
      'broker b-1.offbeat.kafka.example.com:9096',
      'broker b-2.offbeat.kafka.example.com:9096',
      'broker b-3.offbeat.kafka.example.com:9096',
    ]);
    expect(samples[0]!.facts).toMatchObject({
      'msk.cluster.state': 'ACTIVE',
      'msk.cluster.version': '3.9.x.kraft',
      'msk.cluster.status': 'ok',
    });
  });

  it('has the same broker as a collection of Kafka at the same port', async () => {
    const ofKafka = sampleOf({
      '@timestamp': '2026-11-23T15:00:00.000Z',
      event: { dataset: 'kafka.broker', module: 'kafka' },
      agent: { name: 'collect', type: 'offbeat' },
      service: { type: 'kafka', address: 'b-1.offbeat.kafka.example.com:9094' },
      kafka: { broker: { id: 1, address: 'b-1.offbeat.kafka.example.com:9094', partitions: { leader: 3 } } },
    });
    const [, first] = (await collect('msk://offbeat?port=9094')).map((document) => sampleOf(document));
    expect(first!.entity).toEqual(ofKafka.entity);
  });

  it.each([
    [{ Sasl: { Scram: { Enabled: true } }, Tls: { Enabled: true } }, 9096],
    [{ Tls: { Enabled: true } }, 9094],
    [{ Unauthenticated: { Enabled: true } }, 9094],
    [{ Sasl: { Iam: { Enabled: true } } }, 9098],
  ])('names brokers by the port of the log-in that is enabled: %j', async (ClientAuthentication, port) => {
    const Provisioned = { ...activeCluster.Provisioned!, ClientAuthentication };
    msk.clusters = [{ ...activeCluster, Provisioned }];
    expect(brokersOf(await collect())[0]!.address).toBe(`b-1.offbeat.kafka.example.com:${port}`);
  });

  it.each([
    ['ACTIVE', 'ok', true],
    ['UPDATING', 'degraded', true],
    ['HEALING', 'degraded', true],
    ['MAINTENANCE', 'degraded', true],
    ['REBOOTING_BROKER', 'degraded', true],
    ['CREATING', 'down', undefined],
    ['DELETING', 'down', false],
    ['FAILED', 'down', false],
  ] as const)('says of the state %s that the cluster is %s', async (State, status, up) => {
    msk.clusters = [{ ...activeCluster, State, StateInfo: { Code: 'CODE', Message: 'a reason of MSK' } }];
    const cluster = clusterOf(await collect());
    expect([cluster.status, cluster.up, cluster.state]).toEqual([status, up, State]);
    if (status !== 'ok')
      expect(cluster.reason).toMatch(new RegExp(`^its state is ${State}: .* \\(CODE: a reason of MSK\\)`));
  });

  it('knows each state that the SDK knows', async () => {
    for (const State of Object.values(ClusterState)) {
      msk.clusters = [{ ...activeCluster, State }];
      expect(clusterOf(await collect()).status).not.toBe('unknown');
    }
  });

  it('says of a state that it does not know that the cluster is unknown, with the word, escaped', async () => {
    msk.clusters = [{ ...activeCluster, State: 'HIBER\u001bNATING' as ClusterState }];
    const { status, reason, up } = clusterOf(await collect());
    expect([status, reason, up]).toEqual([
      'unknown',
      String.raw`its state is HIBER\u001bNATING, which is not known here`,
      undefined,
    ]);
  });

  it('says that a broker is not listed', async () => {
    msk.nodes.pop();
    const { status, reason } = clusterOf(await collect());
    expect([status, reason]).toEqual(['degraded', '2 of 3 brokers listed']);
  });

  it('reads a serverless cluster, which has no nodes and no disks', async () => {
    const { Provisioned: _none, ...rest } = activeCluster;
    msk.clusters = [{ ...rest, ClusterType: 'SERVERLESS', Serverless: { VpcConfigs: [] } }];
    const documents = await collect();
    expect(documents).toHaveLength(1);
    expect(clusterOf(documents)).toEqual({
      ...{ status: 'ok', up: true, collected: true },
      ...{ arn, kind: 'serverless', state: 'ACTIVE', unread_parts: 0 },
    });
    expect(msk.asked.filter((path) => path.includes('/nodes'))).toEqual([]);
  });
});

describe('the pages of MSK', () => {
  it('are all read, and nodes that are no brokers left out', async () => {
    msk.pageSize = 1;
    msk.nodes = [brokerNode(3), controllerNode, brokerNode(1), brokerNode(2)];
    const documents = await collect(`msk://${arn}`);
    expect(brokersOf(documents).map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(msk.asked.filter((path) => path.includes('/nodes'))).toHaveLength(4);
  });

  it('are searched for the name itself, because MSK finds by the beginning of names', async () => {
    msk.pageSize = 1;
    const other = { ...activeCluster, ClusterName: 'offbeat-2', ClusterArn: arn.replace('/offbeat/', '/offbeat-2/') };
    msk.clusters = [other, activeCluster];
    expect(clusterOf(await collect()).arn).toBe(arn);
  });

  it('end after a bound, and the status says what is missing', async () => {
    msk.isEndless = true;
    const { status, reason, unread_parts } = clusterOf(await collect(`msk://${arn}`, { pagesMax: 5 }));
    expect([status, unread_parts]).toEqual(['degraded', 1]);
    expect(reason).toContain('not read: some of the brokers');
    expect(msk.asked.filter((path) => path.includes('/nodes'))).toHaveLength(5);
  });

  it('end after the bound of brokers', async () => {
    msk.nodes = Array.from({ length: 20 }, (_, nth) => brokerNode(nth + 1));
    msk.pageSize = 2;
    const documents = await collect(`msk://${arn}`, { brokersMax: 3 });
    expect(brokersOf(documents)).toHaveLength(3);
    expect(msk.asked.filter((path) => path.includes('/nodes'))).toHaveLength(2);
  });

  it('of names end after a bound', async () => {
    msk.isEndless = true;
    msk.clusters = [];
    const { status, reason } = clusterOf(await collect('msk://offbeat', { pagesMax: 4 }));
    // A cluster that was not found in some of the pages may be in another one.
    expect([status, reason]).toEqual(['unknown', '"offbeat" is in none of 4 pages of clusters; name its ARN']);
    expect(msk.asked).toHaveLength(4);
  });
});

describe('a collection of MSK that fails', () => {
  it('tries again if MSK limits the calls', async () => {
    msk.failure = { at: '/clusters', status: 429, type: 'TooManyRequestsException', times: 2 };
    expect(clusterOf(await collect(`msk://${arn}`, { attemptsMax: 3 })).status).toBe('ok');
  });

  it('tries so often and not more, and is unknown', async () => {
    msk.failure = { at: '/clusters', status: 429, type: 'TooManyRequestsException' };
    const documents = await collect(`msk://${arn}`, { attemptsMax: 2 });
    const { status, reason, collected, up } = clusterOf(documents);
    expect([documents.length, status, collected, up]).toEqual([1, 'unknown', false, undefined]);
    expect(reason).toContain('TooManyRequestsException');
    expect(msk.asked).toHaveLength(2);
  });

  it('is degraded if only the nodes cannot be listed, and has their action', async () => {
    msk.failure = { at: '/nodes', status: 403, type: 'ForbiddenException' };
    const documents = await collect();
    expect(documents).toHaveLength(1);
    const { status, reason, brokers } = clusterOf(documents);
    expect([status, brokers]).toEqual(['degraded', undefined]);
    expect(reason).toMatch(/^not read: the brokers \(MSK denies .*: allow kafka:ListNodes\)$/);
  });

  it.each([
    ['msk://offbeat', 'kafka:ListClustersV2'],
    [`msk://${arn}`, 'kafka:DescribeClusterV2'],
  ])('of %s names the permission that is missing', async (address, action) => {
    msk.failure = { at: '/clusters', status: 403, type: 'ForbiddenException' };
    const { status, reason } = clusterOf(await collect(address));
    expect([status, reason]).toEqual(['unknown', expect.stringContaining(`allow ${action}`)]);
  });

  it('is down if MSK no longer has the cluster', async () => {
    msk.clusters = [];
    const { status, up, reason } = clusterOf(await collect(`msk://${arn}`));
    expect([status, up]).toEqual(['down', false]);
    expect(reason).toContain('has no such cluster');
  });

  it('ends after its time-out if MSK is silent', async () => {
    msk.failure = { at: '/clusters', status: 'silence' };
    expect(clusterOf(await collect(`msk://${arn}`, { totalMs: 50 })).status).toBe('unknown');
  });

  it('ends at once if it is aborted, with the reason', async () => {
    msk.failure = { at: '/clusters', status: 'silence' };
    const stop = new AbortController();
    const ended = expect(collect(`msk://${arn}`, { signal: stop.signal })).rejects.toThrow('stopped');
    await expect.poll(() => msk.asked.length).toBe(1);
    stop.abort(new Error('stopped'));
    await ended;
  });
});
