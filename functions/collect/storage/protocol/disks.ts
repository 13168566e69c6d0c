import { ByteReader } from './byte-reader.ts';

/** The operations of one kind on a disk in a minute. The fields are gauges over a window: two readings in it are the same. */
export interface DiskOperations {
  readonly operations: number;
  /** The time of all operations, and of the longest one, us. */
  readonly totalUs: number;
  readonly maxUs: number;
}

/** A disk of a chunkserver. */
export interface Disk {
  readonly path: string;
  readonly isMarkedForRemoval: boolean;
  /** Means that it failed more often than its server tolerates: it is used no more. */
  readonly isDamaged: boolean;
  readonly isInvalid: boolean;
  /** The share of the disk that has been scanned, in percent; absent if it is not being scanned. Space is unknown meanwhile. */
  readonly scannedPercent?: number;
  /** The time of its last error, seconds since 1970, and the chunk; 0 for none. */
  readonly lastError: { readonly atSeconds: number; readonly chunk: number };
  readonly usedBytes: number;
  readonly totalBytes: number;
  readonly chunks: number;
  /** The operations of the last whole minute. */
  readonly minute: {
    readonly read: DiskOperations & { readonly bytes: number };
    readonly write: DiskOperations & { readonly bytes: number };
    readonly fsync: DiskOperations;
  };
}

/** The bytes of an entry besides its path: fixed fields, and a block of statistics for the minute, the hour and the day. */
const blockBytes = 64;
const entryBytes = 34 + 3 * blockBytes;

/**
 * Decodes the list of disks (601) of a chunkserver of MooseFS 3 and 4, LizardFS or SaunaFS.
 * @throws {UnreadableAnswerError}
 */
export function decodeDisks(body: Uint8Array): Disk[] {
  const reader = new ByteReader(body, 'the list of disks');
  const disks: Disk[] = [];
  while (reader.left > 0) disks.push(diskOf(reader));
  return disks;
}

function diskOf(reader: ByteReader): Disk {
  const size = reader.u16('size of the entry');
  const pathBytes = reader.u8('length of the path');
  if (size !== pathBytes + entryBytes)
    throw reader.unexpected('size of the entry', size, `${pathBytes + entryBytes} for a path of ${pathBytes} bytes`);
  const path = reader.text(pathBytes, 'path');
  const flags = reader.u8('flags');
  if (flags > 15) throw reader.unexpected('flags', flags, 'at most 15');
  const chunk = reader.u64('chunk of the last error');
  const atSeconds = reader.u32('time of the last error');
  const used = reader.u64('used space');
  const isScanned = (flags & 4) !== 0;
  const totalBytes = reader.u64('total space');
  const chunks = reader.u32('chunks');
  const minute = minuteOf(reader);
  reader.skip(2 * blockBytes, 'statistics of the hour and the day');
  return {
    path,
    isMarkedForRemoval: (flags & 1) !== 0,
    isDamaged: (flags & 2) !== 0,
    isInvalid: (flags & 8) !== 0,
    ...(isScanned ? { scannedPercent: used } : {}),
    lastError: { atSeconds, chunk },
    usedBytes: isScanned ? 0 : used,
    totalBytes,
    chunks,
    minute,
  };
}

function minuteOf(reader: ByteReader): Disk['minute'] {
  const bytes = { read: reader.u64('bytes read'), write: reader.u64('bytes written') };
  const totalUs = { read: reader.u64('read time'), write: reader.u64('write time'), fsync: reader.u64('fsync time') };
  const operations = { read: reader.u32('reads'), write: reader.u32('writes'), fsync: reader.u32('fsyncs') };
  const maxUs = {
    read: reader.u32('longest read'),
    write: reader.u32('longest write'),
    fsync: reader.u32('longest fsync'),
  };
  const of = (kind: 'read' | 'write' | 'fsync'): DiskOperations => ({
    operations: operations[kind],
    totalUs: totalUs[kind],
    maxUs: maxUs[kind],
  });
  return {
    read: { ...of('read'), bytes: bytes.read },
    write: { ...of('write'), bytes: bytes.write },
    fsync: of('fsync'),
  };
}
