import { describe, expect, it } from 'vitest';
import { createApi } from '../../../functions/api/handler.ts';
import { apiRoutes as table } from '../../../functions/api/routes/routes.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { apiRoutes } from '../../../local/http/api-routes.ts';
import { type Door, doorOf } from '../../../local/http/door.ts';
import type { HttpRequest } from '../../../local/http/http.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { apiDocument } from '../../functions/api/fits-document.ts';

const tokens = { operator: 'operator-token-0123456789', viewer: 'viewer-token-0123456789' };
const door = doorOf(tokens, 'ada');
const [here, elsewhere] = ['127.0.0.1', '192.0.2.7'];
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

function refusalOf(enter: Door, remoteAddress: string | undefined, headers: Record<string, string> = {}) {
  try {
    enter({ remoteAddress, headers });
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the door of the embedded server', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])(
    'lets this machine act without a token: %s',
    (address) => {
      expect(door({ remoteAddress: address, headers: {} })).toEqual({ role: 'operator', signIn: 'none', name: 'ada' });
    },
  );

  it.each(['192.0.2.7', '2001:db8::7', '::ffff:192.0.2.7', 'nonsense', undefined])(
    'asks another machine for a token: %s',
    (address) => {
      expect(refusalOf(door, address)).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer realm="offbeat"' },
      });
    },
  );

  it.each(['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'via', 'cf-connecting-ip'])(
    'asks whoever is behind a proxy on this machine for a token: %s',
    (header) => {
      expect(refusalOf(door, here, { [header]: '192.0.2.7' })).toMatchObject({ status: 401 });
    },
  );

  it('gives each token its role, from any machine', () => {
    for (const remoteAddress of [here, elsewhere]) {
      for (const role of ['operator', 'viewer'] as const) {
        expect(door({ remoteAddress, headers: bearer(tokens[role]) })).toEqual({ role, signIn: 'token' });
      }
    }
  });

  it.each(['wrong-token-0123456789', '', `${tokens.operator}x`, tokens.operator.slice(0, -1)])(
    'refuses a wrong token, from this machine too: %j',
    (token) => {
      for (const address of [here, elsewhere])
        expect(refusalOf(door, address, bearer(token))).toMatchObject({ status: 401 });
    },
  );

  it('refuses another kind of log-in', () => {
    const authorization = `Basic ${Buffer.from(`ada:${tokens.operator}`).toString('base64')}`;
    expect(refusalOf(door, elsewhere, { authorization })).toMatchObject({ status: 401 });
  });

  it('names the variables where no token is set', () => {
    const closed = refusalOf(doorOf({}, 'ada'), elsewhere) as Error;
    expect(closed.message).toContain('set OFFBEAT_OPERATOR_TOKEN or OFFBEAT_VIEWER_TOKEN');
    expect(refusalOf(doorOf({}, 'ada'), elsewhere, bearer('undefined'))).toMatchObject({ status: 401 });
  });
});

/** Every operation of the document, with a value for each variable of its path. */
const operations = Object.entries(apiDocument.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path: path.replace(/\{\w+\}/g, 'some'),
    right: operation['x-right'],
  })),
);

/** Sends a request through the door to the real API. @returns its status and its detail */
async function send(method: string, path: string, request: Partial<HttpRequest>): Promise<[number, string]> {
  const store = openStore(':memory:', defaultLayout, systemClock);
  try {
    const health = () => Promise.reject(new Error('not asked'));
    const ports = { ...store, settings: defaultSettings, layout: defaultLayout, telemetry: silentTelemetry };
    const routes = apiRoutes(createApi({ ...ports, clock: systemClock, health }), systemClock, door);
    const whole: HttpRequest = {
      method,
      path,
      query: new URLSearchParams(),
      headers: {},
      signal: new AbortController().signal,
      cut: () => {},
      ...request,
    };
    const body = (async function* () {
      yield Buffer.from('{}');
    })();
    const answered = routes.find((each) => each.methods.includes(method) && each.path.test(path))!.answer(whole, body);
    return await answered.then(
      (answer) => [answer.status, JSON.parse(String(answer.body) || '{}').detail ?? ''],
      (error: { status: number; message: string }) => [error.status, error.message],
    );
  } finally {
    store.close();
  }
}

describe('every route of the document', () => {
  it('is one of the table, with its right, and what acts is posted', () => {
    expect(operations).toHaveLength(table.length);
    for (const { method, right } of table) if (method === 'GET') expect(right).toBe('read');
    expect(operations.filter(({ right }) => right === 'act').length).toBeGreaterThanOrEqual(4);
  });

  it.each(operations)('is refused without a token from another machine: $method $path', async ({ method, path }) => {
    expect((await send(method, path, { remoteAddress: elsewhere }))[0]).toBe(401);
  });

  it.each(operations.filter(({ right }) => right === 'act'))(
    'that acts is refused to a viewer, by name: $method $path',
    async ({ method, path }) => {
      const headers = { ...bearer(tokens.viewer), 'content-type': 'application/json' };
      const [status, detail] = await send(method, path, { remoteAddress: elsewhere, headers });
      expect([status, detail]).toEqual([403, expect.stringContaining('a viewer may read and not act')]);
    },
  );

  it.each(operations.filter(({ right }) => right === 'act'))(
    'that acts is allowed to an operator with a token: $method $path',
    async ({ method, path }) => {
      const headers = { ...bearer(tokens.operator), 'content-type': 'application/json' };
      const [status] = await send(method, path, { remoteAddress: elsewhere, headers });
      expect([401, 403]).not.toContain(status);
    },
  );
});
