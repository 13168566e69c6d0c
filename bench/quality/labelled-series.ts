import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseTime } from '../../functions/shared/time/parse-time.ts';

/** A series of a labelled data set, without its labels. */
export interface RecordedSeries {
  /** The path of its file in the data set, as `realTweets/Twitter_volume_FB.csv`. */
  readonly name: string;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** The scores of a detector for each series of a data set, by the series' name; each in [0, 1]. */
export type Scores = ReadonlyMap<string, Float64Array>;

/**
 * Reads a series: a CSV with a header and the columns time and value, as it is or compressed with gzip.
 * @throws {Error} if a row has no time or no number
 */
export function readSeries(folder: string, name: string): RecordedSeries {
  const file = `${folder}/${name}`;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : gunzipSync(readFileSync(`${file}.gz`)).toString();
  const rows = text
    .split('\n')
    .slice(1)
    .filter((row) => row.trim() !== '')
    .map((row) => row.split(',') as [string, string]);
  const timesMs = Float64Array.from(rows, ([time]) => parseTime(time.trim()) ?? Number.NaN);
  const values = Float64Array.from(rows, ([, value]) => Number(value));
  const bad = rows.findIndex((_, index) => !Number.isFinite(timesMs[index]) || !Number.isFinite(values[index]));
  if (bad >= 0) throw new Error(`${file}:${bad + 2}: expected a time and a number, got ${rows[bad]!.join(',')}`);
  return { name, timesMs, values };
}

/** Returns the indices of scores from the highest to the lowest, equal ones in their order. */
export function byScore(scores: Float64Array): Uint32Array {
  const order = Uint32Array.from(scores, (_, index) => index);
  return order.sort((a, b) => scores[b]! - scores[a]! || a - b);
}
