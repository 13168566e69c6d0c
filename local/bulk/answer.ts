import { randomUUID } from 'node:crypto';
import type { BulkOutcome } from '../../functions/shared/ports/bulk-log.ts';
import type { BulkItem, BulkRefusal, BulkTarget } from './request.ts';

/** The result of one item of a bulk request, as its client gets it. */
export type ItemResult =
  | { readonly kind: 'created' }
  | { readonly kind: 'updated'; readonly version: number }
  | { readonly kind: 'refused'; readonly refusal: BulkRefusal };

/**
 * Returns the result of a document for its client. The answer to a repeat with an `_id` is that of Elasticsearch: a
 * conflict for `create`, an update for `index`. The answer to a repeated line is that to a new one, because its client
 * named no `_id` that could be in conflict.
 */
export function resultOf({ action, target }: BulkItem, outcome: BulkOutcome): ItemResult {
  if (outcome.kind === 'refused') {
    return { kind: 'refused', refusal: { status: 413, type: 'content_too_large', reason: outcome.reason } };
  }
  if (outcome.kind === 'appended' || target.id === undefined) return { kind: 'created' };
  if (action === 'index') return { kind: 'updated', version: outcome.version };
  return { kind: 'refused', refusal: conflict(target.index, target.id, outcome.version) };
}

/** Returns the refusal of a repeat. `_na_` is Elasticsearch's text for an index without a UUID. */
function conflict(index: string, id: string, version: number): BulkRefusal {
  return {
    status: 409,
    type: 'version_conflict_engine_exception',
    reason: `[${id}]: version conflict, document already exists (current version [${version}])`,
    shard: { index_uuid: '_na_', shard: '0', index },
  };
}

/**
 * Returns the answer to a whole request.
 * @param results one for each item, in order
 * @see https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
 */
export function bulkAnswer(items: readonly BulkItem[], results: readonly ItemResult[]): unknown {
  return {
    took: 0,
    errors: results.some(({ kind }) => kind === 'refused'),
    items: items.map(({ action, target }, at) => ({ [action]: itemAnswer(target, results[at]!) })),
  };
}

function itemAnswer({ index, id = randomUUID() }: BulkTarget, result: ItemResult): unknown {
  if (result.kind === 'refused') {
    const { status, type, reason, shard } = result.refusal;
    return { _index: index, _id: id, status, error: { type, reason, ...shard } };
  }
  const isUpdate = result.kind === 'updated';
  return {
    _index: index,
    _id: id,
    _version: isUpdate ? result.version : 1,
    result: result.kind,
    _shards: { total: 1, successful: 1, failed: 0 },
    status: isUpdate ? 200 : 201,
  };
}

/** Returns the answer to a request that is refused as a whole. */
export function failureAnswer({ status, type, reason }: BulkRefusal): unknown {
  return { error: { root_cause: [{ type, reason }], type, reason }, status };
}
