import type { SearchResult } from '../api/types.ts';
import { partsOf, seriesTitle } from '../format/names.ts';

/** Returns the title and the hint of a search result. A series has its name in words, and its text, which the API takes, behind it. */
export function offerWords({ kind, title, subtitle }: Pick<SearchResult, 'kind' | 'title' | 'subtitle'>): {
  readonly title: string;
  readonly hint: string;
} {
  return kind === 'series' ? { title: seriesTitle(partsOf(title)), hint: title } : { title, hint: subtitle };
}
