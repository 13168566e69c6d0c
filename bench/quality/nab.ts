import { readFileSync } from 'node:fs';
import { parseTime } from '../../functions/shared/time/parse-time.ts';
import { byScore, type RecordedSeries, readSeries, type Scores } from './labelled-series.ts';

/** The weights of the three profiles of NAB: of a missed window, and of a detection outside every window. */
export const profiles = {
  standard: { missed: 1, false: 0.11 },
  lowFalsePositives: { missed: 1, false: 0.22 },
  lowFalseNegatives: { missed: 2, false: 0.11 },
} as const;
export type Profile = keyof typeof profiles;

/** A file of the benchmark, and what a detection in each of its rows is worth before weighting. */
interface NabFile {
  readonly series: RecordedSeries;
  readonly worth: Float64Array;
  /** The number of the window that contains a row; -1 outside. */
  readonly window: Int32Array;
  /** The number of rows at the beginning that count for nothing. */
  readonly probation: number;
  readonly windows: number;
}

/** A set of files of the Numenta Anomaly Benchmark. */
export interface NabCorpus {
  readonly files: readonly NabFile[];
}

/** A total at a threshold: 100 is perfect, 0 is nothing detected. */
export interface NabScore {
  readonly score: number;
  readonly threshold: number;
}

/**
 * Reads the benchmark, or a part of it.
 * @param folder contains `data/` and `labels/combined_windows.json`
 * @see Lavin and Ahmad (2015), Evaluating Real-time Anomaly Detection Algorithms, arXiv:1510.03336, and NAB v1.1
 */
export function readNab(folder: string): NabCorpus {
  const labels: Readonly<Record<string, readonly (readonly [string, string])[]>> = JSON.parse(
    readFileSync(`${folder}/labels/combined_windows.json`, 'utf8'),
  );
  const names = Object.keys(labels).sort();
  return { files: names.map((name) => nabFile(readSeries(`${folder}/data`, name), labels[name]!)) };
}

/** Returns a file with the worth of its rows. @param windows the times of the first and the last row of each window */
export function nabFile(series: RecordedSeries, windows: readonly (readonly [string, string])[]): NabFile {
  const { timesMs } = series;
  const rows = timesMs.length;
  const limits = windows
    .map(([from, to]) => ({ left: rowOf(series, from), right: rowOf(series, to) }))
    .sort((a, b) => a.left - b.left);
  const worth = new Float64Array(rows).fill(-1);
  const window = new Int32Array(rows).fill(-1);
  for (const [number, { left, right }] of limits.entries()) {
    const width = right - left + 1;
    for (let row = left; row <= right; row += 1) {
      worth[row] = sigmoid(-(right - row + 1) / width) / sigmoid(-1);
      window[row] = number;
    }
    const end = limits[number + 1]?.left ?? rows;
    for (let row = right + 1; row < end; row += 1) worth[row] = sigmoid((row - right) / (width - 1));
  }
  const probation = Math.min(Math.floor(0.15 * rows), 750);
  return { series, worth, window, probation, windows: limits.length };
}

function rowOf({ name, timesMs }: RecordedSeries, time: string): number {
  const row = timesMs.indexOf(parseTime(time) ?? Number.NaN);
  if (row < 0) throw new Error(`${name}: no row has the time ${time} of a window`);
  return row;
}

const sigmoid = (y: number): number => (y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1);

/** Returns the best score over one threshold for all files, as NAB chooses it for every detector. */
export function bestNab(corpus: NabCorpus, scores: Scores, profile: Profile = 'standard'): NabScore {
  let best: NabScore = { score: 0, threshold: 1.1 };
  sweep(corpus, scores, profile, (point) => {
    if (point.score > best.score) best = point;
  });
  return best;
}

/** Returns the score at a threshold. A detection is a row whose score is at or above it. */
export function nabAt(corpus: NabCorpus, scores: Scores, threshold: number, profile: Profile = 'standard'): number {
  let found = 0;
  sweep(corpus, scores, profile, (point) => {
    if (point.threshold >= threshold) found = point.score;
  });
  return found;
}

/** Calls back with the score at each threshold that makes a difference, from the highest to the lowest. */
function sweep({ files }: NabCorpus, scores: Scores, profile: Profile, onPoint: (point: NabScore) => void): void {
  const { missed, false: falseWeight } = profiles[profile];
  const rows = rowsOf(files, scores);
  const labelled = files.reduce((sum, { windows }) => sum + windows, 0);
  const nothing = -missed * new Set(rows.window.filter((window) => window >= 0)).size;
  const best = new Float64Array(labelled).fill(-missed);
  let total = nothing;
  const order = byScore(rows.score);
  for (const [nth, row] of order.entries()) {
    const worth = rows.worth[row]!;
    const window = rows.window[row]!;
    if (window < 0) total += falseWeight * worth;
    else if (worth > best[window]!) {
      total += worth - best[window]!;
      best[window] = worth;
    }
    const threshold = rows.score[row]!;
    const next = order[nth + 1];
    if (next !== undefined && rows.score[next] === threshold) continue;
    onPoint({ score: (100 * (total - nothing)) / (labelled - nothing), threshold });
  }
}

/** Joins the rows of all files after their probation; windows are numbered through. */
function rowsOf(files: readonly NabFile[], scores: Scores) {
  const length = files.reduce((sum, { worth, probation }) => sum + worth.length - probation, 0);
  const rows = { score: new Float64Array(length), worth: new Float64Array(length), window: new Int32Array(length) };
  let at = 0;
  let firstWindow = 0;
  for (const { series, worth, window, probation, windows } of files) {
    const own = scores.get(series.name);
    if (own?.length !== worth.length) throw new Error(`${series.name}: ${own?.length} scores, ${worth.length} rows`);
    rows.score.set(own.subarray(probation), at);
    rows.worth.set(worth.subarray(probation), at);
    for (let row = probation; row < window.length; row += 1) {
      rows.window[at + row - probation] = window[row]! < 0 ? -1 : firstWindow + window[row]!;
    }
    at += worth.length - probation;
    firstWindow += windows;
  }
  return rows;
}

/**
 * Returns the scores of one half of the files at the threshold that is best for the other half, for several random halves:
 * an honest estimate for files that no threshold was chosen on.
 * @param random in [0, 1)
 */
export function twoFold({ files }: NabCorpus, scores: Scores, splits: number, random: () => number): number[] {
  return Array.from({ length: splits }, () => {
    const mixed = files.map((file) => ({ file, key: random() })).sort((a, b) => a.key - b.key);
    const half = Math.floor(files.length / 2);
    const [first, second] = [mixed.slice(0, half), mixed.slice(half)].map((part) => part.map(({ file }) => file));
    return [
      [first!, second!],
      [second!, first!],
    ].map(([chosenOn, measuredOn]) => {
      const { threshold } = bestNab({ files: chosenOn! }, scores);
      return nabAt({ files: measuredOn! }, scores, threshold);
    });
  }).flat();
}
