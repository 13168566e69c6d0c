import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** The heap that docs/storage.md promises for all answers of a collection, MiB. A heap of half of it is too small. */
const heapMiB = 128;
/** The time after which a decoder hangs, ms; it needs about a second. */
const hangsAfterMs = 60_000;

it('the largest answers that are read, 16 MiB of the records that cost most, take 128 MiB of heap at most and no long time', async () => {
  const script = join(import.meta.dirname, 'decode-largest.ts');
  const options = [`--max-old-space-size=${heapMiB}`, script];
  const { stdout } = await promisify(execFile)(process.execPath, options, { timeout: hangsAfterMs });
  expect(JSON.parse(stdout)).toEqual({
    serversRead: 60_787, // 4 MiB of 69 bytes
    sessionsRead: 44_150, // 8 MiB of 190 bytes
    disksRead: 18_384, // 16 answers of 256 KiB, of 228 bytes; less than the last one is left of 16 MiB
    lizardServersRead: 71_089, // 4 MiB of 59 bytes
  });
});
