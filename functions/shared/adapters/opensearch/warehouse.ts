import type { Client } from '@opensearch-project/opensearch';
import { UnavailableError } from '../../domain/errors.ts';
import { messageOf } from '../../domain/message-of.ts';
import type {
  Family,
  NewestByEntityQuery,
  NewestOfEntity,
  RefusedWrite,
  Warehouse,
  WarehouseDocument,
  WarehouseQuery,
  WarehouseWrite,
} from '../../ports/warehouse.ts';
import { readDocument } from '../../warehouse/field-names.ts';
import { answerKindOf, failureOf, unavailable } from './answer.ts';
import { type Action, inChunks, inWaves, refusalBeforeSending, toAction } from './bulk.ts';
import { type ColumnHit, columnsBody, columnsOf, documentOf, nextPlace } from './columns.ts';
import { Deadline, type RetryLimits, realTiming, retryLimits, type Timing } from './deadline.ts';
import { dropInventory, inventoryById } from './inventory.ts';
import { newestByEntity } from './newest-by-entity.ts';
import { foundOf, type Hit, hitsMax, missingIsEmpty, nextPage, searchBody } from './search.ts';
import { type Refresh, Sender } from './send.ts';

const badRequest = 400;

/** Options of the warehouse on OpenSearch. */
export interface OpenSearchWarehouseOptions {
  /** @default {@link retryLimits} */
  readonly retryLimits?: Partial<RetryLimits>;
  /** The refresh that a write waits for. Without one a document is found after the index's next refresh, within 10 s. @default none */
  readonly refresh?: Refresh;
  readonly timing?: Timing;
}

/**
 * The warehouse on OpenSearch: each family has an index a period behind an alias with the family's name.
 *
 * Reads are near real-time: `search` and `count` see a document after the index's next refresh. An index that does not
 * exist counts as empty. The names of labels and unknown metrics are escaped when they are written and restored when they
 * are read.
 */
export class OpenSearchWarehouse implements Warehouse {
  readonly #client: Client;
  readonly #retryLimits: RetryLimits;
  readonly #refresh: Refresh | undefined;
  readonly #timing: Timing;
  readonly #setUp = new Set<Family>();

  constructor(client: Client, options: OpenSearchWarehouseOptions = {}) {
    this.#client = client;
    this.#retryLimits = { ...retryLimits, ...options.retryLimits };
    this.#refresh = options.refresh;
    this.#timing = options.timing ?? realTiming;
  }

  /**
   * Writes in requests of at most 5 MB and 5,000 documents. If one of them fails, the documents of those before it stay
   * written, and to write all of them again changes nothing.
   * @throws {UnavailableError} also if the family has no index template: without one OpenSearch would guess the types
   */
  async write(writes: readonly WarehouseWrite[]): Promise<readonly RefusedWrite[]> {
    if (writes.length === 0) return [];
    const deadline = new Deadline(this.#retryLimits, this.#timing);
    await this.#assertSetUp(new Set(writes.map(({ family }) => family)), deadline);
    const refused: RefusedWrite[] = [];
    const actions: Action[] = [];
    for (const [index, write] of writes.entries()) {
      const reason = refusalBeforeSending(write);
      if (reason === undefined) actions.push(toAction(index, write));
      else refused.push({ index, reason });
    }
    const sender = new Sender(this.#client, this.#refresh, deadline);
    for (const wave of inWaves(actions)) {
      for (const chunk of inChunks(wave)) refused.push(...(await sender.send(chunk)));
    }
    refused.push(...(await sender.collisions()));
    return refused.sort((a, b) => a.index - b.index);
  }

  /** @throws {UnavailableError} also if some shards did not answer: a part of the result is never returned as the whole */
  async search(query: WarehouseQuery): Promise<readonly WarehouseDocument[]> {
    const columns = columnsOf(query);
    return columns === undefined ? this.#searchDocuments(query) : this.#searchColumns(query, columns);
  }

  /** Searches documents of which columns have all that is asked for. An index with more labels than columns are allowed is read as usual. */
  async #searchColumns(query: WarehouseQuery, columns: readonly string[]): Promise<readonly WarehouseDocument[]> {
    const found: WarehouseDocument[] = [];
    let next: ReturnType<typeof nextPlace> | undefined;
    while (found.length < query.limit) {
      const repeated = next?.repeated ?? 0;
      const size = Math.min(query.limit - found.length + repeated, hitsMax);
      const body = columnsBody(query, columns, { size, after: next?.after });
      const hits = await this.#hits<ColumnHit>(query.family, body);
      if (hits === 'refused') return this.#searchDocuments(query);
      for (const hit of hits.slice(repeated)) {
        const document = foundOf(readDocument(documentOf(hit)), query);
        if (document !== undefined) found.push(document);
      }
      if (hits.length < size) break;
      next = nextPlace(hits, query.order);
    }
    return found.slice(0, query.limit);
  }

  /** @returns `refused` for a search that the server never answers */
  async #hits<Found>(family: Family, body: object): Promise<readonly Found[] | 'refused'> {
    try {
      const options = { ...missingIsEmpty, allow_partial_search_results: false };
      const answer = await this.#client.search({ index: family, ...options, body } as Parameters<Client['search']>[0]);
      return answer.body.hits.hits as unknown as readonly Found[];
    } catch (error) {
      if (failureOf(error)?.status === badRequest) return 'refused';
      throw unavailable(`search ${family}`, error);
    }
  }

