import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CollectDeps, collectStorage } from '../../../../functions/collect/storage/collect-storage.ts';
import type { StorageDocument } from '../../../../functions/collect/storage/documents.ts';
import { targetDefaults } from '../../../../functions/collect/storage/target.ts';
import { placeOf } from '../../../../functions/detect/derive-place.ts';
import { packetNetwork } from '../../../../functions/shared/adapters/packets/connection.ts';
import { encodePacket } from '../../../../functions/shared/adapters/packets/frame.ts';
import { catalogueFacts } from '../../../../functions/shared/domain/catalogue/catalogue.ts';
import { shippedLimits } from '../../../../functions/shared/domain/catalogue/limits.ts';
import type { Sample } from '../../../../functions/shared/domain/sample.ts';
import { sampleOf } from '../../normalise/beats.ts';
import { packetOf } from './captures.ts';
import { FakeStorage } from './fake-storage.ts';

let storage: FakeStorage;
beforeEach(() => {
  storage = new FakeStorage();
});
afterEach(() => storage.close());

const startedAtMs = Date.parse('2026-11-23T14:23:35Z');
const deps: CollectDeps = { network: packetNetwork, clock: { nowMs: () => startedAtMs }, hostName: 'mfsmaster' };
const collect = (port: number, more: object = {}) =>
  collectStorage({ ...targetDefaults, host: '127.0.0.1', port, networks: ['127.0.0.0/8'], ...more }, deps);

const ofDataset = (documents: readonly StorageDocument[], name: string) =>
  documents.filter(({ event }) => event.dataset === `moosefs.${name}`);
const samplesOf = (documents: readonly StorageDocument[]): Sample[] => documents.map((document) => sampleOf(document));
const masterOf = (documents: readonly StorageDocument[]) => documents[0]!.moosefs.master!;

/** Returns the limits that the measurements of a sample are beyond: metric, severity, minutes. */
const beyond = (sample: Sample): string[] =>
  Object.entries(sample.measurements).flatMap(([metric, value]) =>
    shippedLimits({ metric, dimensions: sample.dimensions })
      .filter(({ side, bound }) => (side === 'above' ? value > bound : value < bound))
      .map(({ severity, forMs }) => `${metric} ${severity} ${forMs / 60_000} min`),
  );

