import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { startMs } from '../../support/alerts.ts';
import { apiOnStore, health } from './api-on-store.ts';

const api = apiOnStore();

describe('health', () => {
  it('GET /api/health answers with the health of the run', async () => {
    expect(await api.ask('/api/health')).toMatchObject({ status: 200, body: health });
  });

  it('an answer has headers against other sites and caches', async () => {
    const { headers } = await api.ask('/api/health');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('commands', () => {
  const ack = { id: 'command-1', action: 'ack', by: 'ada', cluster: 'recorded', alertId: 'alert-1' };

  it('an accepted command is appended to signals', async () => {
    const appended: { topic: string; value: Buffer; headers: Readonly<Record<string, string>> }[] = [];
    const append = async (records: readonly (typeof appended)[number][]) => {
      appended.push(...records);
      return [];
    };
    const ports = { eventLog: { ...api.store.eventLog, append } };
    expect(await api.ask('/api/commands', { body: JSON.stringify(ack), ports })).toMatchObject({
      status: 202,
      body: { accepted: 'command-1', warnings: [] },
    });
    expect(appended).toMatchObject([
      { topic: topics.signals, headers: { [header.id]: 'command-1', [header.schema]: 'command/1' } },
    ]);
    expect(JSON.parse(`${appended[0]?.value}`)).toEqual({ ...ack, atMs: startMs });
  });

  it.each([
    ['a field is wrong', JSON.stringify({ ...ack, by: '' }), 'application/json', 400],
    ['it is not JSON', '{"broken', 'application/json', 422],
    ['it is a form', 'action=ack', 'application/x-www-form-urlencoded', 415],
    ['it pollutes prototypes', '{"__proto__":{"x":1}}', 'application/json', 422],
    ['there is none', '', 'application/json', 422],
  ])('a command is refused when %s', async (_, body, type, status) => {
    const answer = await api.ask('/api/commands', { body, type });
    expect(answer).toMatchObject({ status, body: { status } });
    expect(answer.body.detail).not.toBe('');
  });

  it('a command gets 503 while the log does not accept records', async () => {
    const append = () => Promise.reject(new UnavailableError('the disk is full'));
    const ports = { eventLog: { ...api.store.eventLog, append } };
    const { status, body } = await api.ask('/api/commands', { body: JSON.stringify(ack), ports });
    expect([status, body.detail]).toEqual([503, 'the disk is full']);
  });
});

describe('a query string', () => {
  it.each(['__proto__', 'constructor', 'toString'])(
    'a request with the unknown parameter %s is refused',
    async (name) => {
      const { status, body } = await api.ask(`/api/alerts?${name}=1`);
      expect([status, body.detail]).toEqual([400, expect.stringMatching(`^${name}: unknown field`)]);
    },
  );
});

describe('a command', () => {
  it('the last of two fields with one name counts, as for JSON.parse', async () => {
    const body =
      '{"id":"command-2","action":"resolve","action":"ack","by":"ada","cluster":"recorded","alertId":"alert-1"}';
    expect(await api.ask('/api/commands', { body })).toMatchObject({ status: 202, body: { accepted: 'command-2' } });
  });
});

describe('anything else', () => {
  it.each(['/api', '/api/', '/api/nothing', '/api/alerts/a/b'])('the path %s is answered with 404', async (path) => {
    const { status, body } = await api.ask(path);
    expect(status).toBe(404);
    expect(body.detail).toContain('there is no such route; /api/openapi.json lists them');
  });

  it('a failure is answered with 500 and without details', async () => {
    const ports = { health: () => Promise.reject(new Error('secret detail')) };
    expect(await api.ask('/api/health', { ports })).toMatchObject({
      status: 500,
      body: { detail: 'failed; the log says why', status: 500 },
    });
  });
});

describe('an answer that is not ready before the time limit', () => {
  it('is 503 with what to do, not a failure without details', async () => {
    const ports = { health: () => new Promise<never>(() => {}) };
    expect(await api.ask('/api/health', { ports, remainingMs: 6 })).toMatchObject({
      status: 503,
      body: { detail: 'the answer was not ready in time; ask for less, or try again when there is less load' },
    });
  });
});

describe('a method that a path does not have', () => {
  it.each([
    ['PUT', '/api/health', 'GET, HEAD'],
    ['POST', '/api/alerts', 'GET, HEAD'],
    ['DELETE', '/api/silences/silence-1', 'GET, HEAD'],
    ['OPTIONS', '/api/series/', 'GET, HEAD'],
    ['GET', '/api/commands', 'POST'],
    ['HEAD', '/api/commands', 'POST'],
  ])('a wrong method is answered with 405 and the allowed methods: %s %s', async (method, path, allow) => {
    const { status, headers, body } = await api.ask(path, { method });
    expect([status, headers.allow]).toEqual([405, allow]);
    expect(headers['content-type']).toBe('application/problem+json');
    const detail = `${method} ${path}: expected ${allow}`;
    const problem = { type: 'about:blank', title: 'Method Not Allowed', status: 405, detail };
    expect(body).toEqual(method === 'HEAD' ? undefined : problem);
  });

  it('a path without a route is answered with 404 for any method', async () => {
    expect(await api.ask('/api/nothing', { method: 'PUT' })).toMatchObject({
      status: 404,
      body: { detail: 'PUT /api/nothing: there is no such route; /api/openapi.json lists them' },
    });
  });
});

describe('HEAD', () => {
  it.each(['/api/health', '/api/alerts', '/api/alerts/alert-1', '/api/alerts?limit=0', '/api/nothing', '/api/series'])(
    'HEAD is answered as GET at %s, without a body',
    async (path) => {
      const asked = await api.ask(path, { method: 'HEAD' });
      const { status, headers } = await api.ask(path);
      expect(asked).toEqual({ status, headers, body: undefined });
    },
  );
});
