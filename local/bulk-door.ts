import { randomUUID } from 'node:crypto';
import type { Layout } from '../functions/shared/domain/settings.ts';
import { shown, shownText } from '../functions/shared/domain/shown.ts';
import { messageBytesMax, partitionOf, topics } from '../functions/shared/domain/topics.ts';
import type { Ports } from '../functions/shared/ports/index.ts';
import { type BulkItem, MalformedBulkError, parseBulk, type Refusal } from './bulk-request.ts';
import type { HttpRequest, HttpResponse } from './http.ts';

export interface BulkDoorOptions {
  readonly eventLog: Ports['eventLog'];
  readonly layout: Layout;
  /** Records that normalise has not read yet. */
  readonly backlog: () => number;
  /** Above so many, documents are turned away with 429 until there is room; a Beat tries again. */
  readonly backlogMax: number;
}

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
 * Documents go to `beats` as they came, once they are known to be JSON objects.
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
    failure({ status: 404, type: 'resource_not_found_exception', reason: `${shownText(path)} does not exist` }),
  ];
}

async function answerBulk(
  request: HttpRequest,
  index: string | undefined,
  options: BulkDoorOptions,
): Promise<HttpResponse> {
  const refusedType = refuseContentType(request);
  if (refusedType !== undefined) return reply(request, refusedType.status, failure(refusedType));
  let items: BulkItem[];
  try {
    items = parseBulk(request.body, index === undefined ? undefined : decodeURIComponent(index));
  } catch (error) {
    if (!(error instanceof MalformedBulkError)) throw error;
    const refusal = { status: 400, type: 'illegal_argument_exception', reason: error.message };
    return reply(request, 400, failure(refusal));
  }
  const answers = await take(items, options);
  return reply(request, 200, {
    took: 0,
    errors: answers.some((refusal) => refusal !== undefined),
    items: items.map(({ action, target }, at) => ({ [action]: answerItem(target, answers[at]) })),
  });
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

/** @returns for each item why it was refused, or `undefined` where it was taken */
async function take(items: readonly BulkItem[], options: BulkDoorOptions): Promise<(Refusal | undefined)[]> {
  const backlog = options.backlog();
  const answers = items.map((item) => (item.kind === 'refused' ? item.refusal : judge(item, backlog, options)));
  const taken = items.flatMap((item, at) =>
    item.kind === 'document' && answers[at] === undefined ? [{ at, ...item.document }] : [],
  );
  const refused = await options.eventLog.append(
    taken.map(({ bytes, host }) => ({
      topic: topics.beats,
      partition: partitionOf(host, options.layout.partitions[topics.beats]),
      key: host,
      value: bytes,
      headers: {},
    })),
  );
  for (const { index, reason } of refused) {
    answers[taken[index]!.at] = { status: 413, type: 'content_too_large', reason };
  }
  return answers;
}

function judge(
  item: BulkItem & { readonly kind: 'document' },
  backlog: number,
  { backlogMax }: BulkDoorOptions,
): Refusal | undefined {
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

function answerItem({ index, id = randomUUID() }: BulkItem['target'], refusal: Refusal | undefined): unknown {
  if (refusal !== undefined) {
    const { status, type, reason } = refusal;
    return { _index: index, _id: id, status, error: { type, reason } };
  }
  const shards = { total: 1, successful: 1, failed: 0 };
  return { _index: index, _id: id, _version: 1, result: 'created', _shards: shards, status: 201 };
}

function failure({ status, type, reason }: Refusal): unknown {
  return { error: { root_cause: [{ type, reason }], type, reason }, status };
}

/** Clients check the product's name, and that the media type they asked for comes back. */
function reply({ method, headers }: HttpRequest, status: number, body: unknown): HttpResponse {
  const asked = /application\/vnd\.elasticsearch\+json;\s*compatible-with=\d+/i.exec(headers.accept ?? '');
  return {
    status,
    headers: { 'content-type': asked?.[0] ?? 'application/json', 'x-elastic-product': 'Elasticsearch' },
    body: method === 'HEAD' ? '' : JSON.stringify(body),
  };
}
