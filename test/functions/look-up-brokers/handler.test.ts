import { KafkaClient } from '@aws-sdk/client-kafka';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLookUpBrokers } from '../../../functions/look-up-brokers/handler.ts';
import { clientConfig } from '../../../functions/shared/adapters/aws/client-config.ts';
import { mskClusters } from '../../../functions/shared/adapters/msk/clusters.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { clusterArn, type FakeCluster, FakeMsk, provisioned } from '../../support/fake-msk.ts';
import { type FakeWaits, fakeWaits } from '../../support/fake-waits.ts';
import { lambdaContext } from '../../support/lambda-context.ts';

const msk = new FakeMsk();
/** The events during the pauses between two tries, one for each pause. */
const pauses: (() => void)[] = [];
let invoke: (event: object) => Promise<unknown>;
let telemetry: MemoryTelemetry;
let timing: FakeWaits;

beforeAll(async () => {
  const endpoint = await msk.listen();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new KafkaClient({
    ...clientConfig({ endpoint, region: 'eu-central-1', attemptsMax: 1 }),
    credentials,
  });
  invoke = (event) => {
    const handler = createLookUpBrokers({ clusters: mskClusters({ client }), telemetry, timing });
    return handler(event, lambdaContext());
  };
});
afterAll(() => msk.close());
beforeEach(() => {
  telemetry = new MemoryTelemetry(() => {});
  msk.clusters.clear();
  msk.asked.length = 0;
  pauses.length = 0;
  msk.deniedFor = 0;
  timing = fakeWaits(() => pauses.shift()?.());
});

function lookUp(cluster: FakeCluster, properties: object = {}): Promise<unknown> {
  msk.clusters.set(clusterArn, cluster);
  return invoke({ RequestType: 'Create', ResourceProperties: { clusterArn, login: 'iam', ...properties } });
}

const PhysicalResourceId = 'offbeat-brokers';

