import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const recorded = join(import.meta.dirname, '../../../events/recordings/cluster-load.ndjson.gz');

/** The number of lines after which one unreadable line, and one repeated line, follows. */
const poisonEvery = 997;
const againEvery = 499;

/**
 * Writes the recorded cluster with the faults of a Beat in it: unreadable lines, and documents that are repeated.
 * @param linesMax the number of lines of the recording, from its beginning
 * @returns the number of written lines
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
