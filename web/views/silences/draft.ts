import { signal } from '@preact/signals';
import type { Until } from '../../alerts/silence-end.ts';

/** A silence that is being written. */
export interface Draft {
  /** The cluster; empty for the cluster that the head names. */
  readonly cluster: string;
  readonly matchers: readonly (readonly [label: string, pattern: string])[];
  readonly until: Until;
  readonly note: string;
}

export const emptyDraft: Draft = { cluster: '', matchers: [], until: { minutes: 120 }, note: '' };

/** The silence that is being written. It stays while other views are open. */
export const draft = signal<Draft>(emptyDraft);

/** Returns the label and the pattern in a text such as `name=node-*`; `undefined` if it is not complete. */
export function matcherIn(text: string): readonly [label: string, pattern: string] | undefined {
  const [, label, pattern] =
    /^\s*([^\s=]+)\s*=\s*(?:"([^"]*)"|(.*\S))\s*$/.exec(text)?.filter((part) => part !== undefined) ?? [];
  return label === undefined || pattern === undefined || pattern === '' ? undefined : [label, pattern];
}
