import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { activeCluster, arn, brokerNode, FakeControlPlane } from '../support/fake-msk-control-plane.ts';
import { offbeat } from './run-cli.ts';

let msk: FakeControlPlane;
beforeEach(async () => {
  msk = new FakeControlPlane();
  vi.stubEnv('AWS_ENDPOINT_URL_KAFKA', await msk.listen());
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_REGION', '');
  vi.stubEnv('AWS_DEFAULT_REGION', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await msk.close();
});

describe('offbeat collect msk://…', () => {
  // docs/cli.md, collect
  it('prints the status in words, and a row for each broker', async () => {
    const { Provisioned } = activeCluster;
    msk.clusters = [
      { ...activeCluster, State: 'REBOOTING_BROKER', Provisioned: { ...Provisioned!, NumberOfBrokerNodes: 2 } },
    ];
    msk.nodes = [brokerNode(1), brokerNode(2)];
    const { status, stdout } = await offbeat(['collect', 'msk://offbeat?region=eu-central-1']);
    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'msk offbeat.eu-central-1  degraded: its state is REBOOTING_BROKER: a broker restarts',
      '  REBOOTING_BROKER, Kafka 3.9.x.kraft, provisioned, 2 brokers, kafka.m7g.large, 200 GiB of disks, LOCAL',
      '',
      'broker  address                             ip          version      type             disk',
      '1       b-1.offbeat.kafka.example.com:9096  10.77.0.20  3.9.x.kraft  kafka.m7g.large  100 GiB',
      '2       b-2.offbeat.kafka.example.com:9096  10.77.0.21  3.9.x.kraft  kafka.m7g.large  100 GiB',
    ]);
  });

  it('prints the documents of a collection as JSON', async () => {
    const { stdout } = await offbeat(['collect', `msk://${arn}`, '--json']);
    expect(JSON.parse(stdout).documents).toMatchObject([
      { event: { dataset: 'msk.cluster' }, msk: { cluster: { status: 'ok', arn } } },
      { event: { dataset: 'msk.broker' } },
      { event: { dataset: 'msk.broker' } },
      { event: { dataset: 'msk.broker' } },
    ]);
  });

  it('ends with status 1 if MSK has no such cluster', async () => {
    const { status, stderr } = await offbeat(['collect', 'msk://other?region=eu-central-1']);
    expect([status, stderr]).toEqual([1, expect.stringContaining('MSK has no cluster "other" in eu-central-1')]);
  });

  it('prints no character that steers a terminal', async () => {
    msk.clusters = [
      { ...activeCluster, StateInfo: { Message: '\u001b[2J' }, State: 'FAILED' },
      { ...activeCluster, ClusterName: '\u001b[31m' },
    ];
    msk.nodes = [{ ...brokerNode(1), InstanceType: '\u001b[31mkafka' }];
    const { stdout, stderr } = await offbeat(['collect', 'msk://offbeat?region=eu-central-1']);
    expect(`${stdout}${stderr}`).not.toContain('\u001b[2J');
    expect(`${stdout}${stderr}`).not.toContain('\u001b[31mkafka');
    expect(stdout).toContain('FAILED');
  });

  it('asks for a region if neither the address nor the environment names one', async () => {
    const { status, stderr } = await offbeat(['collect', 'msk://offbeat']);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/set AWS_REGION, or end the address with \?region=/)]);
    expect(msk.asked).toEqual([]);
  });

  it('says who collects the queues of a deployment', async () => {
    const { status, stderr } = await offbeat(['collect', 'aws://queues']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('are collected by their deployment alone')]);
  });

  it('refuses flags of a log-in', async () => {
    const { status, stderr } = await offbeat(['collect', 'msk://offbeat', '--tls']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('AWS is asked with the credentials')]);
  });
});
