import { median, medianAbsoluteDeviation } from 'simple-statistics';

/** The operations per second of one piece of work, over several rounds. */
export interface Figure {
  readonly median: number;
  /** The median absolute deviation of the rounds, as a share of their median. */
  readonly spread: number;
  /** The quickest round: the one that other load disturbed least. */
  readonly best: number;
}

/** The result of work that measures its own time, to leave out its preparation. */
export interface Timed {
  readonly tookMs: number;
}

/** Runs one round. The result is ignored, unless it is {@link Timed}. */
export type Work = () => unknown;

/**
 * Runs pieces of work in turns, so that other load on the machine affects all of them alike. The first round, in which
 * the code is compiled, is not counted.
 * @param operations in one round of any of them
 */
export async function measure<Name extends string>(
  operations: number,
  rounds: number,
  works: Readonly<Record<Name, Work>>,
): Promise<Record<Name, Figure>> {
  const entries = Object.entries<Work>(works).map(([name, work]) => ({ name, work, perSecond: [] as number[] }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { work, perSecond } of entries) {
      const ms = await msOf(work);
      if (round > 0) perSecond.push((operations * 1000) / ms);
    }
  }
  const figures = entries.map(({ name, perSecond }) => [name, figureOf(perSecond)] as const);
  return Object.fromEntries(figures) as Record<Name, Figure>;
}

async function msOf(work: Work): Promise<number> {
  const beganMs = performance.now();
  const returned = await work();
  return isTimed(returned) ? returned.tookMs : performance.now() - beganMs;
}

function isTimed(value: unknown): value is Timed {
  return typeof value === 'object' && value !== null && 'tookMs' in value;
}

/** Summarises rounds. @param perSecond the operations per second of each round */
export function figureOf(perSecond: number[]): Figure {
  const middle = median(perSecond);
  return { median: middle, spread: medianAbsoluteDeviation(perSecond) / middle, best: Math.max(...perSecond) };
}

/** Summarises rounds by the time that each took. @param times ms, or any other unit of which less is better */
export function figureOfTimes(times: number[]): Figure {
  const middle = median(times);
  return { median: middle, spread: medianAbsoluteDeviation(times) / middle, best: Math.min(...times) };
}
