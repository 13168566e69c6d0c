import { printableJson } from '../functions/shared/domain/printable.ts';
import type { Layout } from '../functions/shared/domain/settings.ts';
import { shown, shownText } from '../functions/shared/domain/shown.ts';
import { messageBytesMax, partitionOf, topics } from '../functions/shared/domain/topics.ts';
import type { BulkEntry, BulkLog, BulkOutcome } from '../functions/shared/ports/bulk-log.ts';
import type { Telemetry } from '../functions/shared/ports/telemetry.ts';
import { bulkAnswer, failureAnswer, type ItemResult, resultOf } from './bulk-answer.ts';
import { type BulkItem, MalformedBulkError, parseBulk, type Refusal } from './bulk-request.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import type { Witness } from './witness.ts';

export interface BulkDoorOptions {
  readonly bulkLog: BulkLog;
  readonly layout: Layout;
  readonly telemetry: Pick<Telemetry, 'count'>;
  /** Records that normalise has not read yet. */
  readonly backlog: () => number;
  /** Above so many, documents are turned away with 429 until there is room; a Beat tries again. */
  readonly backlogMax: number;
  readonly witness?: Witness;
}

type DocumentItem = BulkItem & { readonly kind: 'document' };

/** Newer than any Beat of its major version: a Beat refuses a server older than itself. */
const version = '8.99.0';

const banner = {
  name: 'offbeat',
  cluster_name: 'offbeat',
  cluster_uuid: 'offbeat-embedded',
  version: {
    number: version,
    build_flavor: 'default',
    build_type: 'tar',
    lucene_version: '9.12.0',
    minimum_wire_compatibility_version: '7.17.0',
    minimum_index_compatibility_version: '7.0.0',
  },
  tagline: 'You Know, for Search',
};

const license = { license: { status: 'active', uid: 'offbeat-embedded', type: 'basic', mode: 'basic' } };
const features = {
  license: license.license,
  features: { ilm: { available: true, enabled: true }, security: { available: false, enabled: false } },
};

/** What a Beat sets up before it ships: templates, life times, pipelines. Offbeat keeps documents its own way. */
const setUp = /^\/_(index_template|template|component_template|ilm|data_stream|ingest|cat|nodes|cluster)(\/|$)/;

/**
 * A door in the shape of Elasticsearch's bulk API, so that a Beat's `output.elasticsearch` can be pointed at Offbeat.
 * Documents go to `beats` as they came, once they are known to be JSON objects, and each of them once.
 * @returns answers a request; `undefined` for a path that no Beat asks for
 * @throws {UnavailableError} when the log did not take the documents
 */
export function bulkDoor(options: BulkDoorOptions): (request: HttpRequest) => Promise<HttpResponse | undefined> {
  return async (request) => {
    const { method, path } = request;
    if (method === 'POST' || method === 'PUT') {
      const bulk = /^(?:\/([^/]+))?\/_bulk$/.exec(path);
      if (bulk !== null) return answerBulk(request, bulk[1], options);
    }
    const isRead = method === 'GET' || method === 'HEAD';
    if (path === '/' && isRead) return reply(request, 200, banner);
    if (path === '/_license' && isRead) return reply(request, 200, license);
    if (path === '/_xpack' && isRead) return reply(request, 200, features);
    if (!setUp.test(path)) return undefined;
    return isRead ? reply(request, ...nothingThere(path)) : reply(request, 200, { acknowledged: true });
  };
}

/** "Not there yet" makes a Beat send what it wants there, which is acknowledged; then it ships. */
function nothingThere(path: string): [number, unknown] {
  if (path.startsWith('/_cat')) return [200, []];
  if (path.startsWith('/_nodes')) return [200, { nodes: {} }];
  return [
    404,
    failureAnswer({ status: 404, type: 'resource_not_found_exception', reason: `${shownText(path)} does not exist` }),
  ];
}

