import type { Client } from '@opensearch-project/opensearch';
import { UnavailableError } from '../../domain/errors.ts';
import type {
  Family,
  RefusedWrite,
  Warehouse,
  WarehouseDocument,
  WarehouseQuery,
  WarehouseWrite,
} from '../../ports/warehouse.ts';
import { readDocument } from '../../warehouse/field-names.ts';
import { failureOf, outcomeOf, unavailable } from './answer.ts';
import { type Action, inChunks, inWaves, refusalBeforeSending, toAction } from './bulk.ts';
import { Deadline, type Patience, patience, realTiming, type Timing } from './deadline.ts';
import { type Hit, hitsMax, nextPage, searchBody } from './search.ts';
import { type Refresh, Sender } from './send.ts';

export interface OpenSearchWarehouseOptions {
  readonly patience?: Partial<Patience>;
  /** What a write waits for. @default nothing: documents are found after the index's next refresh, within 10 s */
  readonly refresh?: Refresh;
  readonly timing?: Timing;
}

/**
 * Documents in a daily index a family, behind an alias of the family's name.
 *
 * Reads are near real-time: `search` and `count` see a write after the index's next refresh. An index that is not there
 * holds nothing. Made-up names come back as they were written, whatever {@link readDocument} had to undo.
 */
export class OpenSearchWarehouse implements Warehouse {
  readonly #client: Client;
  readonly #patience: Patience;
  readonly #refresh: Refresh | undefined;
  readonly #timing: Timing;
  readonly #setUp = new Set<Family>();

  constructor(client: Client, options: OpenSearchWarehouseOptions = {}) {
    this.#client = client;
    this.#patience = { ...patience, ...options.patience };
    this.#refresh = options.refresh;
    this.#timing = options.timing ?? realTiming;
  }

  /**
   * In requests of at most 5 MB and 5,000 documents. Where one of several fails, those before it stay written: their
   * ids make writing all again harmless.
   * @throws {UnavailableError} also if the family has no index template yet: without one OpenSearch would guess types
   */
  async write(writes: readonly WarehouseWrite[]): Promise<readonly RefusedWrite[]> {
    if (writes.length === 0) return [];
    const deadline = new Deadline(this.#patience, this.#timing);
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
    return refused.sort((a, b) => a.index - b.index);
  }

  /** @throws {UnavailableError} also if some shards did not answer: a part is never given as the whole */
  async search(query: WarehouseQuery): Promise<readonly WarehouseDocument[]> {
    const found: WarehouseDocument[] = [];
    let seen: ReadonlySet<string> = new Set();
    let after: Hit['sort'] | undefined;
    while (found.length < query.limit) {
      const page = await this.#page(query, query.limit - found.length + seen.size, after);
      for (const hit of page.hits) {
        if (!seen.has(`${hit._index} ${hit._id}`)) found.push(readDocument(hit._source));
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
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await this.#client.indices.existsIndexTemplate({ name }, deadline.requestOptions());
        return answer.statusCode === 200;
      } catch (error) {
        const failure = failureOf(error);
        const told = unavailable(`look for index template ${name}`, error);
        if (failure === undefined || outcomeOf(failure.status, failure.error) !== 'try again') throw told;
        await deadline.backOff(tries, (told as Error).message);
      }
    }
  }
}

const missingIsEmpty = { ignore_unavailable: true, allow_no_indices: true } as const;
