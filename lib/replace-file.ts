import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { UsageError } from '../functions/shared/domain/errors.ts';

/** The time that a writer waits for another, in milliseconds: one write takes far less. */
const lockedMsMax = 10_000;
const pauseMs = 20;

/**
 * Returns the text of a file, or `undefined` if it does not exist.
 * @throws {UsageError} naming the file and the remedy, if it cannot be read
 */
export function readFileIfAny(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw refusal(`${file}: cannot be read (${codeOf(error)}); make it a file that you may read`, error);
  }
}

/**
 * Replaces the text of a file as a whole, or leaves it as it was. The new text is written beside it, to a file that is also
 * the lock: of several processes, each reads what the one before it wrote. A link stays one, and the file keeps its mode.
 * @param change returns the next text from the text at that time, which is `undefined` if the file does not exist
 * @param waitMs the time that another process may keep the lock, in milliseconds
 * @throws {UsageError} naming a file and the remedy, if one cannot be read or written, or if the lock is kept
 */
export function replaceFile(
  file: string,
  change: (text: string | undefined) => string,
  waitMs: number = lockedMsMax,
): void {
  const exists = readFileIfAny(file) !== undefined;
  const place = exists ? realpathSync(file) : file;
  const next = `${place}.lock`;
  const descriptor = lock(next, waitMs);
  try {
    try {
      writeFileSync(descriptor, change(readFileIfAny(place)));
      if (exists) fchmodSync(descriptor, statSync(place).mode);
      // Without it a power cut could leave an empty file under the name.
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(next, place);
  } catch (error) {
    rmSync(next, { force: true });
    throw error instanceof UsageError ? error : unwritable(place, error);
  }
}

/** Creates the file that only one process has at a time, and returns its descriptor. */
function lock(path: string, waitMs: number): number {
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    try {
      return openSync(path, 'wx');
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw unwritable(path, error);
      if (waitedMs >= waitMs) {
        throw refusal(`${path}: another synth writes to it; if none runs, one was stopped: delete it`, error);
      }
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
  }
}

const unwritable = (path: string, error: unknown): UsageError =>
  refusal(`${path}: cannot be written (${codeOf(error)}); make room, and its folder one that you may write to`, error);

const refusal = (message: string, cause: unknown): UsageError => new UsageError(message, { cause });

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : error);
