import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const recorded = join(import.meta.dirname, '../../../events/recordings/cluster-load.ndjson.gz');

/** Every so many lines one that nobody can read, and one a second time. */
const poisonEvery = 997;
const againEvery = 499;

/**
 * The recorded cluster with what a Beat does wrong in it: unreadable lines, and documents that come twice.
 * @param linesMax of the recording, from its beginning
 * @returns how many lines were written
 */
export function writeSpoiltRecording(file: string, linesMax = Number.POSITIVE_INFINITY): number {
  const lines = gunzipSync(readFileSync(recorded)).toString().trimEnd().split('\n').slice(0, linesMax);
  const spoilt = lines.flatMap((line, index) => {
    if (index % poisonEvery === poisonEvery - 1) return [line, `{"torn off in line ${index}`];
    return index % againEvery === againEvery - 1 ? [line, line] : [line];
  });
  writeFileSync(file, spoilt.join('\n'));
  return spoilt.length;
}