describe('look-up-brokers', () => {
  it('finds the brokers that take roles, in order, so that another deployment changes nothing', async () => {
    const brokers = 'b-1.msk:9098,b-2.msk:9098,b-3.msk:9098';
    expect(await lookUp(provisioned)).toEqual({ PhysicalResourceId, Data: { brokers } });
  });

  it('waits until its own permissions are effective', async () => {
    msk.deniedFor = 4;
    expect(await lookUp(provisioned)).toMatchObject({ PhysicalResourceId });
    expect(timing.passedMs()).toBe(20_000);
  });

  it('names the actions that no policy allows for two minutes', async () => {
    msk.deniedFor = Number.POSITIVE_INFINITY;
    await expect(lookUp(provisioned)).rejects.toThrow('allow kafka:DescribeClusterV2, and deploy again');
    expect(timing.passedMs()).toBe(120_000);
    expect(telemetry.counts()).toEqual({ 'failures{reason=DENIED,stage=look-up-brokers}': 1 });
  });

  it('finds the brokers that take a user and a password', async () => {
    const brokers = 'b-1.msk:9096,b-2.msk:9096';
    expect(await lookUp(provisioned, { login: 'scram' })).toEqual({ PhysicalResourceId, Data: { brokers } });
  });

  it.each(['3.6.0', '3.7.x', '3.9.x.kraft', '4.0.x.kraft', '10.1', 'of tomorrow', undefined])(
    'takes Kafka %s',
    async (kafkaVersion) => {
      const { kafkaVersion: _, ...rest } = provisioned;
      const cluster = kafkaVersion === undefined ? rest : { ...rest, kafkaVersion };
      expect(await lookUp(cluster)).toMatchObject({ PhysicalResourceId });
    },
  );

  it.each(['2.8.2.tiered', '3.5.1'])(
    'refuses Kafka %s, on which CloudFormation makes no topics',
    async (kafkaVersion) => {
      await expect(lookUp({ ...provisioned, kafkaVersion })).rejects.toThrow(
        `expected Kafka 3.6 or newer, got ${kafkaVersion}: Offbeat supports no older versions`,
      );
      expect(telemetry.counts()).toEqual({ 'failures{reason=USAGE,stage=look-up-brokers}': 1 });
    },
  );

  it('refuses MSK Serverless, with the reason', async () => {
    await expect(lookUp({ clusterType: 'SERVERLESS', state: 'ACTIVE' })).rejects.toThrow(
      'MSK Serverless is not supported yet: it accepts no message above 8 MiB',
    );
  });

  it.each<['iam' | 'scram', FakeCluster, string]>([
    ['iam', { ...provisioned, iam: false }, "'Sasl={Iam={Enabled=true}}', or choose another log-in (enabled: scram)"],
    [
      'scram',
      { ...provisioned, scram: false },
      "'Sasl={Scram={Enabled=true}}', or choose another log-in (enabled: iam)",
    ],
    ['iam', { ...provisioned, iam: false, scram: false }, '(enabled: none that Offbeat supports)'],
  ])('names the remedy where %s is not enabled', async (login, cluster, remedy) => {
    await expect(lookUp(cluster, { login })).rejects.toThrow(remedy);
    expect(msk.asked.filter((path) => path.endsWith('bootstrap-brokers'))).toEqual([]);
  });

  it('reports what a cluster without addresses waits for', async () => {
    await expect(lookUp({ ...provisioned, state: 'CREATING', brokers: {} })).rejects.toThrow(
      'has no address for iam (it is CREATING): wait until it is ACTIVE',
    );
  });

  it('names the cluster that does not exist, and where it searched', async () => {
    const other = `${clusterArn}-other`;
    await expect(lookUp(provisioned, { clusterArn: other })).rejects.toThrow(
      `MSK does not know the cluster ${other} (The requested resource doesn’t exist.): name a cluster of the account`,
    );
  });

  it.each([
    [{ shipperSecret: 'beats' }, 'ResourceProperties.shipperSecret: expected the ARN of a secret'],
    [{ clusterArn: 'offbeat' }, 'ResourceProperties.clusterArn: expected the ARN of an MSK cluster'],
    [{ login: 'tls' }, 'ResourceProperties.login: '],
  ])('reports what is wrong with %o, and calls no API', async (properties, problem) => {
    await expect(lookUp(provisioned, properties)).rejects.toThrow(problem);
    expect(msk.asked).toEqual([]);
  });

  it('calls no API when it is deleted: the cluster may be gone', async () => {
    expect(await invoke({ RequestType: 'Delete', PhysicalResourceId, ResourceProperties: {} })).toEqual({
      PhysicalResourceId,
    });
    expect(msk.asked).toEqual([]);
  });

  describe('with the secret of the shippers', () => {
    const shipperSecret = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:AmazonMSK_offbeat-shippers-Ab1Cd2';
    const other = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:AmazonMSK_other-Ab1Cd2';

    it('accepts a cluster that it is associated with, on whatever page of the list', async () => {
      const cluster = { ...provisioned, scramSecrets: [other, shipperSecret] };
      expect(await lookUp(cluster, { shipperSecret })).toMatchObject({ PhysicalResourceId });
      expect(timing.passedMs()).toBe(0);
    });

    it('waits for the association to be listed', async () => {
      pauses.push(
        () => {},
        () => msk.clusters.set(clusterArn, { ...provisioned, scramSecrets: [shipperSecret] }),
      );
      expect(await lookUp(provisioned, { shipperSecret })).toMatchObject({ PhysicalResourceId });
      expect(timing.passedMs()).toBe(10_000);
    });

    it('refuses a cluster that it is not associated with: MSK answers a refusal with status 200', async () => {
      await expect(lookUp({ ...provisioned, scramSecrets: [other] }, { shipperSecret })).rejects.toThrow(
        `${shipperSecret}, is not associated with it, so that no shipper can log in; ` +
          `run aws kafka batch-associate-scram-secret --cluster-arn ${clusterArn} --secret-arn-list ${shipperSecret},`,
      );
      expect(timing.passedMs()).toBe(25_000);
    });

    it('asks for no secrets without one', async () => {
      await lookUp(provisioned);
      expect(msk.asked.filter((path) => path.includes('scram-secrets'))).toEqual([]);
    });
  });
});
