import type { Answer } from '../api/answer.ts';
import type { Search, SearchResult } from '../api/types.ts';
import { partsOf, seriesTitle } from '../format/names.ts';

/** Returns the title and the hint of a search result. A series has its name in words, and its text, which the API takes, behind it. */
export function offerWords({ kind, title, subtitle }: Pick<SearchResult, 'kind' | 'title' | 'subtitle'>): {
  readonly title: string;
  readonly hint: string;
} {
  return kind === 'series' ? { title: seriesTitle(partsOf(title)), hint: title } : { title, hint: subtitle };
}

/** Returns what the palette says above its offers: that nothing is found only once the server has said so. */
export function paletteHeading(
  text: string,
  { data, problem, isOfBefore }: Pick<Answer<Search>, 'data' | 'problem' | 'isOfBefore'>,
  count: number,
): string {
  if (text === '') return 'Suggested now';
  if (problem !== undefined) return `Not searched: ${problem.message}`;
  if (data === undefined || isOfBefore) return 'Searching';
  return count === 0 ? 'Nothing is found' : 'Found';
}
