import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { apiRoutes } from '../../../local/http/api-routes.ts';
import { type RunningServer, serve } from '../../../local/http/server.ts';
import { apiDocument } from '../../functions/api/fits-document.ts';

/** The number of requests that reached the function behind the server. */
let reached = 0;
let server: RunningServer;
beforeAll(async () => {
  const api = async () => {
    reached += 1;
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
  };
  server = await serve({ port: 0, routes: apiRoutes(api, systemClock), report: () => {} });
});
afterAll(() => server.close());

/** Sends a request with any headers, which `fetch` does not. */
function ask(method: string, path: string, headers: Readonly<Record<string, string>>) {
  return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const sent = request(`${server.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
    });
    sent.on('error', reject);
    sent.on('response', async (answer) => {
      resolve({ status: answer.statusCode, headers: answer.headers, body: await text(answer) });
    });
    sent.end(method === 'GET' ? undefined : '{}');
  });
}

const operations = Object.entries(apiDocument.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => [method.toUpperCase(), path.replace(/\{\w+\}/g, 'some-id')] as const),
);
const acting = operations.filter(([method]) => method !== 'GET');

/** The headers that browsers send with requests of a page of another site. */
const ofOtherSites = {
  'a post of another origin': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  'a post of a page without an origin': { origin: 'null' },
  'a request of another site without an origin': { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  'a request of another port of this machine': { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
  'a name that another site points here': { host: 'evil.example' },
  'a link of another site, as an old browser sends it': { referer: 'https://evil.example/page' },
} as const;

describe('a page of another site', () => {
  it('meets all routes that are posted to', () => {
    expect(acting.length).toBeGreaterThanOrEqual(5);
  });

  describe.each(Object.entries(ofOtherSites))('that sends %s', (_name, headers) => {
    it.each(operations)('is refused at %s %s, before anything is read or changed', async (method, path) => {
      reached = 0;
      const { status, body } = await ask(method, path, headers);
      expect([status, reached]).toEqual([403, 0]);
      expect(JSON.parse(body)).toMatchObject({ status: 403, title: 'Forbidden' });
    });
  });

  it.each(operations)('gets no leave to read the answer of %s %s', async (method, path) => {
    const { headers } = await ask(method, path, {});
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});
