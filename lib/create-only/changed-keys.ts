import { isDeepStrictEqual } from 'node:util';
import type { Value } from './record.ts';

/** Returns the keys that only one of two objects has, or whose values differ. */
export function changedKeys(before: Readonly<Record<string, Value>>, after: Readonly<Record<string, Value>>): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isDeepStrictEqual(before[key], after[key]));
}
