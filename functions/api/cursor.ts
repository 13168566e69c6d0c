import * as z from 'zod';
import { latestDateMs } from '../shared/domain/sample.ts';
import { murmur2 } from '../shared/log/topics.ts';
import { Problem } from './problem.ts';

/**
 * The end of a page of a list that is sorted by time, the newest first: the time of its last item, and the hashes of the items
 * of that time that were returned. What is added to the list later is newer, so that the next page neither repeats nor misses
 * an item.
 */
export interface Cursor {
  readonly timeMs: number;
  readonly seen: readonly number[];
}

/** The place of an item in the order of a list. */
export interface Place {
  readonly timeMs: number;
  readonly id: string;
}

/**
 * The most characters of a cursor: that of 1,000 items of one moment is shorter. API Gateway accepts 10,240 bytes of a request's
 * line and headers.
 */
const charactersMax = 6_000;

const timeBytes = 8;
const hashBytes = 4;

const expected = 'expected the value of next in the answer before, unchanged';

/** Reads the cursor of a list that is sorted by time. @throws {Problem} 400, if it is none */
export function readTimeCursor(text: string): Cursor {
  const cursor = readCursor(text);
  if (cursor === undefined) throw new Problem(400, `cursor: ${expected}`);
  return cursor;
}

/** The parameter with which a list goes on. */
export const cursorParameter = z
  .string()
  .transform((text, context): Cursor => {
    const cursor = readCursor(text);
    if (cursor !== undefined) return cursor;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  })
  .meta({ description: 'Where the list goes on: `next` of the answer before.' });

const hashOf = (text: string): number => murmur2(Buffer.from(text)) >>> 0;

function textOf({ timeMs, seen }: Cursor): string {
  const bytes = Buffer.alloc(timeBytes + hashBytes * seen.length);
  bytes.writeDoubleBE(timeMs);
  for (const [nth, hash] of seen.entries()) bytes.writeUInt32BE(hash, timeBytes + hashBytes * nth);
  const content = bytes.toString('base64url');
  return `${content}.${hashOf(content).toString(36)}`;
}

function readCursor(text: string): Cursor | undefined {
  if (text.length > charactersMax) return undefined;
  const [, content, hash] = /^([\w-]+)\.([0-9a-z]+)$/.exec(text) ?? [];
  if (content === undefined || hashOf(content).toString(36) !== hash) return undefined;
  const bytes = Buffer.from(content, 'base64url');
  if (bytes.length < timeBytes || (bytes.length - timeBytes) % hashBytes !== 0) return undefined;
  const timeMs = bytes.readDoubleBE();
  if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs > latestDateMs) return undefined;
  const seen = Array.from({ length: (bytes.length - timeBytes) / hashBytes }, (_, nth) =>
    bytes.readUInt32BE(timeBytes + hashBytes * nth),
  );
  return { timeMs, seen };
}

/** A page of a list. */
export interface Page<Item> {
  readonly items: Item[];
  /** The text of the cursor of the next page; absent on the last one. */
  readonly next?: string;
  /** A sentence about items that no page has; absent if there are none. */
  readonly note?: string;
}

/** The part of a list that a page is made of. */
export interface PageQuery {
  readonly cursor?: Cursor | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}

/** Returns the end of the time range and the number of items that must be read for a page, and to know whether there is another. */
export function readingOf({ cursor, to, limit }: PageQuery): { readonly to?: number; readonly limit: number } {
  if (cursor === undefined) return { ...(to !== undefined && { to }), limit: limit + 1 };
  const end = Math.min(to ?? Number.POSITIVE_INFINITY, cursor.timeMs + 1);
  return { to: end, limit: limit + cursor.seen.length + 1 };
}

/**
 * Returns a page of items that were read as {@link readingOf} says.
 * @param found the items, the newest first
 */
export function pageOf<Item>(
  found: readonly Item[],
  { cursor, limit }: PageQuery,
  placeOf: (item: Item) => Place,
): Page<Item> {
  const seen = new Set(cursor?.seen);
  const unseen = found.filter((item) => {
    const { timeMs, id } = placeOf(item);
    if (cursor === undefined || timeMs < cursor.timeMs) return true;
    return timeMs === cursor.timeMs && !seen.has(hashOf(id));
  });
  const items = unseen.slice(0, limit);
  if (unseen.length <= limit) return { items };
  const { timeMs } = placeOf(items.at(-1)!);
  const ofMoment = items.map(placeOf).filter((place) => place.timeMs === timeMs);
  const before = cursor?.timeMs === timeMs ? cursor.seen : [];
  const next = textOf({ timeMs, seen: [...before, ...ofMoment.map(({ id }) => hashOf(id))] });
  if (next.length <= charactersMax) return { items, next };
  // No cursor can hold so many of one moment: the list goes on with what is older.
  const moment = new Date(timeMs).toISOString();
  const note = `so many items are of ${moment} that the rest of them is left out; a filter, or a limit of 1,000, shows more`;
  return timeMs === 0 ? { items, note } : { items, next: textOf({ timeMs: timeMs - 1, seen: [] }), note };
}
