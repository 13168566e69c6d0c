import { printableJson } from '../../functions/shared/domain/printable.ts';
import { shownText } from '../../functions/shared/domain/shown.ts';
import type { HttpRequest, HttpResponse, Route } from '../http/http.ts';
import { failureAnswer } from './answer.ts';

/** A version that is newer than any Beat of its major version: a Beat refuses a server that is older than itself. */
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

/** The paths that a Beat sets up before it ships: templates, lifecycle policies, pipelines. Offbeat needs none of them. */
const setUp = /^\/_(index_template|template|component_template|ilm|data_stream|ingest|cat|nodes|cluster)(\/|$)/;

const reads = ['GET', 'HEAD'];
const writes = ['POST', 'PUT', 'DELETE'];

const answers = (path: RegExp, body: unknown): Route => ({
  methods: reads,
  path,
  bodyBytesMax: 0,
  answer: async (request) => elasticReply(request, 200, body),
});

/** The routes that a Beat uses before it ships. A request that sets something up is acknowledged, and its body not read. */
export const setUpRoutes: readonly Route[] = [
  answers(/^\/$/, banner),
  answers(/^\/_license$/, license),
  answers(/^\/_xpack$/, features),
  { methods: reads, path: setUp, bodyBytesMax: 0, answer: async (request) => notFound(request) },
  {
    methods: writes,
    path: setUp,
    bodyBytesMax: 0,
    answer: async (request) => elasticReply(request, 200, { acknowledged: true }),
  },
];

/** Answers that nothing is set up yet, so that a Beat sends its set-up, which is acknowledged. Then it ships. */
function notFound(request: HttpRequest): HttpResponse {
  const { path } = request;
  if (path.startsWith('/_cat')) return elasticReply(request, 200, []);
  if (path.startsWith('/_nodes')) return elasticReply(request, 200, { nodes: {} });
  const reason = `${shownText(path)} does not exist`;
  return elasticReply(request, 404, failureAnswer({ status: 404, type: 'resource_not_found_exception', reason }));
}

/** Returns a reply as clients of Elasticsearch expect it: they check the product's name, and the media type they asked for. */
export function elasticReply({ method, headers }: HttpRequest, status: number, body: unknown): HttpResponse {
  const asked = /application\/vnd\.elasticsearch\+json;\s*compatible-with=\d+/i.exec(headers.accept ?? '');
  return {
    status,
    headers: { 'content-type': asked?.[0] ?? 'application/json', 'x-elastic-product': 'Elasticsearch' },
    body: method === 'HEAD' ? '' : printableJson(body),
  };
}
