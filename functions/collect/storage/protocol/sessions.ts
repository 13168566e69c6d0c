import { ByteReader } from './byte-reader.ts';
import { isAtLeast, type Software, versionOf, versionText } from './software.ts';

/** A mount of the storage on a client. */
export interface Session {
  readonly id: number;
  /** The address of the client. */
  readonly ip: string;
  readonly version: string;
  /** The place at which the client mounted it. */
  readonly mountPoint: string;
  /** The folder of the storage that it mounted. */
  readonly root: string;
  /** The files that the client has open; absent in LizardFS. */
  readonly openFiles?: number;
  /** The connections of the session: 0 for a client that went away a short time ago. Absent in LizardFS. */
  readonly connections?: number;
  /** Operations in the current hour. They begin at 0 with each hour. */
  readonly operations: { readonly all: number; readonly read: number; readonly write: number };
}

/** The form of the answer that is asked for. */
interface Mode {
  readonly byte: number;
  readonly hasConnections: boolean;
  /** The bytes between the path and the operations: users, goals and trash times, which nothing needs. */
  readonly bytesOfRights: number;
}

const oldest: Mode = { byte: 1, hasConnections: false, bytesOfRights: 27 };
const usual: Mode = { byte: 2, hasConnections: true, bytesOfRights: 27 };
const newest: Mode = { byte: 4, hasConnections: true, bytesOfRights: 33 };

/** The operations of a master in the order in which it counts them; later versions count more after these. */
const readPlace = 14;
const writePlace = 15;
const placesMin = 16;

function modeOf({ product, version }: Software): Mode {
  if (product !== 'MooseFS') return oldest;
  const isNew = isAtLeast(version, [4, 0, 0]) ? isAtLeast(version, [4, 21, 0]) : isAtLeast(version, [3, 0, 112]);
  return isNew ? newest : usual;
}

/** Returns the byte with which sessions are asked for. */
export const sessionMode = (software: Software): number => modeOf(software).byte;

/**
 * Decodes the list of sessions (509).
 * @throws {UnreadableAnswerError}
 */
export function decodeSessions(body: Uint8Array, software: Software): Session[] {
  const mode = modeOf(software);
  const reader = new ByteReader(body, 'the list of sessions');
  const places = reader.u16('number of operations');
  if (places < placesMin || places > 256) throw reader.unexpected('number of operations', places, '16 to 256');
  const sessions: Session[] = [];
  while (reader.left > 0) sessions.push(sessionOf(reader, { mode, places, isMooseFs: software.product === 'MooseFS' }));
  return sessions;
}

function sessionOf(
  reader: ByteReader,
  { mode, places, isMooseFs }: { readonly mode: Mode; readonly places: number; readonly isMooseFs: boolean },
): Session {
  const id = reader.u32('id');
  const ip = reader.ip('address');
  const version = versionOf(reader.u16('version'), reader.u8('version'), reader.u8('version'), isMooseFs);
  const connected = mode.hasConnections
    ? { openFiles: reader.u32('open files'), connections: reader.u8('connections') }
    : {};
  if (mode.hasConnections) reader.skip(4, 'end of the session');
  const mountPoint = reader.text(reader.u32('length of the mount point'), 'mount point');
  const root = reader.text(reader.u32('length of the root'), 'root');
  reader.skip(mode.bytesOfRights, 'rights');
  const operations = { all: 0, read: 0, write: 0 };
  for (let place = 0; place < places; place += 1) {
    const count = reader.u32('operations of this hour');
    operations.all += count;
    if (place === readPlace) operations.read = count;
    if (place === writePlace) operations.write = count;
  }
  reader.skip(4 * places, 'operations of the last hour');
  return { id, ip, version: versionText(version), mountPoint, root, ...connected, operations };
}
