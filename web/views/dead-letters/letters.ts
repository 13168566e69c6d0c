import type { DeadLetterGroup } from '../../api/operation-types.ts';

/** Returns whether a setting makes a field a dimension: whether its list names just that field. */
export function isDimension(setting: string | undefined, field: string): boolean {
  const named = /dimensions: \[(.+)\]\}\]$/.exec(setting ?? '')?.[1];
  return named === field || named === JSON.stringify(field);
}

/** Returns how many letters a redrive of a group sends: all of its reason and stage, whatever their topic. */
export const redriveCount = (
  { reason, stage }: Pick<DeadLetterGroup, 'reason' | 'stage'>,
  groups: readonly Pick<DeadLetterGroup, 'reason' | 'stage' | 'count'>[],
): number =>
  groups.filter((each) => each.reason === reason && each.stage === stage).reduce((sum, { count }) => sum + count, 0);

/** Returns the number of letters of the last hour. */
export const lastHour = ({ perHour }: { readonly perHour: readonly number[] }): number => perHour.at(-1) ?? 0;
