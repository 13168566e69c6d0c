import { ByteReader } from './byte-reader.ts';
import { isAtLeast, type Product, type Software, type Version, versionOf, versionText } from './software.ts';
import { UnreadableAnswerError } from './unreadable-answer.ts';

/** The last save of the metadata to the master's disk. Without it, a master that is lost takes every file name with it. */
export interface MetadataSave {
  /** The time of the last save that succeeded, seconds since 1970; 0 if there was none since the master started. */
  readonly savedAtSeconds: number;
  readonly durationMs: number;
  /** The way of the last save: 0 in the background, 1 downloaded from another master, 2 in the foreground, 3 the checksum alone. */
  readonly status: number;
}

/** The answer of a master about itself and the whole cluster. Space is that of connected chunkservers, in bytes. */
export interface MasterInfo {
  readonly software: Software;
  readonly memoryBytes: number;
  readonly totalBytes: number;
  readonly availableBytes: number;
  readonly trashBytes: number;
  readonly trashFiles: number;
  readonly sustainedBytes: number;
  readonly sustainedFiles: number;
  readonly objects: number;
  readonly directories: number;
  readonly files: number;
  readonly chunks: number;
  /** Copies of chunks, and those that are not on disks marked for removal; absent in MooseFS 4 (the second one). */
  readonly chunkCopies?: number;
  readonly regularCopies?: number;
  /** The processor time of the last second, as a share of one processor; only MooseFS, and only once it knows it. */
  readonly systemShare?: number;
  readonly userShare?: number;
  readonly freeBytes?: number;
  /** The last save; LizardFS and SaunaFS do not tell. */
  readonly save?: MetadataSave;
  /** The master's own clock, seconds since 1970; older versions of MooseFS 3 do not send it. */
  readonly nowSeconds?: number;
}

/** A layout of the answer. Its length tells which one it is, its version whether that can be. */
interface Layout {
  readonly length: number;
  readonly product: Product;
  readonly from: Version;
  /** The first version that has another layout. */
  readonly below: Version;
  readonly free?: true;
  readonly clock?: true;
  /** The kinds of chunks that MooseFS 4 counts apart: two, or three with EC4. */
  readonly chunkKinds?: 2 | 3;
  readonly checksum?: true;
}

const mooseFs3 = { product: 'MooseFS', from: [3, 0, 38], below: [4, 0, 0], checksum: true } as const;
const mooseFs4 = { product: 'MooseFS', checksum: true } as const;

/*
 * 76 bytes of LizardFS 3.10.4, 149 and 205 were captured. The others are those of the public headers of MooseFS
 * (mfscommon/MFSCommunication.h) and SaunaFS (src/common/saunafs_statistics.h).
 */
const layouts: readonly Layout[] = [
  { length: 76, product: 'LizardFS', from: [3, 9, 0], below: [4, 0, 0] },
  { length: 76, product: 'SaunaFS', from: [4, 0, 0], below: [6, 0, 0] },
  { length: 80, product: 'SaunaFS', from: [4, 0, 0], below: [6, 0, 0] },
  { length: 129, ...mooseFs3 },
  { length: 137, ...mooseFs3, free: true },
  { length: 149, ...mooseFs3, free: true, clock: true },
  { length: 173, ...mooseFs4, from: [4, 4, 0], below: [4, 10, 0], chunkKinds: 2 },
  { length: 181, ...mooseFs4, from: [4, 10, 0], below: [4, 17, 0], chunkKinds: 2, free: true },
  { length: 193, ...mooseFs4, from: [4, 17, 0], below: [4, 26, 0], chunkKinds: 2, free: true, clock: true },
  { length: 205, ...mooseFs4, from: [4, 26, 0], below: [5, 0, 0], chunkKinds: 3, free: true, clock: true },
];

const subject = 'the answer INFO';
const shortest = 68;

/**
 * Decodes the answer INFO (511) of a master of MooseFS 3.0.38 to 4.x, LizardFS 3.9 and newer, or SaunaFS.
 * @throws {UnreadableAnswerError} for a length that no known version answers with, or that is not of the version it names
 */
export function decodeInfo(body: Uint8Array): MasterInfo {
  const reader = new ByteReader(body, subject);
  const bytes = [reader.u16('version'), reader.u8('version'), reader.u8('version')] as const;
  const layout = layoutOf(body.length, bytes);
  const isMooseFs = layout.product === 'MooseFS';
  const software = { product: layout.product, version: versionOf(...bytes, isMooseFs) };
  const info = isMooseFs ? mooseFsInfo(reader, layout, software) : lizardFsInfo(reader, software);
  reader.end();
  return info;
}

