import { SeriesDetector } from '../../functions/detect/detector/series-detector.ts';
import { dayMs, hourMs } from '../../functions/shared/domain/durations.ts';
import { Random } from './random.ts';

/** A synthetic series without any trouble. */
export interface Calm {
  readonly name: string;
  /** Returns the source of its values, by the time of the value, ms. */
  source(random: Random): (timeMs: number) => number;
  /** The standard deviation of its values, for steps in multiples of it. */
  readonly deviation: number;
  /** The mean of its values, by which a fleet's series are scaled. */
  readonly mean: number;
}

/** The inputs of the calibration table. */
export const calms: readonly Calm[] = [
  { name: 'white noise', mean: 100, deviation: 1, source: (random) => () => 100 + random.normal() },
  { name: 't3 (heavy tails)', mean: 100, deviation: Math.sqrt(3), source: (random) => () => 100 + random.studentT3() },
  { name: 'AR(1), 0.9', mean: 100, deviation: 1 / Math.sqrt(1 - 0.81), source: autoregressive },
  { name: 'lognormal, sigma 1', mean: 1.65, deviation: 2.16, source: (random) => () => Math.exp(random.normal()) },
  {
    name: 'sine day + noise',
    mean: 100,
    deviation: 1,
    source: (random) => (timeMs) => 100 + sineOfDay(timeMs) + random.normal(),
  },
  {
    name: 'working hours, daily',
    mean: 47.5,
    deviation: 1,
    source: (random) => (timeMs) => workingHours(timeMs) + random.normal(),
  },
  {
    name: 'the same, Mon to Fri',
    mean: 47.5,
    deviation: 1,
    source: (random) => (timeMs) => workdays(timeMs) + random.normal(),
  },
  { name: 'Poisson 0.2', mean: 0.2, deviation: Math.sqrt(0.2), source: (random) => () => random.poisson(0.2) },
  { name: 'Poisson 5', mean: 5, deviation: Math.sqrt(5), source: (random) => () => random.poisson(5) },
];

function autoregressive(random: Random): () => number {
  let level = 0;
  return () => {
    level = 0.9 * level + random.normal();
    return 100 + level;
  };
}

const sineOfDay = (timeMs: number): number => 5 * Math.sin((2 * Math.PI * timeMs) / dayMs);

/** Returns 100 from 8 to 18 o'clock, else 10. */
function workingHours(timeMs: number): number {
  const hour = (timeMs % dayMs) / hourMs;
  return hour >= 8 && hour < 18 ? 100 : 10;
}

/** Returns the same, but 10 on Saturdays and Sundays. 1970 began on a Thursday. */
const workdays = (timeMs: number): number => ((Math.floor(timeMs / dayMs) + 3) % 7 < 5 ? workingHours(timeMs) : 10);

/** The first value of every series: a Monday at midnight (UTC). */
export const startMs = Date.UTC(2026, 0, 5);

export interface FalsePages {
  /** Pages a week of one series, over all its time, and after its first week. */
  readonly aWeek: number;
  readonly aWeekLater: number;
}

/** Returns the pages of a series without trouble, pooled over seeds. */
export function falsePages(calm: Calm, stepMs: number, rows: number, seeds: number): FalsePages {
  const weekMs = 7 * dayMs;
  let [pages, later] = [0, 0];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const next = calm.source(new Random(seed));
    const detector = new SeriesDetector();
    for (let row = 0; row < rows; row += 1) {
      const timeMs = startMs + row * stepMs;
      if (!detector.next(timeMs, next(timeMs)).page) continue;
      pages += 1;
      if (row * stepMs >= weekMs) later += 1;
    }
  }
  const weeks = (rows * stepMs) / weekMs;
  return { aWeek: pages / seeds / weeks, aWeekLater: later / seeds / Math.max(weeks - 1, Number.EPSILON) };
}

export interface StepDelays {
  /** The delays in rows of the runs that paged within 100 rows, the shortest first; 0 is the first row of the step. */
  readonly rows: readonly number[];
  readonly runs: number;
}

/**
 * Returns how long a page takes after a step.
 * @param size     in standard deviations of the series
 * @param history  the rows before the step
 */
export function stepDelays(calm: Calm, size: number, history: number, runs: number): StepDelays {
  const delays: number[] = [];
  for (let seed = 1; seed <= runs; seed += 1) {
    const next = calm.source(new Random(1_000 + seed));
    const detector = new SeriesDetector();
    for (let row = 0; row < history + 100; row += 1) {
      const timeMs = startMs + row * 10_000;
      const shift = row >= history ? size * calm.deviation : 0;
      if (!detector.next(timeMs, next(timeMs) + shift).page || row < history) continue;
      delays.push(row - history);
      break;
    }
  }
  return { rows: delays.sort((a, b) => a - b), runs };
}
