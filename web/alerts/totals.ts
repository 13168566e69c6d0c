import type { Overview } from '../api/types.ts';

/** The numbers of alerts that are open and not silenced, over all clusters that count. */
export interface AlertTotals {
  readonly open: number;
  readonly acknowledged: number;
  readonly paged: number;
  /** The number of components in trouble, by kind. A notice is no trouble. */
  readonly troubled: Readonly<Record<string, number>>;
}

/** Returns the numbers of alerts. They are those of all, also where not all are listed. */
export function totalsOf({ clusters }: Pick<Overview['alerts'], 'clusters'>): AlertTotals {
  const troubled: Record<string, number> = {};
  let [open, acknowledged, paged] = [0, 0, 0];
  for (const each of clusters) {
    open += each.open - each.silenced;
    acknowledged += each.acknowledged;
    paged += each.paged;
    for (const [kind, count] of Object.entries(each.troubled)) troubled[kind] = (troubled[kind] ?? 0) + count;
  }
  return { open, acknowledged, paged, troubled };
}
