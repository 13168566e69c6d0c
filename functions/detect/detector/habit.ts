import { inFloats } from './layout.ts';

const burstLeftAt = inFloats.burstLeft;
const habitAt = inFloats.habit;

/** The distance in spreads from which on a value belongs to a burst. */
const burstFrom = 4;
/** The number of values after a value of a burst that belong to the same burst. */
const burstValues = 12;
/** The share of the bursts that is forgotten with each value, and how much one burst counts. */
const forgetting = 5e-4;
const burstWeight = 0.1;
/** The weights of one burst and of the youth of a series, for pages. */
const burstWeightOfPages = 0.2;
const youthWeight = 150;

/**
 * Returns a distance discounted by the habit of a series: one that has often been far off must be further off to stand
 * out. Learns the distance afterwards.
 *
 *     discounted = z / sqrt(1 + 0.1 * bursts)
 *
 * @param z a distance in spreads, ≥ 0
 */
export function discountByHabit(floats: Float32Array, at: number, z: number): number {
  const bursts = floats[at + habitAt]!;
  const left = floats[at + burstLeftAt]!;
  const isBurst = z > burstFrom;
  const kept = bursts * (1 - forgetting);
  floats[at + habitAt] = isBurst && left <= 0 ? kept + 1 : kept;
  floats[at + burstLeftAt] = isBurst ? burstValues : left > 0 ? left - 1 : 0;
  return z / Math.sqrt(1 + burstWeight * bursts);
}

/**
 * Returns a distance as it counts for a page of several values: discounted by the habit of the series, as far as its values
 * are independent, and by its youth, as a spread of few values is uncertain. Where a value follows from the one before, a
 * burst is one event, and says little of the next one.
 *
 *     discounted = z / sqrt(1 + 0.2 * bursts * (1 - persistence) + 150 / count)
 *
 * @param z a distance in spreads, any sign
 * @param count the number of values before
 * @param persistence in [0, 1]
 */
export function discountForPage(
  floats: Float32Array,
  at: number,
  z: number,
  { count, persistence }: { readonly count: number; readonly persistence: number },
): number {
  const bursts = floats[at + habitAt]! * (1 - persistence);
  return z / Math.sqrt(1 + burstWeightOfPages * bursts + youthWeight / count);
}
