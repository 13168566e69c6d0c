import { ByteReader } from './byte-reader.ts';
import { UnreadableAnswerError } from './unreadable-answer.ts';

/** The chunks of a cluster by the copies that they have. */
export interface ChunkStates {
  /** Chunks without any copy: the files that contain them cannot be read. */
  readonly missing: number;
  /** Chunks with one copy that should have more. */
  readonly endangered: number;
  /** Chunks with several copies that should have more; absent in LizardFS, which counts them with the endangered ones. */
  readonly undergoal?: number;
  /** Means that the master is still counting servers that come or go, so that the numbers may be wrong. */
  readonly isCounting: boolean;
}

const subject = 'the chunk matrix';
const side = 11;
const matrixBytes = side * side * 4;
/** The numbers of matrices that versions answer with. The first one counts all chunks. */
const matrixCounts: readonly number[] = [2, 6, 8];

/**
 * Decodes the chunk matrices (517) of MooseFS: chunks by their goal and by their copies.
 * @throws {UnreadableAnswerError}
 */
export function decodeChunkMatrix(body: Uint8Array): ChunkStates {
  if (!matrixCounts.some((count) => body.length === 1 + count * matrixBytes)) {
    const expected = matrixCounts.map((count) => 1 + count * matrixBytes).join(', ');
    throw new UnreadableAnswerError(`${subject}: it has ${body.length} bytes, expected one of ${expected}`);
  }
  const reader = new ByteReader(body, subject);
  const progress = reader.u8('progress');
  if (progress > 2) throw reader.unexpected('progress', progress, 'at most 2');
  const states = { missing: 0, endangered: 0, undergoal: 0 };
  for (let goal = 0; goal < side; goal += 1) {
    for (let copies = 0; copies < side; copies += 1) {
      const chunks = reader.u32(`chunks of goal ${goal} with ${copies} copies`);
      if (goal === 0 || copies >= goal) continue;
      if (copies === 0) states.missing += chunks;
      else if (copies === 1) states.endangered += chunks;
      else states.undergoal += chunks;
    }
  }
  return { ...states, isCounting: progress !== 0 };
}

/** The bytes of an entry of a map from a goal to a number of chunks, and to those by missing or redundant parts. */
const countBytes = 1 + 8;
const partsBytes = 1 + side * 8;

/**
 * Decodes the health of chunks (1527) of LizardFS and SaunaFS: maps from goals to numbers of safe, endangered and lost chunks, and
 * two maps about replication.
 * @throws {UnreadableAnswerError}
 */
export function decodeChunksHealth(body: Uint8Array): ChunkStates {
  const reader = new ByteReader(body, 'the health of chunks');
  const packetVersion = reader.u32('version of the packet');
  if (packetVersion !== 0) throw reader.unexpected('version of the packet', packetVersion, '0');
  const isRegularOnly = reader.u8('regular chunks only');
  if (isRegularOnly !== 0) throw reader.unexpected('regular chunks only', isRegularOnly, '0, as was asked for');
  sumOf(reader, 'safe chunks');
  const endangered = sumOf(reader, 'endangered chunks');
  const missing = sumOf(reader, 'lost chunks');
  for (const field of ['chunks to replicate', 'chunks to delete'])
    reader.skip(reader.count(partsBytes, field) * partsBytes, field);
  reader.end();
  return { missing, endangered, isCounting: false };
}

function sumOf(reader: ByteReader, field: string): number {
  let sum = 0;
  for (let left = reader.count(countBytes, field); left > 0; left -= 1) {
    const goal = reader.u8(`goal of ${field}`);
    const chunks = reader.u64(field);
    // Goal 0 is that of chunks that no file needs any more.
    if (goal !== 0) sum += chunks;
  }
  return sum;
}