describe('the documents of a storage', () => {
  it('are one of the master, and one for each chunkserver, disk and mount', async () => {
    const documents = await collect(await storage.master('3.0.117/normal'));
    const counts = Map.groupBy(documents, ({ event }) => event.dataset);
    expect([...counts].map(([dataset, { length }]) => [dataset, length])).toEqual([
      ['moosefs.master', 1],
      ['moosefs.chunkserver', 3],
      ['moosefs.disk', 6],
      ['moosefs.session', 1],
    ]);
    expect(masterOf(documents)).toMatchObject({ status: 'ok', up: true, collected: true, unread_parts: 0 });
  });

  it('become samples of entities, whose metrics are all in the catalogue', async () => {
    const samples = samplesOf(await collect(await storage.master('3.0.117/normal')));
    const port = samples[0]!.entity.name.replace('mfsmaster:', '');
    expect(samples[0]!.entity).toMatchObject({ kind: 'storage-master', name: `mfsmaster:${port}` });
    expect(new Set(samples.map(({ entity }) => entity.kind))).toEqual(
      new Set(['storage-master', 'chunkserver', 'service']),
    );
    const metrics = new Set(samples.flatMap(({ measurements }) => Object.keys(measurements)));
    expect([...metrics].filter((metric) => catalogueFacts(metric) === undefined)).toEqual([]);
    expect([...metrics]).toEqual(
      expect.arrayContaining(['moosefs.disk.io.last_minute.read.latency.us', 'moosefs.disk.io.last_minute.busy.pct']),
    );
  });

  it('have versions, states and labels as facts', async () => {
    const documents = await collect(await storage.master('3.0.117/normal'));
    const [server] = samplesOf(ofDataset(documents, 'chunkserver'));
    expect(server!.facts).toMatchObject({
      'moosefs.chunkserver.version': '3.0.117',
      'moosefs.chunkserver.status': 'ok',
      'moosefs.chunkserver.load.state': 'rebalance',
      'moosefs.chunkserver.labels': 'B',
      'moosefs.chunkserver.maintenance': 'off',
    });
    expect(samplesOf(documents)[0]!.facts).toMatchObject({ 'moosefs.master.product': 'MooseFS' });
  });

  it('of a mount lead to the host of the client and to the master', async () => {
    const documents = await collect(await storage.master('3.0.117/normal'));
    const [mount] = samplesOf(ofDataset(documents, 'session'));
    expect(mount!.entity.name).toBe('10.77.0.10:/mnt/mfs');
    const { address } = documents[0]!.service;
    expect(placeOf(mount!).edges).toEqual([
      { relation: 'runs on', to: { kind: 'host', name: '10.77.0.10' } },
      { relation: 'uses', to: { kind: 'storage-master', name: address } },
    ]);
  });

  // Decoded from the capture: 20,058 reads in 274,656 us and 21,234 writes in 957,015 us.
  it('of a disk have the time of one operation, and the share of the minute', async () => {
    const documents = await collect(await storage.master('3.0.117/normal'));
    const disk = ofDataset(documents, 'disk').find(({ moosefs }) => moosefs.disk!.path === '/mnt/b/hdd2/')!;
    const { read, busy, fsync } = disk.moosefs.disk!.io.last_minute;
    expect(read.latency!.us).toBeCloseTo(274_656 / 20_058, 9);
    expect(busy.pct).toBeCloseTo((274_656 + 957_015) / 60_000_000, 9);
    expect(fsync.latency).toBeUndefined();
  });

  it('of a chunkserver have the sums over its disks, and the busy time of the busiest', async () => {
    const documents = await collect(await storage.master('4.59.2/normal'));
    const servers = ofDataset(documents, 'chunkserver').map(({ moosefs }) => moosefs.chunkserver!);
    const disks = ofDataset(documents, 'disk').map(({ moosefs }) => moosefs.disk!);
    const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
    for (const { ip, port, io } of servers) {
      const own = disks.filter(({ chunkserver }) => chunkserver.ip === ip && chunkserver.port === port);
      const minutes = own.map((disk) => disk.io.last_minute);
      const [ops, us] = [sum(minutes.map(({ write }) => write.ops)), sum(minutes.map(({ write }) => write.time.us))];
      expect(own.length).toBeGreaterThan(1);
      expect(io?.last_minute).toMatchObject({
        read: { ops: sum(minutes.map(({ read }) => read.ops)), bytes: sum(minutes.map(({ read }) => read.bytes)) },
        write: { ops, bytes: sum(minutes.map(({ write }) => write.bytes)) },
        fsync: { max: { us: Math.max(...minutes.map(({ fsync }) => fsync.max.us)) } },
        busy: { pct: Math.max(...minutes.map(({ busy }) => busy.pct)) },
      });
      expect(io?.last_minute.write.latency).toEqual(ops === 0 ? undefined : { us: us / ops });
    }
    const written = sum(servers.map(({ io }) => io?.last_minute.write.ops ?? 0));
    expect(written).toBeGreaterThan(0);
  });

  it('name the id of servers that have one address, which is a dimension then', async () => {
    const list = Buffer.from(packetOf('3.0.117/graceful-stop', 'cserv-list.response'));
    for (let record = 0; record < 2; record += 1) list.set([10, 1, 1, 1], 8 + 69 * record + 4);
    const documents = await collect(await storage.master('3.0.117/normal', { 500: list }));
    const samples = samplesOf(ofDataset(documents, 'chunkserver'));
    expect(samples.map(({ entity, dimensions }) => [entity.name, dimensions])).toEqual([
      ['10.1.1.1:9422', { server_id: expect.stringMatching(/^[123]$/) }],
      ['10.1.1.1:9422', { server_id: expect.stringMatching(/^[123]$/) }],
      [expect.any(String), {}],
    ]);
    expect(new Set(samples.slice(0, 2).map(({ dimensions }) => dimensions.server_id)).size).toBe(2);
  });
});

