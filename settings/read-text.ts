import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { printable } from '../functions/shared/domain/printable.ts';

/** The largest file that is read, in bytes. */
export const settingsBytesMax = 256 * 1024;

const remedy = 'name another file with --settings, or, for cdk, --context settings=FILE';

/**
 * Reads a settings file of at most 256 KiB. It never waits for a pipe.
 * @throws {UsageError} if the file cannot be read, is larger, or is not a regular file or not UTF-8 text
 */
export function readSettingsText(path: string): string {
  const refusal = (reason: string, options?: ErrorOptions): UsageError =>
    new UsageError(`cannot read settings ${printable(path)} (${reason}); ${remedy}`, options);
  try {
    const content = readRegularFile(path);
    if (typeof content === 'string') throw refusal(content);
    if (content.length > settingsBytesMax) throw refusal(`larger than ${settingsBytesMax / 1024} KiB`);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw refusal('not UTF-8 text', { cause: error });
    }
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw refusal(String(code), { cause: error });
  }
}

/** Returns the content, cut one byte above the limit; or, as text, what the path is instead of a regular file. */
function readRegularFile(path: string): Buffer | string {
  // Checked before it is opened, because opening a device may have effects; and after, because it may have been replaced.
  const before = statSync(path);
  if (!before.isFile()) return kindWords(before);
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const after = fstatSync(file);
    return after.isFile() ? readUpTo(file, settingsBytesMax + 1) : kindWords(after);
  } finally {
    closeSync(file);
  }
}

function readUpTo(file: number, bytesMax: number): Buffer {
  const buffer = Buffer.alloc(bytesMax);
  let bytes = 0;
  for (let read = -1; read !== 0 && bytes < bytesMax; bytes += read) {
    read = readSync(file, buffer, bytes, bytesMax - bytes, null);
  }
  return buffer.subarray(0, bytes);
}

function kindWords(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder, not a file';
  return stats.isFIFO() ? 'a pipe, not a file' : 'a device or socket, not a file';
}
