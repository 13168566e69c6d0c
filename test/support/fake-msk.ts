import { Loopback } from './loopback.ts';

/** A cluster as MSK describes it, and its addresses. */
export interface FakeCluster {
  readonly clusterType: 'PROVISIONED' | 'SERVERLESS';
  readonly state: string;
  readonly kafkaVersion?: string;
  readonly iam?: boolean;
  readonly scram?: boolean;
  readonly brokers?: Readonly<Record<string, string>>;
  /** The secrets that are associated, in pages of one. */
  readonly scramSecrets?: readonly string[];
}

export const clusterArn = 'arn:aws:kafka:us-east-1:000000000000:cluster/offbeat/4b1f3a52-9f63-4d8e-8b0a-1c2d3e4f5a6b-2';

export const provisioned: FakeCluster = {
  clusterType: 'PROVISIONED',
  state: 'ACTIVE',
  kafkaVersion: '3.9.x.kraft',
  iam: true,
  scram: true,
  brokers: {
    // MSK returns three of them, in any order.
    bootstrapBrokerStringSaslIam: 'b-3.msk:9098,b-1.msk:9098,b-2.msk:9098',
    bootstrapBrokerStringSaslScram: 'b-2.msk:9096,b-1.msk:9096',
    bootstrapBrokerStringPublicSaslIam: 'b-1-public.msk:9198',
  },
};

/**
 * The part of MSK's control plane that Offbeat calls, over real HTTP, because no emulator has it.
 * @see https://docs.aws.amazon.com/MSK/2.0/APIReference/v2-clusters-clusterarn.html
 */
export class FakeMsk {
  readonly clusters = new Map<string, FakeCluster>();
  /** The number of requests that no policy allows yet. */
  deniedFor = 0;
  /** The requested paths, decoded. */
  readonly asked: string[] = [];
  readonly #loopback = new Loopback();

  /** @returns its address, for `AWS_ENDPOINT_URL_KAFKA` */
  async listen(): Promise<string> {
    const port = await this.#loopback.http(({ url = '' }, response) => {
      const { status, body, errorType } = this.#answer(decodeURIComponent(url));
      const type = errorType === undefined ? {} : { 'x-amzn-errortype': errorType };
      response.writeHead(status, { 'content-type': 'application/json', ...type }).end(JSON.stringify(body));
    });
    return `http://127.0.0.1:${port}`;
  }

  close(): Promise<void> {
    return this.#loopback.close();
  }

  #answer(path: string): Reply {
    this.asked.push(path);
    if (this.deniedFor-- > 0)
      return refusal(403, 'AccessDeniedException', 'no identity-based policy allows the action');
    const [, version, arn, part, query] =
      /^\/(api\/v2|v1)\/clusters\/(arn:[^?]*?)(\/bootstrap-brokers|\/scram-secrets)?(\?.*)?$/.exec(path) ?? [];
    const cluster = this.clusters.get(arn ?? '');
    if (cluster === undefined) return refusal(404, 'NotFoundException', 'The requested resource doesn’t exist.');
    if (part === '/bootstrap-brokers') return { status: 200, body: cluster.brokers ?? {} };
    if (part === '/scram-secrets') return { status: 200, body: pageOf(cluster.scramSecrets ?? [], query) };
    if (version !== 'api/v2') return refusal(400, 'BadRequestException', 'This operation cannot be used here.');
    return { status: 200, body: { clusterInfo: describe(arn!, cluster) } };
  }
}

interface Reply {
  readonly status: number;
  readonly body: object;
  readonly errorType?: string;
}

function pageOf(secrets: readonly string[], query = ''): object {
  const at = Number(new URLSearchParams(query).get('nextToken') ?? 0);
  return {
    secretArnList: secrets.slice(at, at + 1),
    ...(at + 1 < secrets.length && { nextToken: String(at + 1) }),
  };
}

const refusal = (status: number, errorType: string, message: string): Reply => ({
  status,
  errorType,
  body: { message },
});

function describe(arn: string, { clusterType, state, kafkaVersion, iam = false, scram = false }: FakeCluster): object {
  const head = { clusterArn: arn, clusterName: 'offbeat', clusterType, state, currentVersion: 'K3P5ROKL5A1OLE' };
  if (clusterType === 'SERVERLESS')
    return { ...head, serverless: { clientAuthentication: { sasl: { iam: { enabled: true } } } } };
  return {
    ...head,
    provisioned: {
      clientAuthentication: {
        sasl: { iam: { enabled: iam }, scram: { enabled: scram } },
        unauthenticated: { enabled: false },
      },
      ...(kafkaVersion === undefined ? {} : { currentBrokerSoftwareInfo: { kafkaVersion } }),
      numberOfBrokerNodes: 3,
    },
  };
}