describe('the limits that ship', () => {
  const limitsOf = async (moment: string, dataset: string, changes = {}): Promise<string[]> => {
    const list = packetOf(moment, 'cserv-list.response');
    const documents = await collect(await storage.master('3.0.117/normal', { 500: list, ...changes }));
    return samplesOf(ofDataset(documents, dataset)).flatMap(beyond);
  };

  it('hold for nothing of a healthy storage', async () => {
    const documents = await collect(await storage.master('3.0.117/normal'));
    // The captured master had just been started: it has three hours for its first save.
    expect(samplesOf(documents).flatMap(beyond)).toEqual(['moosefs.master.save.never critical 180 min']);
  });

  it('make a chunkserver that was killed critical at once', async () => {
    expect(await limitsOf('3.0.117/one-down', 'chunkserver')).toEqual(['moosefs.chunkserver.connected critical 0 min']);
  });

  it('make one that was stopped on purpose a warning', async () => {
    expect(await limitsOf('3.0.117/graceful-stop', 'chunkserver')).toEqual([
      'moosefs.chunkserver.planned_stop warning 0 min',
    ]);
  });

  it('say nothing of one that is in maintenance and connected', async () => {
    expect(await limitsOf('3.0.117/maintenance', 'chunkserver')).toEqual([]);
  });

  it('make errors of disks a warning', async () => {
    expect(await limitsOf('3.0.117/disk-error', 'chunkserver')).toContain('moosefs.chunkserver.errors warning 0 min');
    expect(await limitsOf('3.0.117/normal', 'chunkserver')).toEqual([]);
  });

  it('make chunks without a copy critical', async () => {
    const documents = await collect(await storage.master('3.0.117/one-down-missing'));
    expect(beyond(samplesOf(documents)[0]!)).toEqual(['moosefs.master.chunks.missing critical 1 min']);
    expect(masterOf(documents)).toMatchObject({
      status: 'degraded',
      reason: expect.stringContaining('2 chunks without any copy; 1 of 3 chunkservers disconnected'),
    });
  });

  it('say nothing of missing chunks while the master is still counting its servers', async () => {
    const matrix = Buffer.from(packetOf('3.0.117/one-down-missing', 'chunks-matrix.response'));
    matrix[8] = 2;
    const documents = await collect(await storage.master('3.0.117/one-down-missing', { 516: matrix }));
    expect(masterOf(documents).chunks).not.toHaveProperty('missing');
  });

  describe('for the last save of the metadata', () => {
    /** The bytes of the save in the answer of 149 bytes: time, duration, status; then 20 and 8 bytes, and the time of the master. */
    const saved = async (ageSeconds: number, status: number): Promise<StorageDocument[]> => {
      const info = Buffer.from(packetOf('3.0.117/one-down-missing', 'info.response'));
      const nowUs = Number(info.readBigUInt64BE(8 + 137));
      if (ageSeconds > 0) info.writeUInt32BE(Math.floor(nowUs / 1e6 - ageSeconds), 8 + 100);
      else info.writeUInt32BE(0, 8 + 100);
      info.writeUInt8(status, 8 + 108);
      return collect(await storage.master('3.0.117/normal', { 510: info }));
    };
    const limits = (documents: readonly StorageDocument[]) => beyond(samplesOf(documents)[0]!);

    it('are not reached by one an hour ago, in the background, downloaded, or of the checksum alone', async () => {
      for (const status of [0, 1, 3]) expect(limits(await saved(3_600, status))).toEqual([]);
    });

    it('are critical for one that is older than three hours, by the clock of the master', async () => {
      const documents = await saved(3 * 3_600 + 60, 0);
      expect(limits(documents)).toEqual(['moosefs.master.save.age.sec critical 0 min']);
      expect(masterOf(documents).reason).toBe('the metadata was last saved 3.0 h ago');
    });

    it('are critical for a status that no version calls a success', async () => {
      const documents = await saved(60, 4);
      expect(limits(documents)).toEqual(['moosefs.master.save.failed critical 0 min']);
      expect(masterOf(documents)).toMatchObject({ status: 'degraded', save: { state: 'unknown (4)' } });
    });

    it('are a warning for one in the foreground, for which clients waited', async () => {
      expect(limits(await saved(60, 2))).toEqual(['moosefs.master.save.foreground warning 0 min']);
    });

    it('are critical after three hours for a master that has not saved since its start', async () => {
      expect(limits(await saved(0, 0))).toEqual(['moosefs.master.save.never critical 180 min']);
    });
  });
});

