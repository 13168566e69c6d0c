import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeSnapshot } from '../../../../functions/collect/storage/take-snapshot.ts';
import { targetDefaults } from '../../../../functions/collect/storage/target.ts';
import { packetNetwork } from '../../../../functions/shared/adapters/packets/connection.ts';
import { encodePacket } from '../../../../functions/shared/adapters/packets/frame.ts';
import { captures, packetOf } from './captures.ts';
import { FakeStorage } from './fake-storage.ts';

let storage: FakeStorage;
beforeEach(() => {
  storage = new FakeStorage();
});
afterEach(() => storage.close());

const never = new AbortController().signal;
const collect = (port: number, more: object = {}) =>
  takeSnapshot({ ...targetDefaults, host: '127.0.0.1', port, ...more }, packetNetwork, never);

describe('a snapshot of MooseFS', () => {
  it('has the servers, their disks, the chunks by their copies and the sessions', async () => {
    const snapshot = await collect(await storage.master('3.0.117/normal'));
    expect(snapshot.unread).toEqual([]);
    expect(snapshot.info).toMatchObject({ software: { product: 'MooseFS', version: [3, 0, 117] }, chunks: 2 });
    expect(snapshot.servers.map(({ chunks }) => chunks)).toEqual([1, 1, 2]);
    const { disks } = captures['3.0.117/normal']!.expected;
    const paths = ['10.77.0.12', '10.77.0.11', '10.77.0.13'].flatMap((ip) =>
      disks![`${ip}:9422`]!.map(({ path }) => path),
    );
    expect(snapshot.disks.map(({ disk }) => disk.path)).toEqual(paths);
    expect(snapshot.chunkStates).toEqual({ missing: 0, endangered: 0, undergoal: 0, isCounting: false });
    expect(snapshot.sessions).toHaveLength(1);
  });

  it('uses one connection to the master and one to each chunkserver, and closes them', async () => {
    await collect(await storage.master('3.0.117/normal'));
    expect(storage.loopback.connections).toBe(4);
    expect(storage.asked.filter((type) => type !== 600)).toEqual([510, 500, 516, 508]);
  });

  it('does not ask a chunkserver that is disconnected', async () => {
    const snapshot = await collect(await storage.master('3.0.117/one-down-missing'));
    expect(storage.asked.filter((type) => type === 600)).toHaveLength(2);
    expect(snapshot.unread.map(({ part }) => part)).toEqual(['the sessions']);
    expect(snapshot.chunkStates).toMatchObject({ missing: 2 });
  });

  it('is whole but for a chunkserver that is silent, garbled, or refuses', async () => {
    const garbled = await storage.serve({ 600: encodePacket(601, Buffer.from('garbage')) });
    const silent = await storage.serve({ 600: () => {} });
    const dead = await storage.loopback.deadPort();
    const list = Buffer.from(packetOf('3.0.117/normal', 'cserv-list.response'));
    for (const [nth, port] of [garbled, silent, dead].entries()) {
      list.set([127, 0, 0, 1], 8 + nth * 69 + 4);
      list.writeUInt16BE(port, 8 + nth * 69 + 8);
    }
    const { servers, disks, unread } = await collect(await storage.master('3.0.117/normal', { 500: list }), {
      idleMs: 100,
    });
    expect([servers.length, disks]).toEqual([3, []]);
    const reasonOf = (port: number) => unread.find(({ part }) => part === `the disks of 127.0.0.1:${port}`)?.reason;
    expect(reasonOf(garbled)).toBe(
      'the list of disks: size of the entry is 26465, expected 340 for a path of 114 bytes',
    );
    expect(reasonOf(silent)).toContain('sent nothing for 100 ms');
    expect(reasonOf(dead)).toContain('nothing listens there');
  });

  it('asks no chunkserver at an address that is not private, or in no named network', async () => {
    const list = Buffer.from(packetOf('3.0.117/normal', 'cserv-list.response'));
    // 169.254.169.254 offers credentials in most clouds, 100.100.100.200 in another one.
    for (const [nth, ip] of [
      [169, 254, 169, 254],
      [100, 100, 100, 200],
      [192, 0, 2, 1],
    ].entries())
      list.set(ip, 8 + nth * 69 + 4);
    const port = await storage.master('3.0.117/normal', { 500: list });
    const { unread } = await collect(port);
    expect(unread.map(({ reason }) => reason)).toEqual(
      ['169.254.169.254', '100.100.100.200', '192.0.2.1'].map(
        (ip) => `${ip} is no private address; name the network of the chunkservers if it is right`,
      ),
    );
    const elsewhere = await collect(port, { networks: ['10.1.0.0/16', '10.2.0.0/16'] });
    expect(elsewhere.unread[0]!.reason).toBe('169.254.169.254 is in none of the networks 10.1.0.0/16, 10.2.0.0/16');
  });

  it('is refused if all answers together are too long', async () => {
    const port = await storage.master('3.0.117/normal');
    await expect(collect(port, { bytesMax: 300 })).rejects.toThrow('all answers have more than 300 bytes together');
  });
});

describe('a snapshot of MooseFS 4', () => {
  it('has servers and disks, and says what was not answered', async () => {
    const { info, servers, disks, unread } = await collect(await storage.master('4.59.2/normal'));
    expect([info.software.version, servers.length, disks.length]).toEqual([[4, 59, 2], 3, 6]);
    // These were not captured, so that the fake master closes the connection.
    expect(unread.map(({ part }) => part)).toEqual(['the chunks by their copies', 'the sessions']);
  });
});

describe('a snapshot of LizardFS', () => {
  it('has the servers, and says what this version does not answer', async () => {
    const networks = ['192.0.2.0/24'];
    const { info, servers, unread, chunkStates } = await collect(await storage.master('lizardfs-3.10.4/one-down'), {
      networks,
    });
    expect(info.software).toEqual({ product: 'LizardFS', version: [3, 10, 4] });
    expect(servers.filter(({ isConnected }) => !isConnected).map(({ ip }) => ip)).toEqual(['10.77.0.13']);
    expect(chunkStates).toBeUndefined();
    expect(unread.map(({ part }) => part)).toContain('the chunks by their copies');
  });
});
