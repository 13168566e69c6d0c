import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareAll, membersMin } from '../../../functions/detect/peers.ts';
import type { PeersRow } from '../../../functions/shared/domain/catalogue/peers.ts';

const row: PeersRow = { metric: 'm', direction: 'up', floor: 1, relativeFloor: 0.2, because: 'it matters' };
const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const members = fc.array(fc.record({ value, usual: fc.double({ min: 0, max: 100, noNaN: true }) }), { maxLength: 40 });

/** Returns the median of values, in the plainest way. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

describe('the comparison of a set', () => {
  it('gives each member the median and the range of the others', () => {
    fc.assert(
      fc.property(members, (set) => {
        const compared = compareAll(set, row);
        expect(compared).toHaveLength(set.length < membersMin ? 0 : set.length);
        for (const [nth, one] of compared.entries()) {
          const others = set.filter((_, other) => other !== nth).map((member) => member.value);
          expect(one.median).toBe(medianOf(others));
          expect([one.lower, one.upper]).toEqual([Math.min(...others), Math.max(...others)]);
        }
      }),
    );
  });

  it('never lets more than a quarter differ, but one of any set may', () => {
    fc.assert(
      fc.property(members, (set) => {
        const differing = compareAll(set, row).filter(({ outcome }) => outcome === 'differs').length;
        expect(differing).toBeLessThanOrEqual(Math.max(1, set.length / 4));
      }),
    );
  });

  it('does not depend on the order of the members', () => {
    fc.assert(
      fc.property(members, (set) => {
        expect(compareAll(set.toReversed(), row)).toEqual(compareAll(set, row).toReversed());
      }),
    );
  });

  it('finds one that is far off, however large the set is, on the side that matters', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 60 }), fc.double({ min: 10, max: 1e5, noNaN: true }), (others, level) => {
        const set = [...Array.from({ length: others }, () => level), 1.3 * level].map((one) => ({
          value: one,
          usual: 1,
        }));
        const outcomes = compareAll(set, row).map(({ outcome }) => outcome);
        expect(outcomes.at(-1)).toBe('differs');
        expect(new Set(outcomes.slice(0, -1))).toEqual(new Set(['within']));
        expect(compareAll(set, { ...row, direction: 'down' }).at(-1)!.outcome).toBe('within');
      }),
    );
  });
});
