import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdSet, idsMax } from '../../../functions/detect/id-set.ts';

const id = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2 ** 32 - 1 }));

describe('a set of ids', () => {
  it('knows exactly the ids that were added, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(id, { maxLength: 200 }), id, (ids, other) => {
        const set = new IdSet();
        const model = new Set<number>();
        for (const each of ids) {
          expect(set.add(each)).toBe(model.has(each) ? 'known' : 'new');
          model.add(each);
        }
        expect([...set.sorted()]).toEqual([...model].sort((a, b) => a - b));
        expect(set.has(other)).toBe(model.has(other));
      }),
    );
  });

  it('has the same size after it was stored, at most 8 bytes an id beyond the first 64', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 100 }), (ids) => {
        const set = new IdSet(ids);
        expect(new IdSet([...set.sorted()]).bytes).toBe(set.bytes);
        expect(set.bytes).toBeLessThanOrEqual(64 + (2 / 0.75) * 4 * ids.length);
      }),
    );
  });

  it('keeps 8,192 ids, and knows them afterwards', () => {
    const set = new IdSet();
    for (let nth = 1; nth <= idsMax; nth += 1) expect(set.add(nth)).toBe('new');
    expect([set.add(idsMax + 1), set.add(5), set.size, set.bytes]).toEqual(['full', 'known', idsMax, 65_536]);
  });

  it('keeps no id for which it would have to grow, if it may not', () => {
    const set = new IdSet(Array.from({ length: 12 }, (_, nth) => nth + 1));
    expect([set.add(13, false), set.add(3, false), set.size]).toEqual(['full', 'known', 12]);
  });

  it('knows the id 0', () => {
    const set = new IdSet();
    expect([set.has(0), set.add(0), set.add(0), set.has(0)]).toEqual([false, 'new', 'known', true]);
  });
});
