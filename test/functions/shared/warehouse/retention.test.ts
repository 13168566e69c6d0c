import { describe, expect, it } from 'vitest';
import { olderThanKept, toWrite } from '../../../../functions/persist/to-write.ts';
import { dayMs, hourMs, minuteMs } from '../../../../functions/shared/domain/durations.ts';
import { families } from '../../../../functions/shared/ports/warehouse.ts';
import { indexOf, spanOfIndex } from '../../../../functions/shared/warehouse/index-names.ts';
import {
  deletedAfterDays,
  deletionLagMs,
  indicesMax,
  type KeptFamily,
  keptDays,
} from '../../../../functions/shared/warehouse/retention.ts';
import { existingIndices } from '../../../support/existing-indices.ts';
import { sample, sampleRecords } from '../../persist/open-persist.ts';

describe('the indices of a deployment that was written to every day', () => {
  // Weeks, months and years begin together in every order within 400 years; 28 have every weekday of every date.
  const days = Array.from({ length: 28 * 366 }, (_, nth) => Date.parse('2026-01-01T12:00:00Z') + nth * dayMs);

  it(`are at most ${indicesMax} at any time, with those that wait for their deletion and documents of the next minute`, () => {
    // After midnight old indices wait for their deletion; before it, a shipper whose clock is ahead makes the next one.
    const times = days.flatMap((noon) => [noon - dayMs / 2 + 1, noon, noon + dayMs / 2 - 1]);
    const numbers = times.map((nowMs) =>
      families.reduce((sum, family) => sum + existingIndices(family, nowMs, deletionLagMs, minuteMs).length, 0),
    );
    expect(Math.max(...numbers)).toBe(indicesMax);
  });

  it('contain every document for as long as it is kept', () => {
    for (const nowMs of days.filter((_, nth) => nth % 13 === 0)) {
      for (const family of families) {
        if (family === 'offbeat-inventory') continue;
        const oldestMs = nowMs - (keptDays[family] - 1) * dayMs;
        expect(existingIndices(family, nowMs)).toContain(indexOf({ family, timeMs: oldestMs }));
      }
    }
  });
});

describe('a year with shippers that are late by up to 7 days', () => {
  const beginMs = Date.parse('2027-02-01T00:00:00Z');

  /** Returns the most indices that existed. @param isLeftOut whether persist leaves a sample of a time out */
  function mostIndices(isLeftOut: (timeMs: number, nowMs: number) => boolean): number {
    const createdAt = new Map<string, { readonly family: KeptFamily; readonly atMs: number }>();
    const kept = Object.keys(keptDays) as KeptFamily[];
    for (const family of kept) {
      for (const index of existingIndices(family, beginMs, deletionLagMs)) {
        createdAt.set(index, { family, atMs: spanOfIndex(family, index)!.fromMs });
      }
    }
    let most = 0;
    for (let nowMs = beginMs; nowMs < beginMs + 366 * dayMs; nowMs += hourMs) {
      for (const [index, { family, atMs }] of createdAt) {
        if (atMs + deletedAfterDays(family) * dayMs + deletionLagMs <= nowMs) createdAt.delete(index);
      }
      for (const family of kept) {
        for (let late = 0; late <= 7; late += 1) {
          const timeMs = nowMs - late * dayMs;
          if (family === 'offbeat-samples' && isLeftOut(timeMs, nowMs)) continue;
          const index = indexOf({ family, timeMs });
          if (!createdAt.has(index)) createdAt.set(index, { family, atMs: nowMs });
        }
      }
      // The inventory is one more.
      most = Math.max(most, createdAt.size + 1);
    }
    return most;
  }

  it(`has at most ${indicesMax} indices, because persist leaves out samples that are older than they are kept`, () => {
    const leavesOut = (timestampMs: number, nowMs: number) =>
      toWrite({ ...sampleRecords(sample(0, { timestampMs }))[0]!, timestampMs: nowMs }) === olderThanKept;
    expect(mostIndices(leavesOut)).toBeLessThanOrEqual(indicesMax);
    expect(mostIndices(() => false)).toBeGreaterThan(indicesMax);
  });
});