  async #searchDocuments(query: WarehouseQuery): Promise<readonly WarehouseDocument[]> {
    const found: WarehouseDocument[] = [];
    let seen: ReadonlySet<string> = new Set();
    let after: Hit['sort'] | undefined;
    while (found.length < query.limit) {
      const page = await this.#page(query, query.limit - found.length + seen.size, after);
      for (const hit of page.hits) {
        if (seen.has(`${hit._index} ${hit._id}`)) continue;
        const document = foundOf(readDocument(hit._source), query);
        if (document !== undefined) found.push(document);
      }
      if (page.hits.length < page.size) break;
      ({ seen, after } = nextPage(page.hits, query.order));
    }
    return found.slice(0, query.limit);
  }

  async #page({ family, ...query }: WarehouseQuery, wanted: number, after: Hit['sort'] | undefined) {
    const size = Math.min(wanted, hitsMax);
    try {
      const { body } = await this.#client.search({
        index: family,
        ...missingIsEmpty,
        allow_partial_search_results: false,
        body: searchBody(query, size, after),
      });
      return { size, hits: body.hits.hits as unknown as readonly Hit[] };
    } catch (error) {
      throw unavailable(`search ${family}`, error);
    }
  }

  async newestByEntity(query: NewestByEntityQuery): Promise<readonly NewestOfEntity[]> {
    try {
      return await newestByEntity(this.#client, query);
    } catch (error) {
      throw unavailable(`find the newest documents of ${query.family}`, error);
    }
  }

  inventoryById(ids: readonly string[]): Promise<ReadonlyMap<string, WarehouseDocument>> {
    return inventoryById(this.#client, ids, new Deadline(this.#retryLimits, this.#timing));
  }

  dropInventory(seenBeforeMs: number): Promise<number> {
    return dropInventory(this.#client, seenBeforeMs, new Deadline(this.#retryLimits, this.#timing));
  }

  /** @throws {UnavailableError} also if some shards did not answer */
  async count(family: Family): Promise<number> {
    try {
      const { body } = await this.#client.count({ index: family, ...missingIsEmpty });
      if (body._shards.failed === 0) return body.count;
    } catch (error) {
      throw unavailable(`count ${family}`, error);
    }
    throw new UnavailableError(`OpenSearch, count ${family}: some shards did not answer`);
  }

  async #assertSetUp(wanted: ReadonlySet<Family>, deadline: Deadline): Promise<void> {
    for (const family of wanted) {
      if (this.#setUp.has(family)) continue;
      if (!(await this.#hasTemplate(family, deadline))) {
        throw new UnavailableError(`OpenSearch has no index template ${family}: run the function set-up-warehouse`);
      }
      this.#setUp.add(family);
    }
  }

  async #hasTemplate(name: Family, deadline: Deadline): Promise<boolean> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        const answer = await this.#client.indices.existsIndexTemplate({ name }, deadline.requestOptions());
        return answer.statusCode === 200;
      } catch (error) {
        const failure = failureOf(error);
        const kind = failure && answerKindOf(failure.status, failure.error);
        const reported = unavailable(`look for index template ${name}`, error);
        if (kind !== 'try again') throw reported;
        await deadline.backOff(attempts, messageOf(reported));
      }
    }
  }
}
