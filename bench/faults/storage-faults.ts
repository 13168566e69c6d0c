import type { Random } from '../quality/random.ts';
import type { Collection } from './collections.ts';
import { between, type FaultKind, oneOf, type StorageNode, storageNodes } from './fault.ts';
import { addAt, type Document, multiplyAt, numberAt, setAt } from './fields.ts';

const entitiesOf = ({ host, chunkserver }: StorageNode): string[] => [`host/${host}`, `chunkserver/${chunkserver}`];

const diskOf = (collection: Collection, host: string, device: string): Document | undefined =>
  collection.get(`system.diskio ${host} ${device}`);

/** A disk needs many times longer for each request, and is busy nearly all the time. */
const slowDisk: FaultKind = {
  name: 'slow disk',
  collections: 30,
  pages: true,
  place(random: Random) {
    const node = oneOf(storageNodes, random);
    const { device, mount } = oneOf(node.disks, random);
    const factor = between(15, 60, random);
    return {
      entities: entitiesOf(node),
      change(collection, _nth, { periodMs }) {
        const disk = diskOf(collection, node.host, device);
        if (disk !== undefined) {
          for (const way of ['read', 'write']) multiplyAt(disk, `system.diskio.${way}.time`, factor);
          const busyMs = numberAt(disk, 'system.diskio.io.time') * factor;
          setAt(disk, 'system.diskio.io.time', Math.round(Math.min(0.98 * periodMs, busyMs + 0.6 * periodMs)));
        }
        const served = collection.get(`moosefs.disk node-m ${mount}/`);
        if (served === undefined) return;
        for (const way of ['read', 'write']) {
          for (const what of ['time', 'max'])
            multiplyAt(served, `moosefs.disk.io.last_minute.${way}.${what}.us`, factor);
        }
      },
    };
  },
};

const fillCollections = 90;

/** A disk fills up to 98 % at an even rate, and is cleaned up. */
const fullDisk: FaultKind = {
  name: 'full disk',
  collections: fillCollections,
  pages: true,
  place(random: Random) {
    const node = oneOf(storageNodes, random);
    const { device, mount } = oneOf(node.disks, random);
    // It is full after two thirds of the time.
    const filled = (nth: number): number => Math.min(1, (nth + 1) / (fillCollections * 0.67));
    return {
      entities: entitiesOf(node),
      change(collection, nth) {
        const files = collection.get(`system.filesystem ${node.host} ${mount}`);
        if (files !== undefined) fillFileSystem(files, filled(nth));
        const disk = collection.get(`moosefs.disk node-m ${mount}/`);
        const path = 'moosefs.disk.space.used.bytes';
        if (disk !== undefined)
          setAt(disk, path, filledBytes(disk, path, 'moosefs.disk.space.total.bytes', filled(nth)));
        const writes = diskOf(collection, node.host, device);
        if (writes !== undefined && filled(nth) < 1) {
          addAt(writes, 'system.diskio.write.bytes', Math.round(3e9 / (fillCollections * 0.67)));
        }
      },
    };
  },
};

function filledBytes(document: Document, usedPath: string, totalPath: string, share: number): number {
  const [used, total] = [numberAt(document, usedPath), numberAt(document, totalPath)];
  return Math.round(used + share * (0.98 * total - used));
}

function fillFileSystem(document: Document, share: number): void {
  const total = numberAt(document, 'system.filesystem.total');
  const used = filledBytes(document, 'system.filesystem.used.bytes', 'system.filesystem.total', share);
  setAt(document, 'system.filesystem.used.bytes', used);
  setAt(document, 'system.filesystem.used.pct', Math.round((used / total) * 1e4) / 1e4);
  setAt(document, 'system.filesystem.free', total - used);
  setAt(document, 'system.filesystem.available', total - used);
}

/** A chunkserver is lost, as in the recording: the list has it without numbers, and its disks are absent. */
const lostChunkserver: FaultKind = {
  name: 'lost chunkserver',
  collections: 30,
  pages: true,
  place(random: Random) {
    const node = oneOf(storageNodes, random);
    return {
      entities: entitiesOf(node),
      change(collection) {
        const listed = collection.get(`moosefs.chunkserver node-m ${node.ip}`);
        if (listed !== undefined) {
          const { id, port } = (listed.moosefs as { chunkserver: Document }).chunkserver;
          const lost = { id, ip: node.ip, port, connected: false, maintenance: 'off' };
          setAt(listed, 'moosefs.chunkserver', lost);
        }
        for (const { mount } of node.disks) collection.delete(`moosefs.disk node-m ${mount}/`);
        const master = collection.get('moosefs.master node-m');
        if (master !== undefined) {
          for (const what of ['total', 'available', 'free']) {
            multiplyAt(master, `moosefs.master.space.${what}.bytes`, 2 / 3);
          }
        }
        const network = collection.get(`system.network ${node.host} eth0`);
        if (network !== undefined) {
          for (const path of ['in.bytes', 'in.packets', 'out.bytes', 'out.packets']) {
            multiplyAt(network, `system.network.${path}`, 0.05);
          }
        }
      },
    };
  },
};

/** The backup job of the recording runs twice more than planned: 40 MB in 10 s, written to two chunkservers. */
const backupJob: FaultKind = {
  name: 'backup job',
  collections: 2,
  pages: false,
  place(random: Random) {
    const targets = storageNodes.filter((node) => node !== oneOf(storageNodes, random)).slice(0, 2);
    const bytes = Math.round(between(35e6, 42e6, random));
    return {
      entities: [],
      change(collection) {
        const client = collection.get('system.network node-m eth0');
        if (client !== undefined) {
          addAt(client, 'system.network.out.bytes', bytes);
          addAt(client, 'system.network.out.packets', Math.round(bytes / 9_000));
        }
        for (const { host, disks } of targets) {
          const network = collection.get(`system.network ${host} eth0`);
          if (network !== undefined) {
            addAt(network, 'system.network.in.bytes', bytes);
            addAt(network, 'system.network.in.packets', Math.round(bytes / 9_000));
          }
          const disk = diskOf(collection, host, disks[0]!.device);
          if (disk !== undefined) addAt(disk, 'system.diskio.write.bytes', bytes);
        }
      },
    };
  },
};

export const storageFaults: readonly FaultKind[] = [slowDisk, fullDisk, lostChunkserver, backupJob];
