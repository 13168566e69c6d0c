import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { messageOf } from '../../functions/shared/domain/message-of.ts';

/** One line of a recording. Lines are numbered from 1. `bytes` is `undefined` for a line above the limit. */
export interface RecordedLine {
  readonly number: number;
  readonly bytes: Buffer | undefined;
  readonly length: number;
}

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Yields the lines of an `.ndjson` file, packed or not, without their line breaks. Empty lines are counted and not yielded.
 * The memory in use does not grow with the size of the file or of a line.
 * @param lineBytesMax the limit: of a longer line only the length is yielded
 * @throws {UsageError} if the file cannot be read to its end
 */
export function readLines(path: string, lineBytesMax: number): AsyncGenerator<RecordedLine> {
  return linesOf(openRecording(path), lineBytesMax);
}

/**
 * Yields the lines of bytes that arrive in pieces, as {@link readLines} does.
 * @param lineBytesMax the limit: of a longer line only the length is yielded
 */
export async function* linesOf(pieces: AsyncIterable<Buffer>, lineBytesMax: number): AsyncGenerator<RecordedLine> {
  let number = 1;
  let length = 0;
  let parts: Buffer[] = [];
  const take = (): RecordedLine | undefined => {
    const line = { number, bytes: length > lineBytesMax ? undefined : Buffer.concat(parts), length };
    number += 1;
    length = 0;
    parts = [];
    return line.length === 0 || (line.length === 1 && line.bytes?.[0] === carriageReturn) ? undefined : line;
  };
  const add = (part: Buffer): void => {
    length += part.length;
    if (length <= lineBytesMax) parts.push(part);
    else parts = [];
  };
  for await (const chunk of pieces) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      add(chunk.subarray(from, end));
      from = end + 1;
      const line = take();
      if (line !== undefined) yield line;
    }
    add(chunk.subarray(from));
  }
  const last = take();
  if (last !== undefined) yield last;
}

/**
 * Returns the SHA-256 of the unpacked content, so that a packed file and the same file unpacked are one recording.
 * @throws {UsageError} if the file cannot be read to its end
 */
export async function hashRecording(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of openRecording(path)) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * Yields the unpacked content of a file in pieces.
 * @param expected the files that the caller reads, for the error
 * @throws {UsageError} if it cannot be read to its end
 */
export async function* openRecording(path: string, expected = 'an .ndjson or .ndjson.gz file'): AsyncGenerator<Buffer> {
  try {
    yield* (await isGzip(path)) ? unpacked(path) : createReadStream(path);
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${reasonOf(error)}; expected ${expected}`, { cause: error });
  }
}

/** The words for errors of files that a person meets. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
};

const reasonOf = (error: unknown): string =>
  (error instanceof Error && 'code' in error ? reasons[String(error.code)] : undefined) ?? messageOf(error);

function unpacked(path: string): Readable {
  const out = new PassThrough();
  // The pipeline destroys `out` with the error of either part, so that the reader gets it.
  pipeline(createReadStream(path), createGunzip(), out, () => {});
  return out;
}

/** Returns whether a file is packed, by its first two bytes, whatever its name is (RFC 1952, 2.3.1). */
async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
