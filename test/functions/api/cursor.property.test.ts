import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorParameter, type Place, pageOf, readingOf } from '../../../functions/api/cursor.ts';

/** Items of few moments, so that many share one. */
const items = fc
  .uniqueArray(fc.record({ timeMs: fc.nat({ max: 4 }), id: fc.string({ maxLength: 3 }) }), {
    selector: ({ id }) => id,
    maxLength: 30,
  })
  .map((all) => all.toSorted((a, b) => b.timeMs - a.timeMs));

/** Reads a page as a source does that has `all`, the newest first, and gives those of one moment in any order. */
function read(all: readonly Place[], limit: number, text?: string) {
  const cursor = text === undefined ? undefined : cursorParameter.parse(text);
  const { to = Number.POSITIVE_INFINITY, limit: most } = readingOf({ cursor, limit });
  return pageOf(all.filter(({ timeMs }) => timeMs < to).slice(0, most), { cursor, limit }, (item) => item);
}

function readAll(all: readonly Place[], limit: number, add: (page: number) => readonly Place[] = () => []): Place[] {
  const found: Place[] = [];
  let list = all;
  let next: string | undefined;
  for (let page = 0; ; page += 1) {
    const answer = read(list, limit, next);
    found.push(...answer.items);
    if (answer.next === undefined) return found;
    next = answer.next;
    list = [...add(page), ...list];
  }
}

describe('the pages of a list', () => {
  it('contain each item once, whatever the limit', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 8 }), (all, limit) => {
        expect(readAll(all, limit)).toEqual(all);
      }),
    );
  });

  it('neither repeat nor miss an item when newer ones are added between two requests', () => {
    const newer = (page: number): Place[] => [{ timeMs: 100 + page, id: `new-${page}` }];
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 8 }), (all, limit) => {
        expect(readAll(all, limit, newer)).toEqual(all);
      }),
    );
  });

  it('have at most as many items as the limit', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 8 }), (all, limit) => {
        expect(read(all, limit).items.length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

describe('the pages of a list with more items of one moment than a cursor can hold', () => {
  const crowd = Array.from({ length: 3_000 }, (_, nth) => ({ timeMs: 50, id: `crowd-${nth}` }));
  const all = [{ timeMs: 90, id: 'newest' }, ...crowd, { timeMs: 10, id: 'oldest' }];

  it.each([50, 1_000])('end with the oldest item, at %i a page, and say that some are left out', (limit) => {
    const notes: string[] = [];
    const found: Place[] = [];
    let next: string | undefined;
    do {
      const page = read(all, limit, next);
      found.push(...page.items);
      if (page.note !== undefined) notes.push(page.note);
      next = page.next;
      if (next !== undefined) expect(cursorParameter.safeParse(next).success).toBe(true);
    } while (next !== undefined);
    expect(found.at(-1)).toEqual({ timeMs: 10, id: 'oldest' });
    expect(new Set(found).size).toBe(found.length);
    expect(notes).toEqual([expect.stringMatching(/^so many items are of 1970-01-01T00:00:00.050Z/)]);
  });

  it('end where that moment is the first of all', () => {
    const first = crowd.map((item) => ({ ...item, timeMs: 0 }));
    expect(read(first, 2_000)).toMatchObject({ note: expect.stringMatching(/^so many/) });
    expect(read(first, 2_000)).not.toHaveProperty('next');
  });
});

describe('a cursor', () => {
  it('is refused if it was changed, or is any other text', () => {
    const { next } = read(
      [2, 1].map((timeMs) => ({ timeMs, id: `${timeMs}` })),
      1,
    );
    expect(cursorParameter.safeParse(next).success).toBe(true);
    for (const text of [`${next}0`, `A${next}`, next!.replace('.', ''), '', 'abc', '.']) {
      expect(cursorParameter.safeParse(text).success).toBe(false);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(cursorParameter.safeParse(text).success).toBe(false);
      }),
    );
  });
});
