import { readFileSync } from 'node:fs';
import { byScore, type RecordedSeries, readSeries, type Scores } from './labelled-series.ts';

/** A series with labelled incidents, in the layout of the Application Server Dataset of InterFusion. */
export interface SegmentSeries {
  readonly series: RecordedSeries;
  /** The first and the last row of each incident, after the warm-up. */
  readonly segments: readonly (readonly [number, number])[];
  /** The number of rows that are fed and not scored. */
  readonly warmUp: number;
  /** The time between rows, s. */
  readonly stepS: number;
}

/** The quality of scores on labelled incidents, each figure in [0, 1]. */
export interface SegmentQuality {
  /** The area under the precision-recall curve of the rows, the mean over all series with an incident. */
  readonly averagePrecision: number;
  /** The same with buffered labels, and the existence of incidents, the mean over buffers of 0 to 40 rows. */
  readonly vusPr: number;
  /** The best composite F over one threshold: of the precision of rows and the recall of incidents. */
  readonly compositeF: number;
  /** The share of incidents found at the threshold that costs at most one false hour a series and week. */
  readonly recallAtOneFalseHour: number;
}

const buffers = [0, 10, 20, 30, 40];
/** The rows beside an incident in which an alarm is not false. */
const graceRows = 10;
const hourS = 3600;
const falseHoursADay = 1 / 7;
const thresholds = 150;

/**
 * Reads a data set.
 * @param folder contains `data/` and `labels.json`
 */
export function readSegments(folder: string): readonly SegmentSeries[] {
  const labels: Readonly<
    Record<string, { readonly segments: [number, number][]; readonly step: number; readonly warmup: number }>
  > = JSON.parse(readFileSync(`${folder}/labels.json`, 'utf8'));
  return Object.keys(labels)
    .sort()
    .map((name) => {
      const { segments, step, warmup } = labels[name]!;
      const scored = segments.map(([from, to]): [number, number] => [from - warmup, to - warmup]);
      return { series: readSeries(`${folder}/data`, name), segments: scored, warmUp: warmup, stepS: step };
    });
}

/**
 * Returns the quality of scores. There is no point adjustment: a row counts where it is.
 * @see Paparrizos et al. (2022), Volume Under the Surface, PVLDB 15(11); Garg et al. (2022), arXiv:2109.11428
 */
export function segmentQuality(all: readonly SegmentSeries[], scores: Scores): SegmentQuality {
  const scored = all.map((each) => ({ ...each, scores: scores.get(each.series.name)!.subarray(each.warmUp) }));
  const labelled = scored.filter(({ segments }) => segments.length > 0);
  const overBuffers = (own: ScoredSeries): number =>
    mean(buffers.map((buffer) => bufferedArea(own.scores, own.segments, buffer)));
  return {
    averagePrecision: mean(labelled.map((own) => bufferedArea(own.scores, own.segments, 0, false))),
    vusPr: mean(labelled.map(overBuffers)),
    ...atThresholds(scored),
  };
}

