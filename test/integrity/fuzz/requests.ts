import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Message } from './message.ts';
import { extraHeader, hostileNames, json, methods, ndjson, oddTargets, queryText } from './odd-values.ts';
import type { Route } from './routes.ts';

/** The data from which arbitraries are made: the process that is called, and what it holds. */
export interface Surroundings {
  readonly host: string;
  readonly nowMs: number;
  readonly routes: readonly Route[];
  /** The open alerts that only a command changes. */
  readonly alerts: readonly { readonly id: string; readonly cluster: string }[];
  /** The series that exist. */
  readonly series: readonly string[];
}

const encodeMost = (text: string): string => (/^%/.test(text) ? text : encodeURIComponent(text.toWellFormed()));

function query({ alerts, series }: Surroundings, parameters: readonly string[]): fc.Arbitrary<string> {
  const value = queryText([...alerts.slice(0, 5).map(({ id }) => id), ...series]);
  const name = fc.oneof(
    ...(parameters.length === 0 ? [] : [{ weight: 8, arbitrary: fc.constantFrom(...parameters) }]),
    { weight: 1, arbitrary: fc.constantFrom('limit', 'cluster', '__proto__', 'constructor', '', 'x[]', 'series') },
  );
  return fc
    .array(fc.tuple(name, value), { maxLength: 3 })
    .map((pairs) =>
      pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name}=${encodeMost(value)}`).join('&')}`,
    );
}

/** A documented route with its parameters: answers, and refusals that name a field. */
export function question(around: Surroundings): fc.Arbitrary<Message> {
  const id = fc.oneof(
    fc.constantFrom(...around.alerts).map(({ id }) => id),
    hostileNames,
  );
  const headers = fc.array(extraHeader, { maxLength: 2 });
  return fc.constantFrom(...around.routes).chain((route) =>
    fc.record({ id, query: query(around, route.parameters), headers }).map(({ id, query, headers }) => ({
      method: route.method,
      target: `${route.path.replace(/\{\w+\}/, encodeMost(id))}${query}`,
      headers: [['host', around.host], ...headers] as const,
      body: Buffer.alloc(0),
    })),
  );
}

/** Requests with any method, any target and any body. */
export function anything(around: Surroundings): fc.Arbitrary<Message> {
  const hosts = fc.oneof(
    { weight: 8, arbitrary: fc.constant(around.host) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', 'elsewhere.example', '[::1]:80', 'localhost', '127.0.0.1:99999', 'a b'),
    },
  );
  return fc.record({
    method: fc.constantFrom(...methods),
    target: fc.oneof(
      oddTargets,
      fc.constantFrom(...around.routes).map(({ path }) => path),
    ),
    headers: fc
      .tuple(hosts, fc.array(extraHeader, { maxLength: 4 }))
      .map(([host, extra]) => [['host', host], ...extra] as const),
    body: fc.oneof(
      fc.constant(Buffer.alloc(0)),
      bytes,
      fc.json().map((text) => Buffer.from(text)),
    ),
  });
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));

/** A body for a route that accepts one, sometimes compressed or chunked. */
export function posted(host: string, target: string, type: string, body: fc.Arbitrary<Buffer>): fc.Arbitrary<Message> {
  const packing = fc.constantFrom('plain', 'plain', 'plain', 'gzip', 'deflate', 'chunked', 'not what its header names');
  return fc.record({ body, packing }).map(({ body, packing }) => {
    const headers: [string, string][] = [
      ['host', host],
      ['content-type', type],
    ];
    const message = (extra: [string, string][], packed: Buffer): Message => ({
      method: 'POST',
      target,
      headers: [...headers, ...extra],
      body: packed,
    });
    if (packing === 'gzip') return message([['content-encoding', 'gzip']], gzipSync(body));
    if (packing === 'deflate') return message([['content-encoding', 'deflate']], deflateSync(body));
    if (packing === 'chunked') return message([['transfer-encoding', 'chunked']], chunked(body));
    return packing === 'plain' ? message([], body) : message([['content-encoding', 'gzip']], body);
  });
}

function chunked(body: Buffer): Buffer {
  const half = Math.ceil(body.length / 2);
  const chunks = [body.subarray(0, half), body.subarray(half)].filter(({ length }) => length > 0);
  return Buffer.concat([
    ...chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
    Buffer.from('0\r\n\r\n'),
  ]);
}

/** A command in which a field is missing or has any value. */
export function spoiltCommand({ host, nowMs, alerts }: Surroundings): fc.Arbitrary<Message> {
  const valid = {
    id: 'spoilt-0001',
    action: 'silence',
    by: 'fuzz',
    cluster: 'spoilt',
    matchers: { name: 'spoilt' },
    endsAtMs: nowMs + 60_000,
    alertId: alerts[0]!.id,
    silenceId: 'spoilt-0001',
    note: 'x',
  };
  const spoilt = fc
    .tuple(
      fc.subarray(Object.entries(valid)),
      fc.constantFrom(...Object.keys(valid), '__proto__', 'startAtMs'),
      fc.oneof(fc.jsonValue({ maxDepth: 4 }), hostileNames),
    )
    .map(([entries, name, value]) => Buffer.from(JSON.stringify(Object.fromEntries([...entries, [name, value]]))));
  const deep = fc.constantFrom(500, 20_000).map((levels) => Buffer.from(`${'['.repeat(levels)}${']'.repeat(levels)}`));
  const body = fc.oneof(
    { weight: 8, arbitrary: spoilt },
    { weight: 2, arbitrary: fc.json().map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: bytes },
    { weight: 1, arbitrary: deep },
  );
  return fc
    .constantFrom(json, json, json, ndjson, 'text/plain')
    .chain((type) => posted(host, '/api/commands', type, body));
}

const actionLine = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '{"create":{}}',
      '{"index":{"_index":"a","_id":"1"}}',
      '{"create":{"_index":"metricbeat-8"}}',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '{"delete":{}}',
      '{"update":{"_id":"1"}}',
      '{"create":{"_id":""}}',
      '{"create":[]}',
      '{}',
      'null',
      '',
    ),
  },
  { weight: 1, arbitrary: fc.json() },
);

/** Lines of a bulk request, some of them odd, over any index. */
export function spoiltBulk({ host }: Surroundings, documents: fc.Arbitrary<string>): fc.Arbitrary<Message> {
  const line = fc.oneof(
    { weight: 4, arbitrary: documents },
    { weight: 2, arbitrary: fc.json() },
    { weight: 1, arbitrary: hostileNames },
    { weight: 1, arbitrary: fc.constantFrom('', '\r', '{"@timestamp":1e400}', '\u0000') },
  );
  const lines = fc.array(fc.tuple(actionLine, line), { maxLength: 6 }).map((pairs) => pairs.flat().join('\n'));
  const body = fc
    .tuple(lines, fc.constantFrom('\n', '', '\n'.repeat(5_000)))
    .map(([text, end]) => Buffer.from(`${text}${end}`));
  const target = fc.constantFrom(
    '/_bulk',
    '/_bulk',
    '/metricbeat-8/_bulk',
    '/%zz/_bulk',
    '/a%2Fb/_bulk',
    '/_bulk?pipeline=x',
    '//_bulk',
  );
  return target.chain((path) =>
    fc.constantFrom(ndjson, ndjson, json, 'text/plain').chain((type) => posted(host, path, type, body)),
  );
}
