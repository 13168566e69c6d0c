import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPageFiles } from '../../../functions/page/page-files.ts';
import { sessionRoutes } from '../../../functions/shared/domain/sign-in.ts';
import { setUpRoutes } from '../../../local/bulk/beat-set-up.ts';
import { pageRoutes } from '../../../local/http/page-routes.ts';
import { type RunningServer, serve } from '../../../local/http/server.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-page-'));
let server: RunningServer;
beforeAll(async () => {
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), 'the page');
  writeFileSync(join(directory, 'theme.js'), 'document.title;');
  const routes = [...pageRoutes(readPageFiles(directory)), ...setUpRoutes];
  server = await serve({ port: 0, routes, report: () => {} });
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { headers });

describe('the page on the server', () => {
  it('is at / for a browser, where a Beat finds a server of its kind', async () => {
    expect(await (await get('/', browser)).text()).toBe('the page');
    expect(await (await get('/', { accept: 'application/json' })).json()).toMatchObject({ cluster_name: 'offbeat' });
  });

  it('is at the address of each view, and its files at theirs', async () => {
    expect(await (await get('/alerts/0b6c1c1e', browser)).text()).toBe('the page');
    expect(await (await get('/theme.js')).text()).toBe('document.title;');
  });

  it('is at an address that cannot be decoded, and says in its own words what it does not know', async () => {
    expect(await (await get('/alerts/%', browser)).text()).toBe('the page');
    expect((await get('/alerts/%')).status).toBe(400);
    expect((await get('/api/alerts/%', browser)).status).toBe(400);
    expect((await get('/%/_bulk', browser)).status).toBe(400);
  });

  it.each(['/api/nothing', '/v1/metrics', '/_license'])('is not at %s', async (path) => {
    expect(await (await get(path, browser)).text()).not.toBe('the page');
  });

  it('has no session, as people sign in with the token of a role, and says so without an error', async () => {
    const response = await fetch(`${server.url}${sessionRoutes.renew}`, { method: 'POST' });
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('has nothing at a path that no browser opens', async () => {
    expect((await get('/alerts/0b6c1c1e')).status).toBe(404);
    expect((await fetch(`${server.url}/alerts/x`, { method: 'POST', headers: browser })).status).toBe(405);
  });
});
