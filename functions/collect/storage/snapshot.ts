import type { ChunkStates } from './protocol/chunk-states.ts';
import type { Chunkserver } from './protocol/chunkservers.ts';
import type { Disk } from './protocol/disks.ts';
import type { MasterInfo } from './protocol/info.ts';
import type { Session } from './protocol/sessions.ts';

/** A part of a storage that could not be read, although the master answered. */
export interface UnreadPart {
  /** The name of the part: `the disks of 10.77.0.11:9422`. */
  readonly part: string;
  readonly reason: string;
}

/** A disk with the address of its chunkserver. */
export interface DiskOfServer {
  readonly ip: string;
  readonly port: number;
  readonly disk: Disk;
}

/** The state of a storage at one moment, as its master and its chunkservers tell it. */
export interface StorageSnapshot {
  readonly info: MasterInfo;
  /** The chunkservers in the order in which the master lists them. */
  readonly servers: readonly Chunkserver[];
  readonly disks: readonly DiskOfServer[];
  readonly chunkStates?: ChunkStates;
  readonly sessions?: readonly Session[];
  readonly unread: readonly UnreadPart[];
}
