import { describe, expect, it } from 'vitest';
import { decodeChunkMatrix } from '../../../../../functions/collect/storage/protocol/chunk-states.ts';
import {
  type Chunkserver,
  decodeLizardFsServers,
  decodeMooseFsServers,
} from '../../../../../functions/collect/storage/protocol/chunkservers.ts';
import { type Disk, decodeDisks } from '../../../../../functions/collect/storage/protocol/disks.ts';
import { decodeInfo } from '../../../../../functions/collect/storage/protocol/info.ts';
import {
  chunkStatesRequest,
  disksRequest,
  infoRequest,
  serversRequest,
  sessionsRequest,
} from '../../../../../functions/collect/storage/protocol/packets.ts';
import { decodeSessions } from '../../../../../functions/collect/storage/protocol/sessions.ts';
import { versionText } from '../../../../../functions/collect/storage/protocol/software.ts';
import { encodePacket } from '../../../../../functions/shared/adapters/packets/frame.ts';
import type { PacketRequest } from '../../../../../functions/shared/ports/packet-network.ts';
import {
  answerOf,
  answersOf,
  captures,
  type ExpectedDisk,
  type ExpectedServer,
  moments,
  packetOf,
} from '../captures.ts';

const withInfo = moments.filter((moment) => answersOf(moment).includes('info'));
const softwareOf = (moment: string) => decodeInfo(answerOf(moment, 'info')).software;

const serversOf = (moment: string): Chunkserver[] =>
  moment.startsWith('lizardfs')
    ? decodeLizardFsServers(answerOf(moment, 'liz-cserv-list'))
    : decodeMooseFsServers(answerOf(moment, 'cserv-list'), softwareOf(moment));

/** Returns a decoded server under the names of the captures' own decoder. */
const plainServer = (server: Chunkserver): Partial<ExpectedServer> => ({
  connected: server.isConnected,
  version: server.version ?? null,
  ip: server.ip,
  port: server.port,
  used: server.usedBytes,
  total: server.totalBytes,
  chunks: server.chunks,
  removal_used: server.markedForRemoval.usedBytes,
  removal_total: server.markedForRemoval.totalBytes,
  removal_chunks: server.markedForRemoval.chunks,
  errors: server.errors,
  ...(server.load === undefined ? { label: server.labels[0] ?? '_' } : ofMooseFs(server)),
});

const ofMooseFs = ({ id, load, labels, maintenance }: Chunkserver): Partial<ExpectedServer> => ({
  id: id!,
  load: load!.value,
  labels: labels.join(''),
  maintenance,
});

const plainDisk = ({ minute: { read, write, fsync }, lastError, ...disk }: Disk): ExpectedDisk => ({
  path: disk.path,
  flags: (disk.isMarkedForRemoval ? 1 : 0) + (disk.isDamaged ? 2 : 0) + (disk.isInvalid ? 8 : 0),
  error_chunk: lastError.chunk,
  error_time: lastError.atSeconds,
  used: disk.usedBytes,
  total: disk.totalBytes,
  chunks: disk.chunks,
  stats: {
    minute: {
      read_bytes: read.bytes,
      write_bytes: write.bytes,
      read_us: read.totalUs,
      write_us: write.totalUs,
      fsync_us: fsync.totalUs,
      read_ops: read.operations,
      write_ops: write.operations,
      fsync_ops: fsync.operations,
      read_max_us: read.maxUs,
      write_max_us: write.maxUs,
      fsync_max_us: fsync.maxUs,
    },
  },
});

describe.each(withInfo)('the capture %s', (moment) => {
  const { expected, tool } = captures[moment]!;

  it('has the servers that its own decoder found, in their order', () => {
    const servers = serversOf(moment).map(plainServer);
    expect(servers).toHaveLength(expected.chunkservers!.length);
    for (const [nth, server] of servers.entries()) expect(expected.chunkservers![nth]).toMatchObject(server);
  });

  it('has the disks that its own decoder found', () => {
    const lists = answersOf(moment).filter((name) => name.startsWith('hdd-list'));
    for (const name of lists) {
      const disks = decodeDisks(answerOf(moment, name)).map(plainDisk);
      const address = `${name.replace('hdd-list.', '')}:9422`;
      expect(disks.length).toBeGreaterThan(0);
      for (const [nth, disk] of disks.entries()) expect(expected.disks![address]![nth]).toMatchObject(disk);
    }
  });

  it('has the totals that its own decoder found', () => {
    const info = decodeInfo(answerOf(moment, 'info'));
    const { software, save } = info;
    // The captures in which only servers matter have fewer fields.
    const totals: Readonly<Record<string, number | string | undefined>> = {
      version: versionText(software.version),
      memory: info.memoryBytes,
      total: info.totalBytes,
      available: info.availableBytes,
      free: info.freeBytes,
      trash: info.trashBytes,
      trash_files: info.trashFiles,
      objects: info.objects,
      directories: info.directories,
      files: info.files,
      chunks: info.chunks,
      chunk_copies: info.chunkCopies,
      regular_copies: info.regularCopies,
      last_store_ts: save?.savedAtSeconds,
      last_store_duration: save?.durationMs,
      last_store_status: save?.status,
      us_timestamp: info.nowSeconds === undefined ? undefined : Math.round(info.nowSeconds * 1e6),
    };
    for (const [name, value] of Object.entries(expected.info ?? {}))
      if (totals[name] !== undefined) expect([name, totals[name]]).toEqual([name, value]);
  });

  it('has the classes of chunks that mfscli prints', () => {
    if (tool['mfscli-SIC'] === undefined) return;
    const states = decodeChunkMatrix(answerOf(moment, 'chunks-matrix'));
    for (const name of ['missing', 'endangered', 'undergoal'] as const) {
      const printed = new RegExp(`^all chunks matrix:\\|chunkclass ${name}:\\|(\\d+)$`, 'm').exec(tool['mfscli-SIC']);
      expect([name, states[name]]).toEqual([name, Number(printed![1])]);
    }
  });
});

