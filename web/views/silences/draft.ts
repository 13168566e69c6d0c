import { signal } from '@preact/signals';
import type { Until } from '../../alerts/silence-end.ts';

/** A label and the text or glob that it must match. */
export type MatcherPair = readonly [label: string, pattern: string];

/** A silence that is being written. */
export interface Draft {
  /** The cluster; empty for the cluster that the head names. */
  readonly cluster: string;
  readonly matchers: readonly MatcherPair[];
  /** The text of the next matcher, which is typed and not added yet. */
  readonly typed: string;
  readonly until: Until;
  readonly note: string;
}

export const emptyDraft: Draft = { cluster: '', matchers: [], typed: '', until: { minutes: 120 }, note: '' };

/** The silence that is being written. It stays while other views are open. */
export const draft = signal<Draft>(emptyDraft);

/** The result of reading a text: a matcher, or the reason why it is none. */
export type ReadMatcher = { readonly matcher: MatcherPair } | { readonly fault: string };

/**
 * Reads a text such as `name=node-*`. A pattern may be written in quotation marks, in which `\"` is a quotation mark and `\\` a backslash;
 * a pattern without them is all that follows the equals sign.
 */
export function readMatcher(text: string): ReadMatcher {
  const [, label, sign, written = ''] = /^\s*([^\s=!]+)\s*(!?=~?)\s*(.*?)\s*$/s.exec(text) ?? [];
  if (label === undefined) return { fault: 'A matcher is a label, an equals sign and a text or glob: name=node-*' };
  if (sign !== '=') return { fault: `“${sign}” is not known: a matcher takes = and a text or glob, as in name=node-*` };
  if (written === '') return { fault: `Write what ${label} must match, as in name=node-*` };
  if (!written.startsWith('"')) return { matcher: [label, written] };
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(written)?.[1];
  if (quoted === undefined) {
    return { fault: 'The quotation marks must enclose the whole pattern. One within it is written as \\"' };
  }
  const pattern = quoted.replace(/\\(["\\])/g, '$1');
  return pattern === ''
    ? { fault: `Write what ${label} must match: an empty pattern is refused` }
    : { matcher: [label, pattern] };
}

/**
 * Returns a draft whose typed text has become a matcher; the same one where nothing is typed.
 * @returns the reason where it cannot: the text is no matcher, or its label has one already
 */
export function withTyped(before: Draft): Draft | { readonly fault: string } {
  if (before.typed.trim() === '') return before;
  const read = readMatcher(before.typed);
  if ('fault' in read) return read;
  const [label, pattern] = read.matcher;
  const known = before.matchers.find(([other]) => other === label);
  if (known !== undefined && known[1] !== pattern) {
    return { fault: `${label} has a matcher already, and all must match: remove it first` };
  }
  return { ...before, typed: '', matchers: known === undefined ? [...before.matchers, read.matcher] : before.matchers };
}

/** Returns the draft of a silence with the matchers of an address. Texts that are none are shown as they were written. */
export function draftOf(texts: readonly string[]): Draft {
  let read = emptyDraft;
  const unread: string[] = [];
  for (const typed of texts) {
    const next = withTyped({ ...read, typed });
    if ('fault' in next) unread.push(typed);
    else read = next;
  }
  return { ...read, typed: unread.join(', ') };
}
