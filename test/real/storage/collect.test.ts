import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StorageDocument } from '../../../functions/collect/storage/documents.ts';
import type { ServerFields } from '../../../functions/collect/storage/fields.ts';
import { iecBytes, iecInteger } from '../../../functions/shared/domain/iec.ts';
import { patience } from '../../support/patience.ts';
import { MooseFsCluster, masterAddress } from './moosefs.ts';
import { canMakeNamespaces } from './network-namespace.ts';

/* Debian's MooseFS, in a network namespace of its own; what `offbeat collect` says is compared with `mfscli -SCS`. */

/** The columns of mfscli that both tools have. Of a disconnected server it prints address, port, id and maintenance alone. */
interface Row {
  readonly ip: string;
  readonly port: string;
  readonly id: string;
  readonly maintenance: string;
  readonly labels?: string;
  readonly version?: string;
  readonly load?: string;
  readonly chunks?: string;
  readonly used?: string;
  readonly total?: string;
  readonly removal?: string;
  readonly removalChunks?: string;
  readonly removalUsed?: string;
  readonly removalTotal?: string;
}

/** Returns the rows that mfscli printed, by address. */
function rowsOfMfscli(lines: readonly (readonly string[])[]): Row[] {
  return lines.map(([label = '', ip = '', port = '', id = '', ...more]): Row => {
    const maintenanceOf = (text = ''): string => text.replace('maintenance_', '');
    if (label.startsWith('Disconnected')) return { ip, port, id, maintenance: maintenanceOf(more[0]) };
    const [labels, version, load, maintenance, chunks, used, total, removal, ...removed] = more as string[];
    const [removalChunks, removalUsed, removalTotal] = removed as string[];
    const known = { labels, version, load, chunks, used, total, removal, removalChunks, removalUsed, removalTotal };
    return { ip, port, id, maintenance: maintenanceOf(maintenance), ...(known as Required<typeof known>) } as Row;
  });
}

/** Returns a chunkserver of a document in the words of mfscli. */
function rowOf(server: ServerFields): Row {
  const { ip, port, id, maintenance, version, labels, load, chunks, space, marked_for_removal: marked } = server;
  const named = maintenance === 'temporary' ? 'temp_on' : maintenance;
  const identity = { ip, port: String(port), id: String(id), maintenance: named };
  if (version === undefined) return identity;
  return {
    ...identity,
    version,
    labels: labels!.join(','),
    load: load!.state === 'rebalance' ? `(${load!.value})` : String(load!.value),
    chunks: String(chunks),
    used: String(space!.used.bytes),
    total: String(space!.total.bytes),
    // mfscli prints the progress of a removal only while chunks are there.
    removal: marked!.chunks === 0 ? '-' : server.removal!.toUpperCase(),
    removalChunks: String(marked!.chunks),
    removalUsed: String(marked!.used.bytes),
    removalTotal: String(marked!.total.bytes),
  };
}

/** Returns the cells of the printed table that are of mfscli's row. */
function cellsOf({ ip, port, version, chunks, total, used }: Row): string[] {
  if (version === undefined) return [`${ip}:${port}`, '-', '-', '-', '-', '-'];
  const [space, usedSpace] = [iecBytes(Number(total)), iecBytes(Number(used))];
  return [`${ip}:${port}`, version, '0', iecInteger(Number(chunks)), space, usedSpace];
}

const byAddress = <T extends { readonly ip: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => (a.ip < b.ip ? -1 : 1));

describe.skipIf(!canMakeNamespaces)('a collection of a real MooseFS', () => {
  let cluster: MooseFsCluster;
  beforeAll(async () => {
    cluster = await MooseFsCluster.start();
  }, 300_000);
  afterAll(() => cluster?.remove());

  const documents = async (): Promise<StorageDocument[]> =>
    JSON.parse(await cluster.collect('--json').catch(({ stdout }) => stdout)).documents;
  const serversOf = async (): Promise<ServerFields[]> =>
    (await documents()).flatMap(({ moosefs: { chunkserver } }) => (chunkserver === undefined ? [] : [chunkserver]));

  /** Waits until chunkservers are in a state, then compares all fields with mfscli. Numbers may change between the two. */
  async function agrees(isReady: (servers: readonly ServerFields[]) => boolean): Promise<readonly Row[]> {
    await vi.waitUntil(async () => isReady(await serversOf()), { ...patience, interval: 200 });
    return vi.waitFor(
      async () => {
        const theirs = byAddress(rowsOfMfscli(await cluster.mfscli()));
        expect(byAddress((await serversOf()).map(rowOf))).toEqual(theirs);
        const printed = (await cluster.collect()).split('\n').filter((line) => /^10\.77\.0\.1\d:9422 /.test(line));
        expect(printed.map((line) => line.split(/ {2,}/).slice(0, 6)).sort()).toEqual(theirs.map(cellsOf));
        return theirs;
      },
      { ...patience, interval: 200 },
    );
  }

  const server = (servers: readonly ServerFields[], ip: string) => servers.find((each) => each.ip === ip);

  it('has the three chunkservers as mfscli has them', async () => {
    const rows = await agrees(
      (servers) => servers.length === 3 && servers.every(({ space }) => (space?.total.bytes ?? 0) > 0),
    );
    expect(rows.map(({ ip, labels }) => [ip, labels])).toEqual([
      ['10.77.0.11', 'A,S'],
      ['10.77.0.12', 'B'],
      ['10.77.0.13', 'B'],
    ]);
    const [master] = await documents();
    expect(master!.service.address).toBe(`${masterAddress}:9421`);
    expect(master!.moosefs.master).toMatchObject({ status: 'ok', version: '3.0.117', unread_parts: 0, mounts: 0 });
    const disks = (await documents()).filter(({ moosefs }) => moosefs.disk !== undefined);
    expect(disks.map(({ moosefs }) => moosefs.disk!.state)).toEqual(['ok', 'ok', 'ok']);
  });

  it('has one that is marked for removal as mfscli has it', async () => {
    cluster.markForRemoval('10.77.0.12');
    const rows = await agrees((servers) => (server(servers, '10.77.0.12')?.marked_for_removal?.total.bytes ?? 0) > 0);
    expect(rows[1]).toMatchObject({ ip: '10.77.0.12', total: '0' });
    expect(await cluster.collect()).toContain('degraded: disks of it are marked for removal');
  });

  it('has one that was killed as mfscli has it, and again when it is back', async () => {
    await cluster.killServer('10.77.0.13');
    const rows = await agrees((servers) => server(servers, '10.77.0.13')?.connected === false);
    expect(rows[2]).toEqual({ ip: '10.77.0.13', port: '9422', id: expect.any(String), maintenance: 'off' });
    expect(await cluster.collect()).toMatch(/^10\.77\.0\.13:9422 .*down: disconnected from its master$/m);
    cluster.startServer('10.77.0.13');
    await agrees((servers) => (server(servers, '10.77.0.13')?.space?.total.bytes ?? 0) > 0);
  });

  it('tells one that was stopped from one that was killed', async () => {
    await cluster.stopServer('10.77.0.11');
    const rows = await agrees((servers) => server(servers, '10.77.0.11')?.planned_stop === true);
    expect(rows[0]).toEqual({ ip: '10.77.0.11', port: '9422', id: expect.any(String), maintenance: 'temp_on' });
    expect(await cluster.collect()).toMatch(/^10\.77\.0\.11:9422 .*down: stopped on purpose \(maintenance\)$/m);
  });
});