describe('the sessions of MooseFS 3.0.117', () => {
  // mfscli -SMS: active mounts, parameters:|1|10.77.0.10|/mnt/mfs|0|1|3.0.117|/|… (id, address, mount point, open files, connections)
  it('are those that mfscli prints', () => {
    const software = softwareOf('3.0.117/empty');
    expect(decodeSessions(answerOf('3.0.117/empty', 'session-list'), software)).toEqual([
      {
        id: 1,
        ip: '10.77.0.10',
        version: '3.0.117',
        mountPoint: '/mnt/mfs',
        root: '/',
        openFiles: 0,
        connections: 1,
        // 1 statfs and 2 getattr, by hand from the bytes: mfscli prints the last hour.
        operations: { all: 3, read: 0, write: 0 },
      },
    ]);
  });

  // Read by hand from the bytes: 1 statfs, 2 getattr, 1 setattr, 9 lookup, 1 mkdir, 1 mknod, 2 open, 0x1979 write.
  it('count operations of the current hour', () => {
    const [session] = decodeSessions(answerOf('3.0.117/normal', 'session-list'), softwareOf('3.0.117/normal'));
    expect(session).toMatchObject({ openFiles: 1, operations: { write: 0x1979, read: 0 } });
    expect(session!.operations.all).toBe(0x1979 + 17);
  });
});

it('a master of MooseFS 4.35 or newer that ignores the mode sends the record of 4.26', () => {
  const body = answerOf('4.59.2/mode-absent', 'cserv-list');
  const servers = decodeMooseFsServers(body, { product: 'MooseFS', version: [4, 34, 0] });
  expect(servers.map(({ ip, errors }) => [ip, errors])).toEqual([
    ['10.77.0.12', 0],
    ['10.77.0.11', 33],
    ['10.77.0.13', 0],
  ]);
});

describe('a stop that was planned', () => {
  it('is temporary maintenance in MooseFS', () => {
    const stopped = serversOf('3.0.117/graceful-stop').filter(({ isConnected }) => !isConnected);
    expect(stopped.map(({ maintenance }) => maintenance)).toEqual(['temporary']);
    const killed = serversOf('3.0.117/one-down').filter(({ isConnected }) => !isConnected);
    expect(killed.map(({ maintenance }) => maintenance)).toEqual(['off']);
  });
});

describe('the requests', () => {
  const sent = ({ type, body }: PacketRequest): string => encodePacket(type, body).toString('hex');
  const requestOf = (moment: string, name: string): string => packetOf(moment, `${name}.request`).toString('hex');

  it.each([
    ['3.0.117/normal', 'info', infoRequest],
    ['3.0.117/normal', 'cserv-list', serversRequest(softwareOf('3.0.117/normal'))],
    ['3.0.117/normal', 'chunks-matrix', chunkStatesRequest(softwareOf('3.0.117/normal'))],
    ['3.0.117/normal', 'session-list', sessionsRequest(softwareOf('3.0.117/normal'))],
    ['3.0.117/normal', 'hdd-list.10.77.0.11', disksRequest],
    ['4.59.2/normal', 'cserv-list', serversRequest(softwareOf('4.59.2/normal'))],
  ] as const)('%s sends the bytes of the captured %s', (moment, name, request) => {
    expect(sent(request)).toBe(requestOf(moment, name));
  });

  // LIZARDFS.md of the captures: the tool sends 1 in the last byte, the web page 0; the master ignores it.
  it('of LizardFS differs from that of lizardfs-admin in a byte that is ignored', () => {
    const request = sent(serversRequest(softwareOf('lizardfs-3.10.4/normal')));
    expect(request.slice(0, -2)).toBe(requestOf('lizardfs-3.10.4/normal', 'liz-cserv-list').slice(0, -2));
  });
});
