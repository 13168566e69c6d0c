import type { Values } from '../../api/types.ts';

/**
 * Returns the words before what a tile says of a range of the past: the moment of its newest value, as others beside it are of now.
 * @param said the words for a moment
 */
export function pastWords(
  { times, values }: { readonly times: readonly number[]; readonly values: Values | undefined },
  isOver: boolean,
  said: (ms: number) => string,
): string {
  const nth = values?.findLastIndex((value) => value !== null) ?? -1;
  return isOver && nth >= 0 ? `at ${said(times[nth]!)}; ` : '';
}
