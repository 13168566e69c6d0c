import { dayMs } from '../../functions/shared/domain/durations.ts';
import type { Family } from '../../functions/shared/ports/warehouse.ts';
import { indexOf, spanOfIndex } from '../../functions/shared/warehouse/index-names.ts';
import { deletedAfterDays } from '../../functions/shared/warehouse/retention.ts';

/**
 * Returns the indices of a family that exist at a time when it was written to daily, and each was deleted as it should be.
 * @param lagMs   ms from the age at which an index should be deleted to its deletion
 * @param aheadMs ms that the newest document is ahead
 */
export function existingIndices(family: Family, nowMs: number, lagMs = 0, aheadMs = 0): string[] {
  const names = [indexOf({ family, timeMs: nowMs + aheadMs })];
  if (family === 'offbeat-inventory') return names;
  for (;;) {
    const before = spanOfIndex(family, names[0]!)!.fromMs - 1;
    const index = indexOf({ family, timeMs: before });
    if (spanOfIndex(family, index)!.fromMs + deletedAfterDays(family) * dayMs + lagMs <= nowMs) return names;
    names.unshift(index);
  }
}
