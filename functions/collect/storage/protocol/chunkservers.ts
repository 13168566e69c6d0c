import { ByteReader } from './byte-reader.ts';
import { isAtLeast, type Software, type Version, versionOf, versionText } from './software.ts';
import { UnreadableAnswerError } from './unreadable-answer.ts';

/** The maintenance of a chunkserver: `on` by an operator, `temporary` by its own orderly stop. */
export type Maintenance = 'off' | 'on' | 'temporary';

/** The space, in bytes, and the chunks of some disks. */
export interface Stored {
  readonly usedBytes: number;
  readonly totalBytes: number;
  readonly chunks: number;
}

/** A chunkserver as its master lists it. All numbers of a disconnected one are 0. */
export interface Chunkserver extends Stored {
  readonly ip: string;
  readonly port: number;
  readonly isConnected: boolean;
  /** The maintenance mode; always `off` in LizardFS, which does not distinguish a stop from a crash. */
  readonly maintenance: Maintenance;
  /** The version of its software; absent while it is disconnected. */
  readonly version?: string;
  /** The number by which its master knows it, stable over restarts; absent in LizardFS. */
  readonly id?: number;
  /** The space and the chunks of disks that are marked for removal. The other numbers do not contain them. */
  readonly markedForRemoval: Stored;
  /** Errors of its disks since it connected. */
  readonly errors: number;
  /** The operations that wait; absent in LizardFS. */
  readonly load?: { readonly value: number; readonly state: LoadState };
  readonly labels: readonly string[];
  /** The progress of its removal. A healthy server is `ready`, too. */
  readonly removal?: 'validating' | 'not ready' | 'ready';
}

/** The state of the queue of operations: `back in N s` is the time until the server takes part again. */
export type LoadState = 'normal' | 'rebalance' | 'fast rebalance' | 'overloaded' | 'grace';

const subject = 'the list of chunkservers';

/** The versions of MooseFS with the sizes of their records. The newest one that is not above the master's holds. */
const recordSizes: readonly { readonly from: Version; readonly bytes: number }[] = [
  { from: [4, 35, 0], bytes: 77 },
  { from: [4, 26, 0], bytes: 73 },
  { from: [3, 0, 38], bytes: 69 },
];

/** Returns whether a master is asked with the byte `mode`, which older ones answer by closing the connection. */
export const asksWithMode = ({ version }: Software): boolean => isAtLeast(version, [4, 35, 0]);

/**
 * Decodes the list of chunkservers (501) of MooseFS, in the order in which the master sends it.
 * @param software that of the master: the answer itself does not name the size of its records
 * @throws {UnreadableAnswerError}
 */
export function decodeMooseFsServers(body: Uint8Array, software: Software): Chunkserver[] {
  const bytes = recordSizes.find(({ from }) => isAtLeast(software.version, from))?.bytes;
  const version = versionText(software.version);
  if (bytes === undefined) throw new UnreadableAnswerError(`${subject}: MooseFS ${version} is older than 3.0.38`);
  if (body.length % bytes !== 0) {
    throw new UnreadableAnswerError(
      `${subject}: it has ${body.length} bytes, expected a multiple of ${bytes} from MooseFS ${version}`,
    );
  }
  const reader = new ByteReader(body, subject);
  return Array.from({ length: body.length / bytes }, () => mooseFsServer(reader, bytes));
}

function mooseFsServer(reader: ByteReader, bytes: number): Chunkserver {
  const flags = reader.u8('flags');
  if (flags > 7) throw reader.unexpected('flags', flags, 'at most 7');
  const version = versionOf(reader.u8('version'), reader.u8('version'), reader.u8('version'), true);
  if (bytes > 69) reader.skip(4, 'original address');
  const ip = reader.ip('address');
  const port = portOf(reader);
  const id = reader.u16('id');
  const stored = storedOf(reader);
  const markedForRemoval = storedOf(reader);
  const errors = reader.u32('errors');
  const value = reader.u32('load');
  const state = loadStateOf(reader.u32('grace'));
  const labels = labelsOf(reader.u32('labels'));
  const status = reader.u8('removal status');
  const removal = removals[status];
  if (removal === undefined) throw reader.unexpected('removal status', status, 'at most 2');
  if (bytes > 73) reader.skip(4, 'end of the maintenance');
  const isConnected = (flags & 1) === 0;
  return {
    ip,
    port,
    id,
    isConnected,
    maintenance: (flags & 2) === 0 ? 'off' : (flags & 4) === 0 ? 'on' : 'temporary',
    ...(isConnected ? { version: versionText(version) } : {}),
    ...stored,
    markedForRemoval,
    errors,
    load: { value, state },
    labels,
    removal,
  };
}

const removals = ['validating', 'not ready', 'ready'] as const;

function loadStateOf(grace: number): LoadState {
  if (grace === 0) return 'normal';
  if (grace === 0xc0000000) return 'overloaded';
  if (grace === 0x80000000) return 'rebalance';
  return grace === 0x40000000 ? 'fast rebalance' : 'grace';
}

/** Returns the labels of a mask: bit 0 is A, bit 25 is Z. */
const labelsOf = (mask: number): string[] =>
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter((_, bit) => (mask & (1 << bit)) !== 0);

/** The version that LizardFS writes for a server that is disconnected: 256.0.0. */
const disconnectedVersion = 0x01000000;
/** The bytes of a record of LizardFS with an empty label, which still has its length and its closing NUL. */
const lizardFsBytesMin = 59;

/**
 * Decodes the list of chunkservers (1550) of LizardFS and SaunaFS.
 * @throws {UnreadableAnswerError}
 */
export function decodeLizardFsServers(body: Uint8Array): Chunkserver[] {
  const reader = new ByteReader(body, subject);
  const packetVersion = reader.u32('version of the packet');
  if (packetVersion !== 0) throw reader.unexpected('version of the packet', packetVersion, '0');
  const count = reader.count(lizardFsBytesMin, 'number of servers');
  const servers = Array.from({ length: count }, () => lizardFsServer(reader));
  reader.end();
  return servers;
}

function lizardFsServer(reader: ByteReader): Chunkserver {
  const version = reader.u32('version');
  if (version > disconnectedVersion) throw reader.unexpected('version', version, `at most ${disconnectedVersion}`);
  const isConnected = version !== disconnectedVersion;
  const place = { ip: reader.ip('address'), port: portOf(reader) };
  const stored = storedOf(reader);
  const markedForRemoval = storedOf(reader);
  const errors = reader.u32('errors');
  const label = labelOf(reader);
  const parts = versionOf(version >>> 16, (version >>> 8) & 0xff, version & 0xff, false);
  return {
    ...place,
    isConnected,
    maintenance: 'off',
    ...(isConnected ? { version: versionText(parts) } : {}),
    ...stored,
    markedForRemoval,
    errors,
    labels: label === '_' ? [] : [label],
  };
}

/** Reads a text with its closing NUL, which its length contains. */
function labelOf(reader: ByteReader): string {
  const text = reader.text(reader.u32('length of the label'), 'label');
  if (!text.endsWith('\u0000')) throw reader.unexpected('label', JSON.stringify(text), 'a text that ends with NUL');
  return text.slice(0, -1);
}

function portOf(reader: ByteReader): number {
  const port = reader.u16('port');
  if (port === 0) throw reader.unexpected('port', port, '1 to 65535');
  return port;
}

const storedOf = (reader: ByteReader): Stored => ({
  usedBytes: reader.u64('used space'),
  totalBytes: reader.u64('total space'),
  chunks: reader.u32('chunks'),
});
