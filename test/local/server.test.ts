import { request } from 'node:http';
import { hostname } from 'node:os';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { type RunningServer, type ServerOptions, serve } from '../../local/server.ts';

const servers: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function open(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await serve({
    port: 0,
    api: async () => ({ statusCode: 200 }),
    door: async () => undefined,
    clock: systemClock,
    report: () => {},
    ...options,
  });
  servers.push(server);
  return server;
}

/** With headers that fetch does not let anybody set. */
function ask(url: string, headers: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(url, { headers }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  })
    .on('error', reject)
    .end();
  return promise;
}

describe('the server', () => {
  it('hands /api/ to the function as API Gateway would, and its answer back', async () => {
    const events: APIGatewayProxyEventV2[] = [];
    const server = await open({
      api: async (event, context) => {
        events.push(event);
        expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
        return { statusCode: 202, headers: { 'Content-Type': 'text/plain', 'X-Limit': 7 }, body: 'grün' };
      },
    });
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

  it('says where the API is when there is nothing at a path', async () => {
    const response = await fetch(`${(await open()).url}/favicon.ico`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: 'nothing at /favicon.ico; the API is under /api/', status: 404 });
  });

  it('answers 503 to what may succeed later, 500 to what we broke, and tells who runs it', async () => {
    const reports: string[] = [];
    const errors = [new UnavailableError('the disk is full'), new Error('secret detail')];
    const report = (line: string) => reports.push(line);
    const server = await open({ api: () => Promise.reject(errors.shift()), report });
    const first = await fetch(`${server.url}/api/health`);
    expect([first.status, await first.json()]).toEqual([503, { error: 'the disk is full', status: 503 }]);
    const second = await fetch(`${server.url}/api/health`);
    expect([second.status, await second.json()]).toEqual([500, { error: 'failed; the log says why', status: 500 }]);
    expect(reports).toEqual(['the disk is full', 'secret detail'].map((why) => `warning: a request failed: ${why}`));
  });

  it('sends no body in answer to HEAD', async () => {
    const body = '{"x":1}';
    const server = await open({ door: async () => ({ status: 200, headers: {}, body }) });
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

  it('answers pages of its own and of no other origin', async () => {
    const { url } = await open();
    expect(await ask(`${url}/api/health`, { origin: url })).toBe(200);
    expect(await ask(`${url}/api/health`, { origin: 'https://evil.example' })).toBe(403);
    expect(await ask(`${url}/api/health`, { origin: 'null' })).toBe(403);
  });

  it('refuses a body of more than 100 MB by what it says of itself', async () => {
    const { url } = await open();
    expect(await ask(`${url}/api/commands`, { 'content-length': '100000001' })).toBe(413);
  });

  it.each(['0.0.0.0', '::', '192.0.2.7', 'example.org'])('does not listen on %s unless told to', async (host) => {
    await expect(open({ host })).rejects.toThrow(`host ${host} would let other machines in`);
  });

  it('names the port that is taken, and what to do', async () => {
    const port = Number(new URL((await open()).url).port);
    await expect(open({ port })).rejects.toThrow(`port ${port} on 127.0.0.1 is taken; choose another with --port`);
  });
});
