import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { hashRecording, type RecordedLine, readLines } from '../../../local/replay/recording.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-recording-'));
const path = join(directory, 'recording');
afterAll(() => rmSync(directory, { recursive: true }));

async function linesOf(lineBytesMax: number): Promise<RecordedLine[]> {
  const lines: RecordedLine[] = [];
  for await (const line of readLines(path, lineBytesMax)) lines.push(line);
  return lines;
}

describe('reading a recording', () => {
  it('returns the lines of the text, packed or not', async () => {
    const line = fc.string({ maxLength: 50 }).map((text) => text.replaceAll('\n', ''));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), fc.boolean(), async (lines, packed) => {
        const text = lines.join('\n');
        writeFileSync(path, packed ? gzipSync(text) : text);
        const read = await linesOf(1_000);
        const expected = lines.flatMap((each, index) => (each === '' ? [] : [[index + 1, each]]));
        expect(read.map(({ number, bytes }) => [number, `${bytes}`])).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('returns a line over many chunks, and only the length of one that is too long', async () => {
    // The chunks of a stream have 64 KiB.
    writeFileSync(path, `${'a'.repeat(200_000)}\n${'b'.repeat(200_001)}\nc`);
    const read = await linesOf(200_000);
    expect(read.map(({ number, bytes, length }) => [number, bytes?.length, length])).toEqual([
      [1, 200_000, 200_000],
      [2, undefined, 200_001],
      [3, 1, 1],
    ]);
  });

  it('hashes the unpacked content', async () => {
    const expected = createHash('sha256').update('content').digest('hex');
    writeFileSync(path, 'content');
    expect(await hashRecording(path)).toBe(expected);
    writeFileSync(path, gzipSync('content'));
    expect(await hashRecording(path)).toBe(expected);
  });
});