interface ScoredSeries extends SegmentSeries {
  readonly scores: Float64Array;
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/**
 * Returns the area under the precision-recall curve, whose labels fall off over half a buffer on both sides.
 * @param weighsExistence whether recall is weighted by the share of incidents that are met at all
 */
function bufferedArea(
  scores: Float64Array,
  segments: readonly (readonly [number, number])[],
  buffer: number,
  weighsExistence = true,
): number {
  const soft = softLabels(scores.length, segments, buffer);
  const hard = segments.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const positives = (hard + soft.reduce((sum, label) => sum + label, 0)) / 2;
  const peaks = zonePeaks(scores, soft);
  const order = byScore(scores);
  let [found, met, area, recallBefore] = [0, 0, 0, 0];
  for (const [nth, row] of order.entries()) {
    found += soft[row]!;
    const score = scores[row]!;
    const next = order[nth + 1];
    if (next !== undefined && scores[next] === score) continue;
    while (met < peaks.length && peaks[met]! >= score) met += 1;
    const recall = Math.min(found / positives, 1) * (weighsExistence ? met / peaks.length : 1);
    area += ((recall - recallBefore) * found) / (nth + 1);
    recallBefore = recall;
  }
  return area;
}

function softLabels(rows: number, segments: readonly (readonly [number, number])[], buffer: number): Float64Array {
  const soft = new Float64Array(rows);
  for (const [from, to] of segments) soft.fill(1, from, to + 1);
  const half = Math.floor(buffer / 2);
  for (const [from, to] of segments) {
    for (let away = 1; away <= half; away += 1) {
      const label = Math.sqrt(1 - away / buffer);
      if (to + away < rows) soft[to + away]! += label;
      if (from - away >= 0) soft[from - away]! += label;
    }
  }
  return soft.map((label) => Math.min(label, 1));
}

/** Returns the highest score of each run of rows with a label, from the highest to the lowest. */
function zonePeaks(scores: Float64Array, soft: Float64Array): Float64Array {
  const peaks: number[] = [];
  for (let row = 0; row < soft.length; row += 1) {
    if (soft[row] === 0) continue;
    if (row === 0 || soft[row - 1] === 0) peaks.push(scores[row]!);
    else peaks[peaks.length - 1] = Math.max(peaks.at(-1)!, scores[row]!);
  }
  return Float64Array.from(peaks).sort().reverse();
}

/** Returns the figures that depend on one threshold for all series. */
function atThresholds(all: readonly ScoredSeries[]): Pick<SegmentQuality, 'compositeF' | 'recallAtOneFalseHour'> {
  const rows = all.map((own) => ({ ...own, ...rowLabels(own) }));
  const days = all.reduce((sum, { scores, stepS }) => sum + (scores.length * stepS) / (24 * hourS), 0);
  const peaks = all.flatMap(({ scores, segments }) =>
    segments.map(([from, to]) => scores.subarray(from, to + 1).reduce((most, score) => Math.max(most, score), 0)),
  );
  let [compositeF, recallAtOneFalseHour] = [0, 0];
  for (const threshold of candidateThresholds(all)) {
    let [alarmed, inside, falseHours] = [0, 0, 0];
    for (const own of rows) {
      let hourBefore = -1;
      for (let row = 0; row < own.scores.length; row += 1) {
        if (own.scores[row]! < threshold) continue;
        alarmed += 1;
        inside += own.inside[row]!;
        const hour = Math.floor((row * own.stepS) / hourS);
        if (own.clear[row] === 0 || hour === hourBefore) continue;
        falseHours += 1;
        hourBefore = hour;
      }
    }
    const recall = peaks.filter((peak) => peak >= threshold).length / peaks.length;
    const precision = alarmed === 0 ? 0 : inside / alarmed;
    if (precision + recall > 0) compositeF = Math.max(compositeF, (2 * precision * recall) / (precision + recall));
    if (falseHours / days <= falseHoursADay) recallAtOneFalseHour = Math.max(recallAtOneFalseHour, recall);
  }
  return { compositeF, recallAtOneFalseHour };
}

/** Marks the rows inside incidents, and those far from all. */
function rowLabels({ scores, segments }: ScoredSeries) {
  const inside = new Uint8Array(scores.length);
  const clear = new Uint8Array(scores.length).fill(1);
  for (const [from, to] of segments) {
    inside.fill(1, from, to + 1);
    clear.fill(0, Math.max(0, from - graceRows), to + 1 + graceRows);
  }
  return { inside, clear };
}

/** Returns thresholds from the highest scores of all series on, denser where they are high. */
function candidateThresholds(all: readonly ScoredSeries[]): readonly number[] {
  const top = Float64Array.from(all.flatMap(({ scores }) => [...scores]))
    .sort()
    .reverse();
  const end = Math.log10(0.3 * top.length);
  const ranks = Array.from({ length: thresholds }, (_, nth) => Math.trunc(10 ** ((nth * end) / (thresholds - 1))));
  return [...new Set(ranks.map((rank) => top[Math.max(rank, 1) - 1]!))];
}
