import { Problem } from '../problem.ts';

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** The cursor of the next page; absent on the last. */
  readonly next?: string;
}

const prefix = 'after ';

/**
 * Returns a page of a list that was sorted as a whole.
 * @param cursor the cursor of the page before
 * @throws {Problem} 400, if the cursor is none
 */
export function pageOf<Item>(all: readonly Item[], limit: number, cursor: string | undefined): Page<Item> {
  const from = cursor === undefined ? 0 : readCursor(cursor);
  const items = all.slice(from, from + limit);
  const end = from + items.length;
  return end < all.length ? { items, next: Buffer.from(`${prefix}${end}`).toString('base64url') } : { items };
}

function readCursor(cursor: string): number {
  const [, count] = /^after (\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (count !== undefined) return Number(count);
  throw new Problem(400, 'cursor: expected the "next" of the page before');
}