async function answerBulk(
  request: HttpRequest,
  index: string | undefined,
  options: BulkDoorOptions,
): Promise<HttpResponse> {
  const refusedType = refuseContentType(request);
  if (refusedType !== undefined) return reply(request, refusedType.status, failureAnswer(refusedType));
  let items: BulkItem[];
  try {
    items = parseBulk(request.body, index === undefined ? undefined : decodeURIComponent(index));
  } catch (error) {
    if (!(error instanceof MalformedBulkError)) throw error;
    const refusal = { status: 400, type: 'illegal_argument_exception', reason: error.message };
    return reply(request, 400, failureAnswer(refusal));
  }
  return reply(request, 200, bulkAnswer(items, await take(items, options)));
}

/** A web page of somebody else's can post plain text or a form without asking; it cannot post these. */
function refuseContentType({ headers }: HttpRequest): Refusal | undefined {
  const type = headers['content-type'] ?? '';
  if (/^application\/(x-ndjson|json|vnd\.elasticsearch\+(x-ndjson|json))\s*(;|$)/i.test(type)) return undefined;
  return {
    status: 406,
    type: 'media_type_header_exception',
    reason: `Content-Type ${shown(type)} is not supported; expected application/x-ndjson`,
  };
}

/** @returns one result for each item, in order */
async function take(items: readonly BulkItem[], options: BulkDoorOptions): Promise<ItemResult[]> {
  const backlog = options.backlog();
  const results: ItemResult[] = new Array(items.length);
  const taken: { readonly at: number; readonly item: DocumentItem }[] = [];
  for (const [at, item] of items.entries()) {
    const refusal = item.kind === 'refused' ? item.refusal : judge(item, backlog, options);
    if (refusal !== undefined) results[at] = { kind: 'refused', refusal };
    else if (item.kind === 'document') taken.push({ at, item });
  }
  const outcomes = await append(
    taken.map(({ item }) => item),
    options,
  );
  for (const [nth, { at, item }] of taken.entries()) results[at] = resultOf(item, outcomes[nth]!);
  return results;
}

async function append(
  items: readonly DocumentItem[],
  { bulkLog, layout, telemetry, witness }: BulkDoorOptions,
): Promise<readonly BulkOutcome[]> {
  // Before the append, which dates the documents.
  for (const { document } of items) if (document.timeMs !== undefined) witness?.(document.timeMs);
  const outcomes = await bulkLog.append(items.map((item) => entryOf(item, layout)));
  const repeated = items.filter((_, nth) => outcomes[nth]!.kind === 'repeated');
  const lines = repeated.filter(({ target }) => target.id === undefined).length;
  const ids = repeated.length - lines;
  if (ids > 0) telemetry.count('documents_repeated', ids, { identity: '_id' });
  if (lines > 0) telemetry.count('documents_repeated', lines, { identity: 'line' });
  return outcomes;
}

function entryOf({ document: { bytes, host, identity } }: DocumentItem, { partitions }: Layout): BulkEntry {
  const partition = partitionOf(host, partitions[topics.beats]);
  return { record: { topic: topics.beats, partition, key: host, value: bytes, headers: {} }, identity };
}

function judge(item: DocumentItem, backlog: number, { backlogMax }: BulkDoorOptions): Refusal | undefined {
  const bytesMax = messageBytesMax[topics.beats];
  const bytes = item.document.bytes.length;
  if (bytes > bytesMax) {
    const reason = `the document has ${bytes} bytes; at most ${bytesMax} are taken`;
    return { status: 413, type: 'content_too_large', reason };
  }
  if (backlog > backlogMax) {
    const reason = `${backlog} documents wait to be read, more than ${backlogMax}; send again later`;
    return { status: 429, type: 'es_rejected_execution_exception', reason };
  }
  return undefined;
}

/** Clients check the product's name, and that the media type they asked for comes back. */
function reply({ method, headers }: HttpRequest, status: number, body: unknown): HttpResponse {
  const asked = /application\/vnd\.elasticsearch\+json;\s*compatible-with=\d+/i.exec(headers.accept ?? '');
  return {
    status,
    headers: { 'content-type': asked?.[0] ?? 'application/json', 'x-elastic-product': 'Elasticsearch' },
    body: method === 'HEAD' ? '' : printableJson(body),
  };
}
