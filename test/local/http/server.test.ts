import { once } from 'node:events';
import { type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ApiHandler } from '../../../functions/api/handler.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { problemDetails } from '../../../functions/shared/domain/problem-details.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { apiRoutes, commandBytesMax } from '../../../local/http/api-routes.ts';
import type { Route } from '../../../local/http/http.ts';
import { wholeBody } from '../../../local/http/read-body.ts';
import { type RunningServer, type ServerOptions, serve } from '../../../local/http/server.ts';
import { patience } from '../../support/patience.ts';

const servers: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function open(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await serve({
    port: 0,
    routes: apiRoutes(async () => ({ statusCode: 200 }), systemClock),
    report: () => {},
    ...options,
  });
  servers.push(server);
  return server;
}

const route = (given: Partial<Route>): Route => ({
  methods: ['GET', 'HEAD'],
  path: /^\/$/,
  bodyBytesMax: 1_000,
  answer: async () => ({ status: 200, headers: {}, body: '' }),
  ...given,
});

/** Sends a request with a target and headers that fetch does not allow. */
function ask(url: string, headers: Record<string, string>, options: RequestOptions = {}): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(url, { headers, ...options }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  })
    .on('error', reject)
    .end();
  return promise;
}

describe('the server', () => {
  it('passes /api/ to the function as API Gateway does, and returns its answer', async () => {
    const events: APIGatewayProxyEventV2[] = [];
    const api: ApiHandler = async (event, context) => {
      events.push(event);
      expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
      return { statusCode: 202, headers: { 'Content-Type': 'text/plain', 'X-Limit': 7 }, body: 'grün' };
    };
    const server = await open({ routes: apiRoutes(api, systemClock) });
    const response = await fetch(`${server.url}/api/commands?a=1&b=2&b=3`, {
      method: 'POST',
      body: '{"text":"grün"}',
      headers: { 'Content-Type': 'application/json', 'X-Client': 'test' },
    });
    expect(events).toMatchObject([
      {
        version: '2.0',
        rawPath: '/api/commands',
        rawQueryString: 'a=1&b=2&b=3',
        queryStringParameters: { a: '1', b: '2,3' },
        headers: { 'content-type': 'application/json', 'x-client': 'test' },
        requestContext: { http: { method: 'POST', path: '/api/commands' } },
        body: '{"text":"grün"}',
        isBase64Encoded: false,
      },
    ]);
    expect([response.status, response.headers.get('x-limit'), await response.text()]).toEqual([202, '7', 'grün']);
  });

  it('names the path of the API in the answer to an unknown path', async () => {
    const response = await fetch(`${(await open()).url}/favicon.ico`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      detail:
        'nothing at /favicon.ico; browsers find the page at /, the API is under /api/, and shippers send to /_bulk, /v1/metrics and /v1/logs',
      status: 404,
    });
  });

  it('answers 503 if a retry may succeed and 500 for a fault of its own, and reports both', async () => {
    const reports: string[] = [];
    const errors = [new UnavailableError('the disk is full'), new Error('secret detail')];
    const report = (line: string) => reports.push(line);
    const server = await open({ routes: apiRoutes(() => Promise.reject(errors.shift()), systemClock), report });
    const first = await fetch(`${server.url}/api/health`);
    expect([first.status, await first.json()]).toEqual([503, problemDetails(503, 'the disk is full')]);
    expect(first.headers.get('retry-after')).toBe('1');
    const second = await fetch(`${server.url}/api/health`);
    expect([second.status, await second.json()]).toEqual([500, problemDetails(500, 'failed; the log says why')]);
    expect(reports).toEqual(['the disk is full', 'secret detail'].map((why) => `warning: a request failed: ${why}`));
  });

  it('sends no body in answer to HEAD', async () => {
    const body = '{"x":1}';
    const server = await open({ routes: [route({ answer: async () => ({ status: 200, headers: {}, body }) })] });
    const response = await fetch(server.url, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it.each(['127.0.0.1:1', 'localhost', '[::1]:8787', '192.0.2.7', hostname(), 'LOCALHOST:8787'])(
    'answers when it is called %s',
    async (host) => {
      expect(await ask(`${(await open()).url}/api/health`, { host })).toBe(200);
    },
  );

  it.each(['evil.example', 'evil.example:8787', 'localhost.evil.example', '127.0.0.1.evil.example'])(
    'does not answer to the name "%s", which another site may have pointed at us',
    async (host) => {
      expect(await ask(`${(await open()).url}/api/health`, { host })).toBe(403);
    },
  );

  it('answers pages of its own origin and of no other', async () => {
    const { url } = await open();
    expect(await ask(`${url}/api/health`, { origin: url })).toBe(200);
    expect(await ask(`${url}/api/health`, { origin: 'https://evil.example' })).toBe(403);
    expect(await ask(`${url}/api/health`, { origin: 'null' })).toBe(403);
  });

  it("answers no page of another site that a browser asks for without an Origin, but a person's click on a link", async () => {
    const { url } = await open();
    const from = (site: string, headers: Record<string, string> = {}) =>
      ask(`${url}/api/health`, { 'sec-fetch-site': site, ...headers });
    const link = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect(await from('cross-site', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' })).toBe(403);
    expect(await from('same-site')).toBe(403);
    expect(await from('cross-site', { ...link, 'sec-fetch-dest': 'iframe' })).toBe(403);
    expect(await from('cross-site', link)).toBe(200);
    expect(await from('same-origin')).toBe(200);
    expect(await from('none', link)).toBe(200);
    const posted = await fetch(`${url}/api/commands`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site', ...link },
    });
    expect(posted.status).toBe(403);
  });

  it.each(['//', '///', '//[', '/%zz/_bulk', '/%E0/_bulk', '/\\evil', '*', 'http://evil.example/api/health', 'x'])(
    'refuses the target %s with 400, and reports nothing',
    async (path) => {
      const reports: string[] = [];
      const { url } = await open({ report: (line) => reports.push(line) });
      expect(await ask(url, {}, { path })).toBe(400);
      expect(reports).toEqual([]);
    },
  );

  it('reads no body at an unknown path, and names the accepted methods at a known one', async () => {
    const readers: string[] = [];
    const answer: Route['answer'] = async (request, body) => {
      for await (const piece of body) readers.push(`${request.path} ${piece.length}`);
      return { status: 200, headers: {}, body: '' };
    };
    const { url } = await open({ routes: [route({ methods: ['PUT'], bodyBytesMax: 0, answer })] });
    const body = 'x'.repeat(3_000_000);
    expect((await fetch(`${url}/nothing`, { method: 'POST', body })).status).toBe(404);
    const refused = await fetch(url, { method: 'POST', body });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'PUT']);
    expect((await fetch(url, { method: 'PUT', body })).status).toBe(200);
    expect(readers).toEqual([]);
  });

  it('stops reading at the first byte over the limit, and its client reads the answer all the same', async () => {
    const bodyBytesMax = 1_000_000;
    let read = 0;
    const answer: Route['answer'] = async (_, body) => {
      for await (const piece of body) read += piece.length;
      return { status: 200, headers: {}, body: '' };
    };
    const { url } = await open({ routes: [route({ methods: ['POST'], bodyBytesMax, answer })] });
    const bodies = [Buffer.alloc(bodyBytesMax * 20), Buffer.alloc(bodyBytesMax)];
    for (const [nth, headers] of [{}, { 'content-encoding': 'gzip' }].entries()) {
      const statuses = bodies.map(async (body) => {
        const sent = nth === 1 ? gzipSync(body) : body;
        // Streamed, so that no length is declared.
        const stream = new Blob([new Uint8Array(sent)]).stream();
        return (await fetch(url, { method: 'POST', headers, body: stream, duplex: 'half' } as RequestInit)).status;
      });
      expect(await Promise.all(statuses)).toEqual([413, 200]);
    }
    expect(read).toBeLessThanOrEqual(4 * bodyBytesMax);
  });

  it('refuses a body by its stated length before it arrives', async () => {
    const { url } = await open();
    const headers = { 'content-length': String(commandBytesMax + 1) };
    expect(await ask(`${url}/api/commands`, headers, { method: 'POST' })).toBe(413);
  });

  it('reports no failure for a client that leaves within its body, or before its answer', async () => {
    const reports: string[] = [];
    const ended: string[] = [];
    const answered = Promise.withResolvers<void>();
    const answer: Route['answer'] = async (request, body) => {
      request.signal.addEventListener('abort', () => ended.push(request.path));
      await wholeBody(body).catch((error) => {
        ended.push('body');
        throw error;
      });
      answered.resolve();
      await new Promise((resolve) => request.signal.addEventListener('abort', resolve));
      throw new Error('the work for a client that has left');
    };
    const report = (line: string) => reports.push(line);
    const { url } = await open({ routes: [route({ methods: ['POST'], path: /./, answer })], report });
    const inBody = request(`${url}/body`, {
      method: 'POST',
      headers: { 'content-length': '9', 'content-encoding': 'gzip' },
    });
    inBody.on('error', () => {}).write('x', () => setImmediate(() => inBody.destroy()));
    await vi.waitUntil(() => ended.includes('/body') && ended.includes('body'), patience);
    const beforeAnswer = request(`${url}/answer`, { method: 'POST' }).on('error', () => {});
    beforeAnswer.end();
    await answered.promise;
    beforeAnswer.destroy();
    await vi.waitUntil(() => ended.includes('/answer'), patience);
    expect(reports).toEqual([]);
  });

  it('closes although a client never sends the rest of its request', async () => {
    const server = await open();
    const { hostname: host, port } = new URL(server.url);
    const socket = connect(Number(port), host);
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    await once(socket, 'connect');
    socket.write('POST /api/commands HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{');
    await ask(`${server.url}/api/health`, {});
    await servers.pop()!.close();
    await closed;
  });

  it.each(['0.0.0.0', '::', '192.0.2.7', 'example.org'])(
    'does not listen on %s without beyondLoopback',
    async (host) => {
      await expect(open({ host })).rejects.toThrow(`host ${host} would let other machines in`);
    },
  );

  it('names the port that is in use, and the remedy', async () => {
    const port = Number(new URL((await open()).url).port);
    await expect(open({ port })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use; choose another with --port`);
  });
});
