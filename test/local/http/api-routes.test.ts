import { expect, it } from 'vitest';
import type { ApiHandler } from '../../../functions/api/handler.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { apiRoutes, changesLimits, commandLimits, readLimits } from '../../../local/http/api-routes.ts';
import { doorOf } from '../../../local/http/door.ts';
import type { HttpRequest } from '../../../local/http/http.ts';
import { patience } from '../../support/patience.ts';

/** Routes over a function that answers when the test lets it. */
function heldRoutes() {
  const { promise: goOn, resolve } = Promise.withResolvers<void>();
  let begun = 0;
  const api: ApiHandler = async () => {
    begun += 1;
    await goOn;
    return { statusCode: 200 };
  };
  const routes = apiRoutes(api, systemClock, doorOf({ operator: '0123456789abcdef' }, 'ada'));
  const ask = (method: string, path: string, remoteAddress = '127.0.0.1'): Promise<number> => {
    const request: HttpRequest = {
      method,
      path,
      query: new URLSearchParams(),
      headers: { authorization: 'Bearer 0123456789abcdef' },
      remoteAddress,
      signal: new AbortController().signal,
      cut: () => {},
    };
    const route = routes.find((each) => each.methods.includes(method) && each.path.test(path))!;
    const empty = (async function* (): AsyncGenerator<Buffer> {})();
    return route.answer(request, empty).then(
      ({ status }) => status,
      (error: { status: number }) => error.status,
    );
  };
  return { ask, goOn: resolve, begun: () => begun };
}

const many = (count: number, ask: () => Promise<number>) => Array.from({ length: count }, ask);

it('two commands are answered at once, 100 wait, and one more is refused', async () => {
  const { ask, goOn, begun } = heldRoutes();
  const taken = many(commandLimits.atOnce + commandLimits.waitingMax, () => ask('POST', '/api/commands'));
  expect(await ask('POST', '/api/commands')).toBe(429);
  await expect.poll(begun, patience).toBe(commandLimits.atOnce);
  goOn();
  expect(new Set(await Promise.all(taken))).toEqual(new Set([200]));
});

it('neither health nor commands wait for reads', async () => {
  const { ask, goOn, begun } = heldRoutes();
  const asked = many(readLimits.atOnce + readLimits.waitingMax, () => ask('GET', '/api/alerts'));
  expect(await ask('GET', '/api/alerts')).toBe(429);
  const others = [ask('GET', '/api/health'), ask('POST', '/api/commands')];
  await expect.poll(begun, patience).toBe(readLimits.atOnce + others.length);
  goOn();
  expect(new Set(await Promise.all([...asked, ...others]))).toEqual(new Set([200]));
});

it('neither the question for what changed nor one of a whole team waits for charts', async () => {
  const { ask, goOn, begun } = heldRoutes();
  const charts = many(readLimits.atOnce + readLimits.waitingMax, () => ask('GET', '/api/charts'));
  const team = many(12, () => ask('GET', '/api/changes'));
  await expect.poll(begun, patience).toBe(readLimits.atOnce + changesLimits.atOnce);
  goOn();
  expect(new Set(await Promise.all([...charts, ...team]))).toEqual(new Set([200]));
});

it('twelve pages that open at once, and then follow an incident, are answered all: a team may share an address', async () => {
  const { ask, goOn } = heldRoutes();
  goOn();
  const [pages, views, rounds] = [12, 12, 3];
  const statuses: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const asked = many(pages * views, () => ask('GET', '/api/charts', '192.0.2.7'));
    const followed = many(pages, () => ask('GET', '/api/changes', '192.0.2.7'));
    statuses.push(...(await Promise.all([...asked, ...followed])));
  }
  expect(new Set(statuses)).toEqual(new Set([200]));
});

it.each([
  ['PUT', '/api/alerts'],
  ['DELETE', '/api/silences/silence-1'],
  ['TRACE', '/api/health'],
  ['GET', '/api/commands'],
  ['HEAD', '/api/commands/'],
])('%s %s does not wait at the gate for reads', async (method, path) => {
  const { ask, goOn, begun } = heldRoutes();
  const refused = many(readLimits.atOnce + readLimits.waitingMax + 1, () => ask(method, path));
  await expect.poll(begun, patience).toBe(refused.length);
  const question = ask('GET', '/api/alerts');
  await expect.poll(begun, patience).toBe(refused.length + 1);
  goOn();
  expect(new Set(await Promise.all([...refused, question]))).toEqual(new Set([200]));
});
