import type { ComponentStatus } from '../../shared/domain/component-status.ts';
import { type MinuteFields, minuteOf } from './minute-fields.ts';
import type { Mount } from './mounts.ts';
import type { Chunkserver, Stored } from './protocol/chunkservers.ts';
import type { Disk } from './protocol/disks.ts';
import type { MetadataSave } from './protocol/info.ts';
import { type Software, versionText } from './protocol/software.ts';
import type { DiskOfServer, StorageSnapshot } from './snapshot.ts';
import { diskStatus, isPlannedStop, isSaveFailed, saveAgeSeconds, serverStatus } from './status.ts';

/** A number of bytes, as the names of metrics have it: `space.used.bytes`. */
interface Bytes {
  readonly bytes: number;
}

/** The fields of `moosefs.chunkserver`. Those of a disconnected one have no numbers, because its master knows none. */
export interface ServerFields extends ComponentStatus {
  readonly ip: string;
  readonly port: number;
  readonly id?: number;
  /** The place in the answer of the master, from 1. A text, which is a fact and no measurement. */
  readonly position: string;
  /** The id once more, where several servers of an answer have one address. */
  readonly server_id?: string;
  /** The connection to its master; absent for a planned stop, which is no fault and which `planned_stop` tells. */
  readonly connected?: boolean;
  readonly planned_stop: boolean;
  readonly maintenance: string;
  readonly version?: string;
  readonly labels?: readonly string[];
  readonly removal?: string;
  readonly load?: { readonly value: number; readonly state: string };
  readonly chunks?: number;
  readonly errors?: number;
  readonly space?: { readonly used: Bytes & { readonly pct?: number }; readonly total: Bytes };
  /** The sums over its disks; absent where they were not read. */
  readonly io?: { readonly last_minute: MinuteFields };
  readonly marked_for_removal?: { readonly chunks: number; readonly used: Bytes; readonly total: Bytes };
}

/** The fields of `moosefs.disk`. */
export interface DiskFields {
  readonly chunkserver: { readonly ip: string; readonly port: number };
  readonly path: string;
  readonly state: ComponentStatus['status'];
  readonly reason?: string;
  readonly status: readonly string[];
  readonly damaged: boolean;
  readonly last_error: { readonly time: number; readonly chunk: number };
  readonly chunks: number;
  /** The space; absent while the disk is scanned, because its server does not know it then. */
  readonly space?: { readonly used: Bytes & { readonly pct?: number }; readonly total: Bytes };
  readonly io: { readonly last_minute: MinuteFields };
}

/** The fields of `moosefs.master`. Of one that gave no answer there is only its status. */
export interface MasterFields extends ComponentStatus {
  /** A flag: the master serves. It is absent if that is unknown. */
  readonly up?: boolean;
  /** A flag: this collection saw the storage. */
  readonly collected: boolean;
  readonly product?: string;
  readonly version?: string;
  readonly memory?: { readonly rss: Bytes };
  readonly cpu?: Readonly<Record<'system' | 'user', { readonly pct: number }>>;
  readonly space?: Readonly<Partial<Record<'total' | 'available' | 'free' | 'trash' | 'sustained', Bytes>>>;
  readonly objects?: Readonly<Record<'all' | 'directories' | 'files', number>>;
  readonly chunks?: Readonly<Record<string, number>>;
  readonly chunkservers?: { readonly count: number; readonly connected: number };
  readonly mounts?: number;
  readonly save?: SaveFields;
  readonly unread_parts?: number;
}

/** The fields about the last save of the metadata. */
interface SaveFields {
  /** The seconds since the last one that succeeded; absent if there was none since the master started. */
  readonly age?: { readonly sec: number };
  readonly never: boolean;
  readonly failed: boolean;
  readonly foreground: boolean;
  readonly duration: { readonly ms: number };
  readonly state: string;
}

/** The fields of `moosefs.session`: a mount of a client. */
export interface SessionFields {
  readonly name: string;
  readonly ip: string;
  readonly mount_point: string;
  readonly root: string;
  readonly version: string;
  readonly count: number;
  readonly open_files?: number;
  readonly operations: Readonly<Record<'all' | 'read' | 'write', number>>;
}

/** The field `moosefs` of a document: one of these. */
export interface MooseFsFields {
  readonly master?: MasterFields;
  readonly chunkserver?: ServerFields;
  readonly disk?: DiskFields;
  readonly session?: SessionFields;
}

const bytes = (count: number): Bytes => ({ bytes: count });

/** Returns used and total space, with the share if there is any: all disks of a server may be damaged. */
function spaceOf({ usedBytes, totalBytes }: Pick<Stored, 'usedBytes' | 'totalBytes'>) {
  const share = totalBytes === 0 ? {} : { pct: usedBytes / totalBytes };
  return { used: { bytes: usedBytes, ...share }, total: bytes(totalBytes) };
}

/** The place of a chunkserver in an answer. */
interface Place {
  /** The number of servers in front of it. */
  readonly nth: number;
  /** Means that another server of the answer has the same address. */
  readonly isRepeated: boolean;
  /** The disks of the server; empty where they were not read. */
  readonly disks: readonly Disk[];
}

