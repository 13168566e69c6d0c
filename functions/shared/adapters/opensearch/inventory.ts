import type { Client } from '@opensearch-project/opensearch';
import { UnavailableError } from '../../domain/errors.ts';
import type { WarehouseDocument } from '../../ports/warehouse.ts';
import { readDocument } from '../../warehouse/field-names.ts';
import { inventoryIndex } from '../../warehouse/index-names.ts';
import { answerKindOf, errorTextOf, failureOf, type ServerError, unavailable } from './answer.ts';
import type { Deadline } from './deadline.ts';

/** The most ids of one request. */
const idsMax = 1_000;

interface FoundItem {
  readonly _id: string;
  readonly error?: ServerError;
  readonly _source?: WarehouseDocument;
}

/**
 * Returns items of the inventory by their ids. They are read as the last write left them, without a wait for a refresh.
 * @throws {UnavailableError} if the server does not answer until the deadline, or refuses to
 */
export async function inventoryById(
  client: Client,
  ids: readonly string[],
  deadline: Deadline,
): Promise<ReadonlyMap<string, WarehouseDocument>> {
  const found = new Map<string, WarehouseDocument>();
  for (let from = 0; from < ids.length; from += idsMax) {
    const docs = ids.slice(from, from + idsMax).map((_id) => ({ _index: inventoryIndex, _id }));
    const { docs: items = [] } = await answerTo<{ readonly docs?: readonly FoundItem[] }>(
      client,
      { method: 'POST', path: '/_mget', body: { docs }, what: 'read the inventory' },
      deadline,
    );
    for (const { _id: id, _source: source, error } of items) {
      if (source !== undefined) found.set(id, readDocument(source));
      else if (error !== undefined && error.type !== 'index_not_found_exception')
        throw new UnavailableError(`OpenSearch, read the inventory: ${errorTextOf(error)}`);
    }
  }
  return found;
}

/**
 * Deletes the live items of the inventory that were last seen before a time. An item that is written meanwhile stays.
 * @returns the number of deleted items
 * @throws {UnavailableError} if the server does not answer until the deadline, or refuses to
 */
export async function dropInventory(client: Client, seenBeforeMs: number, deadline: Deadline): Promise<number> {
  const seenBefore = { range: { 'offbeat.inventory.seen': { lt: new Date(seenBeforeMs).toISOString() } } };
  const isOfReplay = { exists: { field: 'offbeat.scope' } };
  const path = `/${inventoryIndex}/_delete_by_query?conflicts=proceed&ignore_unavailable=true`;
  const { deleted = 0 } = await answerTo<{ readonly deleted?: number }>(
    client,
    {
      method: 'POST',
      path,
      body: { query: { bool: { filter: [seenBefore], must_not: [isOfReplay] } } },
      what: 'delete from the inventory',
    },
    deadline,
  );
  return deleted;
}

interface Asked {
  readonly method: 'POST';
  readonly path: string;
  readonly body: object;
  /** The request in words, for messages. */
  readonly what: string;
}

/** Sends a request, which changes nothing when it is sent again, until it is answered. */
async function answerTo<Body>(client: Client, { what, ...request }: Asked, deadline: Deadline): Promise<Body> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      const { body } = await client.transport.request(request, deadline.requestOptions());
      return body as Body;
    } catch (error) {
      const failure = failureOf(error);
      const reported = unavailable(what, error);
      if (failure === undefined || answerKindOf(failure.status, failure.error) !== 'try again') throw reported;
      await deadline.backOff(attempts, String(reported));
    }
  }
}
