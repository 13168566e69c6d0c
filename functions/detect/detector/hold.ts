import { inFloats } from './layout.ts';

const heldAt = inFloats.held;

/** The score from which on a value counts as unusual by itself. A held score stays below it. */
export const unusualFrom = 5;
const perUnusualSquared = 1 / unusualFrom ** 2;
/** The share of a held score that one value leaves. */
const holding = 0.97;

/**
 * Returns the score of a value: its own distance, or what is held of the distances before it. The values after an unusual
 * one are part of the same trouble, but none of them outranks the next value that is unusual by itself.
 *
 *     held  = max(own, 0.97 * held)
 *     score = own                                      if own ≥ 5
 *             max(own, held / sqrt(1 + (held / 5)²))   otherwise
 *
 * @param own the discounted distance of the value in spreads, ≥ 0
 */
export function hold(floats: Float32Array, at: number, own: number): number {
  const before = holding * floats[at + heldAt]!;
  const held = Math.max(own, before);
  floats[at + heldAt] = held;
  if (own >= unusualFrom) return own;
  const score = held / Math.sqrt(1 + held * held * perUnusualSquared);
  return Math.max(score, own);
}
