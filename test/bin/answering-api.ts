import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { problemDetails } from '../../functions/shared/domain/problem-details.ts';

/** An API for tests: its answers by path, the requests that it got, and what was posted to it. */
export interface AnsweringApi {
  readonly answers: Map<string, unknown>;
  readonly asked: string[];
  readonly posted: unknown[];
  url: string;
}

/** Serves an API for all tests of a file. The requests are forgotten after each test. */
export function answeringApi(): AnsweringApi {
  const api: AnsweringApi = { answers: new Map(), asked: [], posted: [], url: '' };
  let server: Server;
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      api.asked.push(`${request.method} ${request.url}`);
      let body = '';
      for await (const chunk of request) body += chunk;
      if (request.method === 'POST') api.posted.push(JSON.parse(body));
      const path = new URL(request.url ?? '/', 'http://offbeat').pathname;
      const answer = api.answers.get(path);
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? problemDetails(404, `${path}: there is no such thing`)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    api.answers.clear();
    api.asked.length = 0;
    api.posted.length = 0;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  return api;
}