/** Returns the fields of a chunkserver. */
export function serverFields(server: Chunkserver, { nth, isRepeated, disks }: Place): ServerFields {
  const { ip, port, id, isConnected, maintenance, version, labels, removal, load } = server;
  const isPlanned = isPlannedStop(server);
  const identity = {
    ip,
    port,
    ...(id === undefined ? {} : { id }),
    position: String(nth + 1),
    ...(isRepeated && id !== undefined ? { server_id: String(id) } : {}),
    ...(isPlanned ? {} : { connected: isConnected }),
    planned_stop: isPlanned,
    maintenance,
    ...serverStatus(server),
  };
  if (!isConnected) return identity;
  const { markedForRemoval: marked, chunks, errors } = server;
  return {
    ...identity,
    ...(version === undefined ? {} : { version }),
    labels,
    ...(removal === undefined || marked.totalBytes === 0 ? {} : { removal }),
    ...(load === undefined ? {} : { load }),
    chunks,
    errors,
    space: spaceOf(server),
    // Of servers with one address it is not known which one answered.
    ...(disks.length === 0 || isRepeated ? {} : { io: { last_minute: minuteOf(disks) } }),
    marked_for_removal: { chunks: marked.chunks, used: bytes(marked.usedBytes), total: bytes(marked.totalBytes) },
  };
}

/** Returns the fields of a disk. */
export function diskFields({ ip, port, disk }: DiskOfServer): DiskFields {
  const { path, lastError, chunks, isDamaged, scannedPercent } = disk;
  const { status: state, ...reason } = diskStatus(disk);
  return {
    chunkserver: { ip, port },
    path,
    state,
    ...reason,
    status: flagsOf(disk),
    damaged: isDamaged,
    last_error: { time: lastError.atSeconds, chunk: lastError.chunk },
    chunks,
    ...(scannedPercent === undefined ? { space: spaceOf(disk) } : {}),
    io: { last_minute: minuteOf([disk]) },
  };
}

function flagsOf({ isDamaged, isInvalid, isMarkedForRemoval, scannedPercent }: Disk): string[] {
  const flags = [
    ...(isMarkedForRemoval ? ['marked for removal'] : []),
    ...(isDamaged ? ['damaged'] : []),
    ...(scannedPercent === undefined ? [] : ['scanning']),
    ...(isInvalid ? ['invalid'] : []),
  ];
  return flags.length === 0 ? ['ok'] : flags;
}

/** Returns the fields of a master that answered. */
export function masterFields(
  { info, servers, chunkStates, unread }: StorageSnapshot,
  status: ComponentStatus,
  { mounts, atMs }: { readonly mounts: number | undefined; readonly atMs: number },
): MasterFields {
  const { systemShare, userShare, chunkCopies, regularCopies, freeBytes, save } = info;
  const ageSeconds = saveAgeSeconds(info, atMs / 1_000);
  return {
    ...status,
    up: true,
    collected: true,
    ...softwareFields(info.software),
    memory: { rss: bytes(info.memoryBytes) },
    ...(systemShare === undefined || userShare === undefined
      ? {}
      : { cpu: { system: { pct: systemShare }, user: { pct: userShare } } }),
    space: {
      total: bytes(info.totalBytes),
      available: bytes(info.availableBytes),
      ...(freeBytes === undefined ? {} : { free: bytes(freeBytes) }),
      trash: bytes(info.trashBytes),
      sustained: bytes(info.sustainedBytes),
    },
    objects: { all: info.objects, directories: info.directories, files: info.files },
    chunks: {
      count: info.chunks,
      ...(chunkCopies === undefined ? {} : { copies: chunkCopies }),
      ...(regularCopies === undefined ? {} : { regular_copies: regularCopies }),
      ...(chunkStates === undefined ? {} : stateCounts(chunkStates)),
    },
    chunkservers: { count: servers.length, connected: servers.filter(({ isConnected }) => isConnected).length },
    ...(mounts === undefined ? {} : { mounts }),
    ...(save === undefined ? {} : { save: saveFields(save, ageSeconds) }),
    unread_parts: unread.length,
  };
}

/** Returns the chunks that miss copies; none while the master is still counting, because they may be wrong then. */
function stateCounts({ missing, endangered, undergoal, isCounting }: NonNullable<StorageSnapshot['chunkStates']>) {
  if (isCounting) return {};
  return { missing, endangered, ...(undergoal === undefined ? {} : { undergoal }) };
}

const softwareFields = ({ product, version }: Software) => ({ product, version: versionText(version) });

const saveStates = ['in the background', 'downloaded from another master', 'in the foreground', 'its checksum alone'];
const foregroundStatus = 2;

function saveFields(save: MetadataSave, ageSeconds: number | undefined): SaveFields {
  const isNever = ageSeconds === undefined;
  const state = saveStates[save.status] ?? `unknown (${save.status})`;
  return {
    ...(isNever ? {} : { age: { sec: ageSeconds } }),
    never: isNever,
    failed: isSaveFailed(save),
    // The master could not start a second process, and clients waited while it saved.
    foreground: !isNever && save.status === foregroundStatus,
    duration: { ms: save.durationMs },
    state: isNever && save.status === 0 ? 'none since the master started' : state,
  };
}

/** Returns the fields of a master that gave no answer that can be read. */
export const failureFields = (status: ComponentStatus): MasterFields => ({
  ...status,
  ...(status.status === 'down' ? { up: false } : {}),
  collected: false,
});

/** Returns the fields of a mount. */
export const sessionFields = (mount: Mount): SessionFields => ({
  name: mount.name,
  ip: mount.ip,
  mount_point: mount.mountPoint,
  root: mount.root,
  version: mount.version,
  count: mount.sessions,
  ...(mount.openFiles === undefined ? {} : { open_files: mount.openFiles }),
  operations: mount.operations,
});
