import type { Client } from '@opensearch-project/opensearch';
import { shownText } from '../../domain/shown.ts';
import type { RefusedWrite, WarehouseDocument } from '../../ports/warehouse.ts';
import { readDocument } from '../../warehouse/field-names.ts';
import { indexOf } from '../../warehouse/index-names.ts';
import { collisionReason, differingField } from '../../warehouse/same-document.ts';
import { answerKindOf, errorTextOf, failureOf, type ServerError, unavailable } from './answer.ts';
import { type Action, type BulkItem, inChunks } from './bulk.ts';
import type { Deadline } from './deadline.ts';

/** Returns the actions whose id exists already. One with a version is none of them: it is older than what is stored. */
export function conflictsOf(
  actions: readonly Action[],
  items: readonly Readonly<Record<string, BulkItem>>[],
): readonly Action[] {
  return actions.filter(
    ({ write }, nth) => write.version === undefined && Object.values(items[nth] ?? {})[0]?.status === 409,
  );
}

interface FoundDocument {
  readonly found?: boolean;
  readonly error?: ServerError;
  readonly _source?: WarehouseDocument;
}

/**
 * Reads the documents with the ids of some actions back, and compares them. The same content was written before, which is
 * nearly always so; another content is a collision.
 *
 * All count as written before if the server does not permit to read: a deployment grants the permission after it has
 * updated the functions.
 * @throws {UnavailableError} if the server does not answer until the deadline
 */
export async function collisionsOf(
  client: Client,
  conflicts: readonly Action[],
  deadline: Deadline,
): Promise<readonly RefusedWrite[]> {
  const collisions: RefusedWrite[] = [];
  for (const chunk of inChunks(conflicts)) {
    const stored = await readBack(client, chunk, deadline);
    for (const [nth, { index, write }] of chunk.entries()) {
      const source = stored[nth]?._source;
      const field = source && differingField(readDocument(source), write.document);
      if (field !== undefined) collisions.push({ index, reason: collisionReason(shownText(field)), isCollision: true });
    }
  }
  return collisions;
}

/** The error of a document whose index was deleted after it was written: it was kept as long as it is kept. */
const deletedIndex = 'index_not_found_exception';

async function readBack(
  client: Client,
  actions: readonly Action[],
  deadline: Deadline,
): Promise<readonly FoundDocument[]> {
  const docs = actions.map(({ write }) => ({ _index: indexOf(write), _id: write.id }));
  for (let attempts = 1; ; attempts += 1) {
    try {
      const request = { method: 'POST', path: '/_mget', body: { docs } };
      const { body } = await client.transport.request(request, deadline.requestOptions());
      const stored = (body as { readonly docs?: readonly FoundDocument[] }).docs;
      const unread = stored?.find(({ error }) => error !== undefined && error.type !== deletedIndex)?.error;
      if (stored?.length === docs.length && unread === undefined) return stored;
      const what = unread === undefined ? `expected ${docs.length} documents in the answer` : errorTextOf(unread);
      await deadline.backOff(attempts, `OpenSearch, read documents back: ${what}`);
    } catch (error) {
      const failure = failureOf(error);
      if (failure === undefined) throw error;
      if (answerKindOf(failure.status, failure.error) !== 'try again') return [];
      await deadline.backOff(attempts, String(unavailable('read documents back', error)));
    }
  }
}
