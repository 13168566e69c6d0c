import { inFloats } from './layout.ts';

const evidenceAt = inFloats.evidence;
const mostEvidenceAt = inFloats.mostEvidence;

/** The largest distance that one value counts, in spreads: one value far off is no evidence of a shift. */
const most = 3.75;
/** The weight of a value, and the evidence that pages: four values of 3.75 spreads reach it, three do not. */
const weight = 0.25;
const pagesFrom = 2.4;
/** The factor by which evidence must exceed all evidence before, and the share of that which one value forgets. */
const exceedsBy = 1.05;
const forgetting = 5e-5;
/**
 * The discount where each value follows entirely from the one before. The mean of about seven values of an autoregressive
 * series (0.9, persistence 0.81) varies 2.27 times as much as that of independent ones: 1 + 1.5 * 0.81.
 */
export const persistenceDiscount = 1.5;

/**
 * Weighs the evidence of several values together, and learns it. Returns the side on which it pages, 1 or -1; 0 if it does
 * not. It needs neither a range that outliers have not blown up nor a value that is unusual by itself: values that are
 * moderately off on one side, one after the other, are unusual where that never happened before.
 *
 *     evidence = evidence + 0.25 * (clip(z, ±3.75) - evidence)
 *
 * @param z           the signed distance from the envelope in spreads, after the discount of persistent series
 * @param sensitivity a factor of the evidence, > 0; it changes nothing that is learned
 */
export function weighEvidence(floats: Float32Array, at: number, z: number, sensitivity: number): -1 | 0 | 1 {
  const before = floats[at + evidenceAt]!;
  const evidence = before + weight * (Math.max(-most, Math.min(most, z)) - before);
  const size = Math.abs(evidence);
  const mostBefore = floats[at + mostEvidenceAt]!;
  floats[at + evidenceAt] = evidence;
  floats[at + mostEvidenceAt] = size > mostBefore ? size : mostBefore * (1 - forgetting);
  if (size * sensitivity < pagesFrom || size <= exceedsBy * mostBefore) return 0;
  return evidence > 0 ? 1 : -1;
}
