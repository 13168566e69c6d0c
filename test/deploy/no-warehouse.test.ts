import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import { onePartitionEach } from '../../functions/shared/log/topics.ts';
import { spawnOffbeat } from '../bin/run-cli.ts';
import { Loopback } from '../support/loopback.ts';
import { TestDeployment } from './deployment.ts';
import { signingProxy } from './signing-proxy.ts';

const patience = { timeout: 60_000, interval: 200 };

interface Page {
  readonly type: string;
  readonly data: { readonly id: string; readonly status: string; readonly title: string };
}

interface Silence {
  readonly id: string;
  readonly cluster: string;
  readonly note: string;
}

interface Delivery {
  readonly alertId: string;
}

describe('the stacks without a warehouse', () => {
  const deployment = new TestDeployment({ warehouse: 'none' });
  const loopback = new Loopback();
  let url: string;

  beforeAll(async () => {
    await deployment.open();
    await createTopics(deployment.kafka, onePartitionEach);
  });
  afterAll(async () => {
    await loopback.close();
    await deployment.close();
  });

  /** Returns the pages of the receiver, which refuses what is not signed by its secret, in the order of arrival. */
  const pages = (): Page[] => [...deployment.receiver.received.values()].flat().map((body) => JSON.parse(body) as Page);
  const expectPages = (count: number) => vi.waitFor(() => expect(pages()).toHaveLength(count), patience);
  const offbeat = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await spawnOffbeat([...args, '--url', url]);
    // A list that is not complete without a warehouse says so.
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^(note: without a warehouse.*\n)?$/),
    });
    return stdout;
  };

  const activeSilences = async (): Promise<readonly Silence[]> =>
    JSON.parse(await offbeat('silences', '--state', 'active', '--json')).silences;

  const deliveriesOf = async (...args: readonly string[]): Promise<readonly Delivery[]> =>
    JSON.parse(await offbeat('deliveries', ...args, '--json')).deliveries;

  it('are deployed without the functions that work for the warehouse alone', async () => {
    await deployment.deploy('one');
    url = `http://127.0.0.1:${await loopback.http(signingProxy(deployment.functions))}`;
    const there = (await deployment.functionsThere()).join(' ').toLowerCase();
    for (const part of ['normalise', 'detect', 'alert', 'publish', 'notify', 'sweep', 'selfcheck', 'heartbeat']) {
      expect(there).toContain(part);
    }
    for (const part of ['persist', 'aggregate', 'warehouse', 'servicerole']) expect(there).not.toContain(part);
  });

  it('page a webhook for an incident, signed; alerts and why answer while it is open; and its end is sent', async () => {
    await deployment.shipIncident(async () => {
      await deployment.handOverAll();
      await expectPages(1);
      const [{ data }] = pages() as [Page];
      expect(data.status).toBe('open');
      const listed = await offbeat('alerts', '--status', 'open');
      expect(listed).toContain(data.id);
      expect(listed).toContain('recorded/host/node-a');
      const why = await offbeat('why', data.id);
      expect(why).toContain(data.title);
      expect(why).toMatch(/suspects.*decisions.*opened/s);
      await vi.waitFor(
        async () => expect(await deliveriesOf('--state', 'delivered')).toMatchObject([{ alertId: data.id }]),
        patience,
      );
    });
    await deployment.handOverAll();
    await expectPages(2);
    const [opened, resolved] = pages() as [Page, Page];
    expect([opened.data.status, resolved.data.status]).toEqual(['open', 'resolved']);
    expect(resolved.data.id).toBe(opened.data.id);
    expect(await offbeat('alerts', '--status', 'open')).not.toContain(opened.data.id);
  });

  it('answer a question about samples with 501, and name the setting', async () => {
    const response = await deployment.functions.askApi('/api/samples?series=one/host/node-a%20system.load.1');
    expect(response.status).toBe(501);
    expect(await response.text()).toMatch(/no warehouse.*deployment\.warehouse/s);
    expect((await deployment.functions.askApi('/api/health')).status).toBe(200);
  });

  it('apply a silence that an operator creates, list it, and end it', async () => {
    await offbeat('silence', '--cluster', 'one', '--for', '2h', 'entity=one/host/*', '--note', 'maintenance');
    await deployment.handOverAll();
    const [silence] = await activeSilences();
    expect(silence).toMatchObject({ note: 'maintenance', cluster: 'one' });
    await offbeat('unsilence', silence!.id);
    await deployment.handOverAll();
    expect(await activeSilences()).toEqual([]);
  });

  it('list no delivery that waits or was given up, after every page has arrived', async () => {
    await vi.waitFor(async () => expect(await deliveriesOf()).toEqual([]), patience);
  });

  it('check themselves by the ages of the ledger, without a canary', async () => {
    const { log } = await deployment.invokeWith('Upkeepselfcheck', 'self-check.schedule');
    for (const gauge of ['pending_age_seconds', 'stage_age_seconds']) expect(log).toContain(gauge);
    expect(log).not.toContain('canary');
  });

  it('sweep, with what is left of transactions finished', async () => {
    await expect(deployment.invokeWith('Upkeepsweep', 'sweep.schedule')).resolves.toBeDefined();
  });
});
