import { dayMs } from '../../../functions/shared/domain/durations.ts';

/** The times with which charts are compared, by their texts in the address. */
const others: ReadonlyMap<string, string> = new Map([
  ['1d', 'yesterday'],
  ['7d', 'last week'],
]);

/** Returns how much earlier another time is, and its name; `undefined` for none. @param text such as `1d` */
export function otherTime(text: string): { readonly distanceMs: number; readonly name: string } | undefined {
  const days = /^([1-9]\d{0,2})d$/.exec(text)?.[1];
  if (days === undefined) return undefined;
  return { distanceMs: Number(days) * dayMs, name: others.get(text) ?? `${days} days before` };
}
