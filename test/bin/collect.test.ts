import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storageLines } from '../../bin/storage-lines.ts';
import { packetOf } from '../functions/collect/storage/captures.ts';
import { FakeStorage } from '../functions/collect/storage/fake-storage.ts';
import { designDocuments, designReport } from '../support/design-chunkservers.ts';
import { offbeat } from './run-cli.ts';

let storage: FakeStorage;
beforeEach(() => {
  storage = new FakeStorage();
});
afterEach(() => storage.close());

const collect = (port: number, ...flags: readonly string[]) =>
  offbeat(['collect', `moosefs://127.0.0.1:${port}`, ...flags]);
/** Returns the rows of the table as their cells, without the columns that only align it. */
const rowsOf = (stdout: string): string[][] => {
  const lines = stdout.split('\n');
  const head = lines.findIndex((line) => line.startsWith('server '));
  const end = lines.indexOf('', head);
  return lines.slice(head, end).map((line) => line.split(/ {2,}/));
};

describe('offbeat collect', () => {
  // mfscli -SCS of the capture: 10.77.0.11 (1) 3.0.117 A (0) 1 174129152 2574770176, …
  it('prints a table of the chunkservers in the order of the master', async () => {
    const { status, stdout } = await collect(await storage.master('3.0.117/normal'));
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^storage \S+ {2}MooseFS 3\.0\.117 {2}ok\n {2}7 GiB total, 7 GiB available, 2 chunks, 0 missing, 0 endangered, 1 mount\n/,
    );
    const server = expect.stringMatching(/^127\.0\.0\.1:\d+$/);
    expect(rowsOf(stdout)).toEqual([
      ['server', 'version', 'errors', 'chunks', 'total_space', 'used_space', 'load', 'labels', 'for_removal', 'status'],
      [server, '3.0.117', '0', '1', '2 GiB', '194 MiB', '1 rebalance', 'B', '-', 'ok'],
      [server, '3.0.117', '0', '1', '2 GiB', '166 MiB', '0 rebalance', 'A', '-', 'ok'],
      [server, '3.0.117', '0', '2', '2 GiB', '230 MiB', '2 rebalance', 'C', '-', 'ok'],
    ]);
  });

  it('says what is wrong in words, also of disks', async () => {
    const { status, stdout } = await collect(await storage.master('3.0.117/one-down-missing'));
    expect(status).toBe(0);
    expect(stdout).toContain(
      'degraded: 2 chunks without any copy; 1 of 3 chunkservers disconnected; not read: the sessions',
    );
    expect(stdout).toMatch(/127\.0\.0\.1:9422 +- +- +- +- +- +- +- +- +down: disconnected from its master/);
    expect(stdout).toMatch(/25 +78 .*degraded: 25 errors since it connected/);
    expect(stdout).toMatch(/disk 127\.0\.0\.1:\d+ \/mnt\/b\/hdd2\/ {2}down: damaged/);
    expect(stdout).toMatch(/metadata saved 4 min ago, in the background, in 109 ms/);
  });

  it('prints a planned stop and a mark for removal in words', async () => {
    const stopped = await collect(
      await storage.master('3.0.117/normal', { 500: packetOf('3.0.117/graceful-stop', 'cserv-list.response') }),
      '--network',
      '192.0.2.0/24',
    );
    expect(stopped.stdout).toContain('down: stopped on purpose (maintenance)');
    const marked = await collect(
      await storage.master('3.0.117/normal', { 500: packetOf('3.0.117/marked-for-removal', 'cserv-list.response') }),
      '--network',
      '192.0.2.0/24',
    );
    expect(marked.stdout).toMatch(/1 GiB +degraded: disks of it are marked for removal/);
  });

  it('prints documents as JSON', async () => {
    const { status, stdout } = await collect(await storage.master('3.0.117/normal'), '--json');
    expect(status).toBe(0);
    const { documents } = JSON.parse(stdout);
    expect(documents).toHaveLength(11);
    expect(documents[1].moosefs.chunkserver).toMatchObject({ chunks: 1, space: { total: { bytes: 2_574_770_176 } } });
  });

  it('ends with 1 for a storage that is down or unknown, and says why on both outputs', async () => {
    const { status, stdout, stderr } = await collect(await storage.loopback.deadPort());
    expect(status).toBe(1);
    expect(stdout).toMatch(/^storage \S+ {2}down: 127\.0\.0\.1:\d+ refused the connection: nothing listens there\n$/);
    expect(stderr).toMatch(/^offbeat: the storage is down: 127\.0\.0\.1:\d+ refused the connection/);
    const json = await collect(await storage.serve({}), '--json');
    expect([json.status, JSON.parse(json.stdout).documents[0].moosefs.master.status]).toEqual([1, 'down']);
  });

  it.each([
    [
      'ftp://127.0.0.1:9421',
      'expected an address such as moosefs://mfsmaster, kafka://broker-1:9092, https://search-1:9200',
    ],
    [
      'opensearch://ada:secret@10.77.0.30:9200',
      'expected an address such as moosefs://mfsmaster, kafka://broker-1:9092',
    ],
    ['ada:secret@10.77.0.30:9200', 'expected an address such as moosefs://mfsmaster, kafka://broker-1:9092'],
    ['kafka://ada:secret@10.77.0.20', 'an address has no password'],
    ['https://ada:secret@10.77.0.30:9200', 'an address has no password'],
    ['moosefs://', 'is no address of a storage'],
    ['mfsmaster:9421', 'expected an address such as moosefs://mfsmaster'],
    ['moosefs://a b', 'is no address of a storage'],
    ['moosefs://10.77.0.10:0', 'is no address of a storage'],
    ['moosefs://10.77.0.10:99999', 'is no address of a storage'],
    ['moosefs://ada:secret@10.77.0.10', 'the protocol of a storage has no log-in'],
    ['moosefs://10.77.0.10/mnt', 'an address of a storage ends with its port'],
  ])('refuses %s before anything is sent', async (target, message) => {
    const { status, stderr } = await offbeat(['collect', target]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).not.toContain('secret');
  });

  it.each(['10.0.0.0', '10.0.0.0/33', 'fd00::/8', '999.0.0.0/8'])('refuses the network %s', async (network) => {
    const { status, stderr } = await collect(1, '--network', network);
    expect([status, stderr]).toEqual([2, expect.stringContaining('is no network; expected one of IPv4')]);
  });

  it.each(['kafka://127.0.0.1:1', 'http://127.0.0.1:1'])(
    'refuses networks for %s, which has no chunkservers',
    async (target) => {
      const { status, stderr } = await offbeat(['collect', target, '--network', '10.77.0.0/16']);
      expect([status, stderr]).toEqual([2, expect.stringContaining('of the chunkservers of a storage; leave it out')]);
    },
  );
});

describe('a table of chunkservers whose names are not addresses', () => {
  it('has the rows in their order, with integers of IEC units', () => {
    const lines = storageLines(designDocuments(0)).map((line) =>
      line.map((part) => (typeof part === 'string' ? part : part.text)).join(''),
    );
    const rows = lines.slice(lines.findIndex((line) => line.startsWith('server ')) + 1);
    // The address that comes twice is printed with the ids, because no line of this table has dimensions.
    const expected = designReport.map((row, nth) => row.replace(/^119:9513/, `119:9513 (${nth + 1})`));
    expect(rows.map((line) => line.split(/ {2,}/).slice(0, 6).join(' '))).toEqual(expected);
  });
});
