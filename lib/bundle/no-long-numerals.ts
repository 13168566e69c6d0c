/*
 * Replaces json11 in bundles. The OpenSearch client calls it only where `enableLongNumeralSupport` is set, for integers
 * beyond 2^53; Offbeat writes none and does not set it.
 */

/** Refuses a text, as nothing may call it. */
export function parse(): never {
  throw new Error('json11 is not in the bundle: enableLongNumeralSupport is not supported');
}

/** Refuses a value, as nothing may call it. */
export const stringify: () => never = parse;