describe('a master that cannot be collected', () => {
  const statusOf = async (port: number, more: object = {}) => {
    const documents = await collect(port, more);
    expect(documents).toHaveLength(1);
    const [sample] = samplesOf(documents);
    const { status, reason } = masterOf(documents);
    return { status, reason: reason!.replace(/127\.0\.0\.1:\d+/, 'MASTER'), limits: beyond(sample!) };
  };
  const down = ['moosefs.master.up critical 1 min', 'moosefs.master.collected warning 5 min'];

  it('is down if nothing listens, and its document says so', async () => {
    expect(await statusOf(await storage.loopback.deadPort())).toEqual({
      status: 'down',
      reason: 'MASTER refused the connection: nothing listens there',
      limits: down,
    });
  });

  it('is down if it accepts and says nothing', async () => {
    const { status, reason, limits } = await statusOf(await storage.serve({ 510: () => {} }), { idleMs: 50 });
    expect([status, reason, limits]).toEqual(['down', 'MASTER sent nothing for 50 ms, asked for INFO', down]);
  });

  it('is down if it stops in the middle of its list', async () => {
    const half = packetOf('3.0.117/normal', 'cserv-list.response').subarray(0, 100);
    const port = await storage.master('3.0.117/normal', { 500: (socket) => void socket.end(half) });
    expect((await statusOf(port)).reason).toBe(
      'MASTER closed the connection after 92 of 207 bytes, asked for CSERV_LIST',
    );
  });

  it('is unknown if its answer cannot be read, with what was expected', async () => {
    const port = await storage.serve({ 510: encodePacket(511, Buffer.alloc(230)) });
    const { status, reason, limits } = await statusOf(port);
    expect([status, limits]).toEqual(['unknown', ['moosefs.master.collected warning 5 min']]);
    expect(reason).toContain('the answer INFO: 230 bytes of version 0.0.0, expected 76 (LizardFS)');
  });

  it('is given up after the whole time, however it answers', async () => {
    const port = await storage.serve({
      510: (socket) => {
        socket.write(packetOf('3.0.117/normal', 'info.response').subarray(0, 20), function again() {
          if (socket.writable) setTimeout(() => socket.write('.', again), 40);
        });
      },
    });
    expect(await statusOf(port, { totalMs: 200 })).toMatchObject({ status: 'down', limits: down });
  });

  it('is no document if the collection is cancelled: a process that ends must not page', async () => {
    const stop = new AbortController();
    const port = await storage.serve({ 510: () => stop.abort(new Error('the process ends')) });
    const target = { ...targetDefaults, host: '127.0.0.1', port };
    const collecting = collectStorage(target, { ...deps, signal: stop.signal });
    await expect(collecting).rejects.toThrow('the process ends');
  });

  it('is no document either if it is cancelled while chunkservers are asked', async () => {
    const stop = new AbortController();
    const silent = await storage.serve({ 600: () => stop.abort(new Error('the process ends')) });
    const list = Buffer.from(packetOf('3.0.117/normal', 'cserv-list.response').subarray(0, 8 + 69));
    list.writeUInt32BE(69, 4);
    list.set([127, 0, 0, 1], 8 + 4);
    list.writeUInt16BE(silent, 8 + 8);
    const port = await storage.master('3.0.117/normal', { 500: list });
    const target = { ...targetDefaults, host: '127.0.0.1', port };
    const collecting = collectStorage(target, { ...deps, signal: stop.signal });
    await expect(collecting).rejects.toThrow('the process ends');
  });
});
