import { inFloats } from './layout.ts';

const countAt = inFloats.count;
const longestRunAt = inFloats.longestRun;
const meanRunAt = inFloats.meanRun;
const runAt = inFloats.run;

/** The surprise of a run of equal values from which on it is unusual, as -ln of its probability: one in a million. */
const surpriseFrom = 14;
/** The multiple of the longest run so far that it must reach, and the number of values needed before it. */
const longerThanBefore = 2;
const valuesBefore = 100;
/** The least weight of a run in the mean length of runs. */
const runWeight = 0.02;
/**
 * The weight of a run that is no longer than this is its share of all values so far, up to the most. The first runs of what is
 * rare would otherwise count too little for a day, and each longer one would page; a night is no such run.
 */
const shortRun = 500;
const runWeightMax = 0.2;
/** The number of values in 7 days at 10 s, the shortest usual interval. */
const valuesOfWeek = 60_480;
/**
 * The share of the longest run that one value forgets. It halves in a week, and twice of it must be reached: so what was as
 * long within the last 7 days is not unusual, such as a weekend. At longer intervals it is remembered for longer.
 */
const forgetting = 1 - 2 ** (-1 / valuesOfWeek);

/** Prepares a new series. */
export function beginRuns(floats: Float32Array, at: number): void {
  floats[at + meanRunAt] = 1;
}

/**
 * Returns whether a series has gone quiet with a value: it repeats one value for so long that its usual runs do not
 * explain it. A topic that fell silent reads 0 again and again, a stuck sensor its last value. Learns the run.
 *
 *     p        = mean / (1 + mean)      the usual probability that a value repeats the one before
 *     surprise = -run * ln p
 *
 * @param isEqual whether the value equals the one before
 */
export function hasGoneQuiet(floats: Float32Array, at: number, isEqual: boolean): boolean {
  const before = floats[at + runAt]!;
  const longest = floats[at + longestRunAt]!;
  const mean = floats[at + meanRunAt]!;
  let isQuiet = false;
  let longestNow = longest;
  if (isEqual) {
    const run = before + 1;
    floats[at + runAt] = run;
    isQuiet =
      run >= longerThanBefore * longest &&
      floats[at + countAt]! - before > valuesBefore &&
      -run * Math.log(mean / (1 + mean)) >= surpriseFrom;
  } else if (before > 0) {
    floats[at + runAt] = 0;
    const share = before <= shortRun ? before / floats[at + countAt]! : 0;
    const weight = Math.max(runWeight, Math.min(runWeightMax, share));
    floats[at + meanRunAt] = mean + weight * (before - mean);
    longestNow = Math.max(before, longest);
  }
  floats[at + longestRunAt] = longestNow * (1 - forgetting);
  return isQuiet;
}
