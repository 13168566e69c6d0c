import { shown } from '../shared/domain/shown.ts';
import { murmur2 } from '../shared/log/topics.ts';
import { Problem } from './problem.ts';

/** The query string of a request, before it is read. */
type Query = Readonly<Record<string, string | readonly string[]>>;

/**
 * The parameters that do not choose what a list contains: where it goes on, how much of it is asked for, and times, which may be relative
 * to the moment of each request.
 */
const notOfList: ReadonlySet<string> = new Set(['cursor', 'limit', 'names', 'points', 'from', 'to']);

const separator = '~';

const expected = 'expected the value of next in the answer before, unchanged, and the same path and filters as there';

/** Returns the mark of a list: of its route and of the filters of a request. */
export function listMark(path: string, query: Query): string {
  const filters = Object.entries(query)
    .filter(([name]) => !notOfList.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return (murmur2(Buffer.from(JSON.stringify([path, filters]))) >>> 0).toString(36);
}

/** Returns an answer whose `next` names the list that it belongs to. */
export function withMark<Answer>(answer: Answer, mark: string): Answer {
  const { next } = answer as { readonly next?: unknown };
  return typeof next === 'string' ? { ...answer, next: `${next}${separator}${mark}` } : answer;
}

/**
 * Returns a query string whose cursor is that of the list alone.
 * @throws {Problem} 400, if it is the cursor of another list, or of other filters
 */
export function withoutMark(query: Query, mark: string): Query {
  const { cursor } = query;
  if (typeof cursor !== 'string') return query;
  const at = cursor.lastIndexOf(separator);
  if (at < 0 || cursor.slice(at + 1) !== mark) {
    throw new Problem(400, `cursor: ${expected}, got ${shown(cursor)}`);
  }
  return { ...query, cursor: cursor.slice(0, at) };
}
