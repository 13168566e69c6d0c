import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { minuteMs, secondMs } from '../../../functions/shared/domain/durations.ts';
import { MooseFsCluster, masterAddress, serverAddresses } from './moosefs.ts';
import { canMakeNamespaces } from './network-namespace.ts';

/* `offbeat start` beside Debian's MooseFS, in one network namespace, with settings that name the master alone. */

const periodMs = 10 * secondMs;
const settings = `cluster: { name: plant }
alerts: { resolveAfter: 1s }
collect:
  - { target: 'moosefs://${masterAddress}', period: 10s }
`;

type ShownAlert = Pick<Alert, 'status' | 'severity' | 'headline' | 'entity' | 'startsAtMs'>;

describe.skipIf(!canMakeNamespaces)('offbeat start beside a real MooseFS', () => {
  let cluster: MooseFsCluster;
  beforeAll(async () => {
    cluster = await MooseFsCluster.start();
    cluster.startOffbeat(settings);
  }, 300_000);
  afterAll(() => cluster?.remove());

  const timeout = 5 * minuteMs;
  const wait = { timeout: 2 * minuteMs, interval: 500 };
  /** Returns what a command prints, whatever its exit status is; nothing while Offbeat does not answer yet. */
  const printed = (command: string, ...flags: string[]): Promise<string> =>
    cluster.offbeat(command, ...flags).catch(({ stdout }) => String(stdout ?? ''));
  const alertsAbout = async (address: string): Promise<readonly ShownAlert[]> => {
    const text = await printed('alerts', '--json');
    const { alerts } = (text === '' ? { alerts: [] } : JSON.parse(text)) as { readonly alerts: readonly ShownAlert[] };
    return alerts.filter(({ entity }) => entity.name === `${address}:9422`);
  };
  const statusSays = (words: string) => vi.waitUntil(async () => (await printed('status')).includes(words), wait);

  it('has all chunkservers in the inventory, and no alert', { timeout }, async () => {
    await vi.waitUntil(async () => {
      const inventory = await printed('inventory');
      return serverAddresses.every((address) => inventory.includes(`${address}:9422`));
    }, wait);
    for (const address of serverAddresses) expect(await alertsAbout(address)).toEqual([]);
  });

  it('raises one critical alert that names a killed chunkserver within two periods, and resolves it when it is back', {
    timeout,
  }, async () => {
    const [, , killed] = serverAddresses;
    const killedAtMs = Date.now();
    await cluster.killServer(killed);
    await vi.waitUntil(async () => (await alertsAbout(killed)).length > 0, wait);
    const [alert] = await alertsAbout(killed);
    expect(alert).toMatchObject({ status: 'open', severity: 'critical' });
    expect(alert!.headline).toContain(`${killed}:9422`);
    expect(alert!.startsAtMs - killedAtMs).toBeLessThanOrEqual(2 * periodMs);
    await statusSays('1 of 3 chunkservers disconnected');

    cluster.startServer(killed);
    await vi.waitUntil(async () => (await alertsAbout(killed)).every(({ status }) => status === 'resolved'), wait);
    expect(await alertsAbout(killed)).toHaveLength(1);
  });

  it('warns of one that was stopped on purpose', { timeout }, async () => {
    const [stopped] = serverAddresses;
    await cluster.stopServer(stopped);
    await vi.waitUntil(async () => (await alertsAbout(stopped)).length > 0, wait);
    expect(await alertsAbout(stopped)).toEqual([expect.objectContaining({ status: 'open', severity: 'warning' })]);
  });
});