function layoutOf(length: number, bytes: readonly [number, number, number]): Layout {
  const ofLength = layouts.filter((layout) => layout.length === length);
  const found = ofLength.find(({ product, from, below }) => {
    const version = versionOf(...bytes, product === 'MooseFS');
    return isAtLeast(version, from) && !isAtLeast(version, below);
  });
  if (found !== undefined) return found;
  if (length < shortest) throw new UnreadableAnswerError(`${subject}: it has ${length} bytes, expected ${lengthsText}`);
  const named = bytes.map(String).join('.');
  const doubled = versionText(versionOf(...bytes, true));
  const version = named === doubled ? named : `${doubled} (MooseFS) or ${named}`;
  throw new UnreadableAnswerError(
    `${subject}: ${length} bytes of version ${version}, expected ${lengthsText}; use a newer Offbeat for a newer storage`,
  );
}

const lengthsText = [...new Set(layouts.map(({ length, product }) => `${length} (${product})`))].join(', ');

function lizardFsInfo(reader: ByteReader, software: Software): MasterInfo {
  const memoryBytes = reader.u64('memory');
  const space = { totalBytes: reader.u64('total space'), availableBytes: reader.u64('available space') };
  const objects = objectsOf(reader);
  // The answer of SaunaFS with 80 bytes counts symbolic links apart.
  if (reader.left > 12) reader.skip(4, 'symbolic links');
  const chunks = reader.u32('chunks');
  const copies = { chunkCopies: reader.u32('copies'), regularCopies: reader.u32('regular copies') };
  return { software, memoryBytes, ...space, ...objects, chunks, ...copies };
}

function mooseFsInfo(reader: ByteReader, layout: Layout, software: Software): MasterInfo {
  const memoryBytes = reader.u64('memory');
  const cpu = shares(reader.u64('system processor time'), reader.u64('user processor time'));
  const space = { totalBytes: reader.u64('total space'), availableBytes: reader.u64('available space') };
  const free = layout.free === undefined ? {} : { freeBytes: reader.u64('free space') };
  const objects = objectsOf(reader);
  const chunks = reader.u32('chunks');
  const { chunkKinds } = layout;
  let copies: Pick<MasterInfo, 'chunkCopies' | 'regularCopies'> = {};
  if (chunkKinds === undefined) {
    copies = { chunkCopies: reader.u32('copies'), regularCopies: reader.u32('regular copies') };
  } else reader.skip(4 * chunkKinds, 'chunks by kind');
  const save = {
    savedAtSeconds: reader.u32('last save'),
    durationMs: reader.u32('duration of the last save'),
    status: reader.u8('status of the last save'),
  };
  reader.skip(20, 'state of the master');
  if (layout.checksum) reader.skip(8, 'checksum of the exports');
  if (chunkKinds !== undefined) {
    reader.skip(20, 'id and last save of the metadata');
    copies = { chunkCopies: reader.u64('copies') };
    reader.skip(8 * chunkKinds, 'parts of chunks');
  }
  const clock = layout.clock === undefined ? {} : clockOf(reader);
  return {
    software,
    memoryBytes,
    ...cpu,
    ...space,
    ...free,
    ...objects,
    chunks,
    ...copies,
    save,
    ...clock,
  };
}

/** Returns the shares of a processor from ns in a second. The master sends only ones while it knows none. */
function shares(systemNs: number, userNs: number): Pick<MasterInfo, 'systemShare' | 'userShare'> {
  const isKnown = systemNs < unknownNs && userNs < unknownNs;
  return isKnown ? { systemShare: systemNs / 1e9, userShare: userNs / 1e9 } : {};
}

/** A number with the highest of 64 bits: 292 years in a second. */
const unknownNs = 2 ** 63;

function clockOf(reader: ByteReader): { readonly nowSeconds: number } {
  const nowSeconds = reader.u64('time') / 1e6;
  reader.skip(4, 'last changelog');
  return { nowSeconds };
}

function objectsOf(reader: ByteReader) {
  return {
    trashBytes: reader.u64('trash space'),
    trashFiles: reader.u32('trash files'),
    sustainedBytes: reader.u64('sustained space'),
    sustainedFiles: reader.u32('sustained files'),
    objects: reader.u32('objects'),
    directories: reader.u32('directories'),
    files: reader.u32('files'),
  };
}
