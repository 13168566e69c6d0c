import { type Entity, entityPath } from '../../shared/domain/entity.ts';
import type { Series } from '../../shared/domain/series.ts';
import type { Family, Warehouse, WarehouseDocument } from '../../shared/ports/warehouse.ts';
import { turns } from '../../shared/time/event-loop.ts';
import { timestamp } from '../../shared/warehouse/common-fields.ts';

/** A time range in ms since 1970, `from` inclusive and `to` exclusive, and the most results that are returned. */
export interface Span {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}

export interface NewestQuery extends Span {
  readonly family: Family;
  /** Fields and their exact values; a field whose value is `undefined` is not compared. */
  readonly match?: Readonly<Record<string, string | undefined>>;
}

/**
 * Returns the newest documents that match, the newest first.
 * @throws {UnavailableError} if the warehouse does not answer
 */
export function newest(
  warehouse: Warehouse,
  { family, match = {}, from, to, limit }: NewestQuery,
): Promise<readonly WarehouseDocument[]> {
  const compared = Object.entries(match).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return warehouse.search({
    family,
    match: Object.fromEntries(compared),
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
    order: 'newest first',
    limit,
  });
}

/** Returns the match of the documents of one entity, or of all if it is `undefined`. */
export const matchEntity = (entity: Entity | undefined): Readonly<Record<string, string | undefined>> => ({
  'offbeat.entity.path': entity === undefined ? undefined : entityPath(entity),
});

/** The most pages that one request reads: a request that needs more gets a part of the answer. */
const pagesMax = 20;

const pageDocumentsDefault = 10_000;

export interface SeriesQuery<Item> extends Span {
  readonly family: Family;
  readonly series: Series;
  /** Returns what the answer contains of a document; `undefined` for a document of other series. */
  readonly pick: (document: WarehouseDocument) => Item | undefined;
  /** The most documents of a page. @default 10,000 */
  readonly pageDocuments?: number | undefined;
}

/**
 * Returns the newest items of one series, the newest first. Documents of other datasets of its entity are in between, so
 * page after page is read, until there are `limit` items, no more documents, or 20 pages. Other work of the process gets
 * its turn meanwhile.
 * @throws {UnavailableError} if the warehouse does not answer
 */
export async function newestOfSeries<Item>(warehouse: Warehouse, query: SeriesQuery<Item>): Promise<Item[]> {
  const { family, series, from, limit, pick, pageDocuments = pageDocumentsDefault } = query;
  const match = matchSeries(series);
  const found: Item[] = [];
  let { to } = query;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page = await newest(warehouse, { family, match, from, to, limit: pageDocuments });
    const { documents, nextTo } = wholeMoments(page, pageDocuments);
    for (const document of documents) {
      const item = pick(document);
      if (item !== undefined) found.push(item);
      if (found.length === limit) return found;
      if (turns.isOver) await turns.next();
    }
    if (nextTo === undefined) break;
    to = nextTo;
  }
  return found;
}

function matchSeries({ entity, dimensions }: Series): Readonly<Record<string, string | undefined>> {
  const labels = Object.entries(dimensions).map(([name, value]) => [`labels.${name}`, value]);
  return { ...matchEntity(entity), ...Object.fromEntries(labels) };
}

/**
 * Returns the documents of a page without those of its oldest moment, of which the warehouse may have more, and the end
 * of the next page, which begins with that moment. The last page is returned whole, without a next one.
 */
function wholeMoments(
  page: readonly WarehouseDocument[],
  pageDocuments: number,
): { readonly documents: readonly WarehouseDocument[]; readonly nextTo?: number } {
  const oldestMs = timeOf(page.at(-1));
  const isLast = page.length < pageDocuments || oldestMs === timeOf(page[0]);
  if (isLast || oldestMs === undefined) return { documents: page };
  const end = page.findIndex((document) => timeOf(document) === oldestMs);
  return { documents: page.slice(0, end), nextTo: oldestMs + 1 };
}

const timeOf = (document: WarehouseDocument | undefined): number | undefined =>
  document === undefined ? undefined : timestamp.read(document);
