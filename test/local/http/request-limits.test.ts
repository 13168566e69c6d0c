import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { smallChunksMax } from '../../../local/http/body-pieces.ts';
import { pipelinedMax } from '../../../local/http/connections.ts';
import { onceClosed, type Route } from '../../../local/http/http.ts';
import { discardedBytesMax, wholeBody } from '../../../local/http/read-body.ts';
import { type RunningServer, serve } from '../../../local/http/server.ts';
import { patience } from '../../support/patience.ts';
import { type RawClient, RawClients } from './raw-client.ts';

const bodyBytesMax = 1_000;
let server: RunningServer;
let asked: number;
let goOn: PromiseWithResolvers<void>;

const takes = (path: RegExp, bytesMax: number): Route => ({
  methods: ['POST'],
  path,
  bodyBytesMax: bytesMax,
  answer: async (_request, body) => ({ status: 200, headers: {}, body: String((await wholeBody(body)).length) }),
});

const routes: readonly Route[] = [
  takes(/^\/$/, bodyBytesMax),
  takes(/^\/large$/, 1_000_000),
  {
    methods: ['GET'],
    path: /^\/held$/,
    bodyBytesMax: 0,
    answer: async (request) => {
      asked += 1;
      await Promise.race([goOn.promise, new Promise<void>((resolve) => onceClosed(request, resolve))]);
      return { status: 200, headers: {}, body: '' };
    },
  },
];

beforeEach(async () => {
  asked = 0;
  goOn = Promise.withResolvers();
  server = await serve({ port: 0, routes, report: () => {} });
});
afterEach(async () => {
  await server.close();
});

// After the server's hook, so that it runs before it: vitest runs hooks in the reverse order.
const clients = new RawClients();

/** Writes to a new connection. */
const write = (bytes: string | Buffer): RawClient => clients.write(Number(new URL(server.url).port), bytes);

const statuses = ({ received }: { readonly received: string }): string[] =>
  [...received.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status!);

describe('a connection', () => {
  const held = 'GET /held HTTP/1.1\r\nhost: localhost\r\n\r\n';

  it(`may have ${pipelinedMax} requests that are not answered`, async () => {
    const client = write(held.repeat(pipelinedMax));
    await vi.waitUntil(() => asked === pipelinedMax, patience);
    goOn.resolve();
    await vi.waitUntil(() => statuses(client).length === pipelinedMax, patience);
    expect(client.isClosed).toBe(false);
  });

  it('is closed at one request above the limit, and no later request is answered', async () => {
    const client = write(held.repeat(5_000));
    await vi.waitUntil(() => client.isClosed, patience);
    expect(asked).toBeLessThanOrEqual(pipelinedMax + 1);
  });
});

describe('a body', () => {
  const head = (...lines: string[]): string => ['POST / HTTP/1.1', 'host: localhost', ...lines, '', ''].join('\r\n');

  it('that is packed and unpacks to nothing is refused at the first byte above the limit', async () => {
    const empty = gzipSync('');
    const members = Buffer.concat(Array.from({ length: 100 }, () => empty));
    const client = write(
      Buffer.concat([
        Buffer.from(head('content-encoding: gzip', 'transfer-encoding: chunked')),
        Buffer.from(`${members.length.toString(16)}\r\n`),
        members,
        Buffer.from('\r\n0\r\n\r\n'),
      ]),
    );
    await vi.waitUntil(() => statuses(client).length > 0, patience);
    expect(statuses(client)).toEqual(['413']);
  });

  it.each(['/large', '/nothing'])('in very small chunks closes its connection, at %s', async (path) => {
    const small = '1\r\nx\r\n';
    const request = head('transfer-encoding: chunked');
    const client = write(`${request.replace('POST /', `POST ${path}`)}${small.repeat(smallChunksMax + 1)}`);
    await vi.waitUntil(() => client.isClosed, patience);
    expect(statuses(client)).not.toContain('200');
  });

  it('is requested only from a client whose route reads it', async () => {
    const taken = write(head('content-length: 3', 'expect: 100-continue'));
    await vi.waitUntil(() => statuses(taken).length === 1, patience);
    expect(statuses(taken)).toEqual(['100']);
    taken.socket.write('abc');
    await vi.waitUntil(() => statuses(taken).length === 2, patience);
    expect(statuses(taken)[1]).toBe('200');
    const tooLarge = write(head(`content-length: ${bodyBytesMax + 1}`, 'expect: 100-continue'));
    await vi.waitUntil(() => statuses(tooLarge).length > 0, patience);
    expect(statuses(tooLarge)).toEqual(['413']);
  });

  it('that is larger than what is discarded closes its connection, and the answer states that', async () => {
    const client = write(head(`content-length: ${discardedBytesMax + 1}`));
    await once(client.socket, 'data');
    expect(client.received).toMatch(/^connection: close\r$/im);
    const smaller = write(head(`content-length: ${discardedBytesMax}`));
    await once(smaller.socket, 'data');
    expect(smaller.received).not.toMatch(/^connection: close\r$/im);
  });
});

it.each([
  ['a Host that is no address of one machine', 'host: 0.0.0.0', '403'],
  ['the same in IPv6', 'host: [0:0::0]', '403'],
  ['two Hosts', 'host: localhost\r\nhost: example.org', '400'],
  ["a page of another site's Referer", 'host: localhost\r\nreferer: http://example.org/a', '403'],
  ['a Referer that is no address', 'host: localhost\r\nreferer: x', '403'],
  ['its own Referer', 'host: localhost\r\nreferer: http://localhost/page', '405'],
])('a request with %s is answered with %3$s', async (_name, headers, status) => {
  const client = write(`GET / HTTP/1.1\r\n${headers}\r\n\r\n`);
  await vi.waitUntil(() => statuses(client).length > 0, patience);
  expect(statuses(client)).toEqual([status]);
});

it('a request of HTTP/0.9 is malformed', async () => {
  const client = write('GET /held\n\n');
  await vi.waitUntil(() => client.isClosed, patience);
  expect(asked).toBe(0);
  expect(statuses(client)).toEqual(['400']);
});
