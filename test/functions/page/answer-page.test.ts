import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { answerPage, pagePolicy } from '../../../functions/page/answer-page.ts';
import { readPageFiles } from '../../../functions/page/page-files.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-page-'));
mkdirSync(join(directory, 'assets'));
writeFileSync(join(directory, 'index.html'), '<!doctype html><title>Offbeat</title>');
writeFileSync(join(directory, 'theme.js'), 'document.title;');
writeFileSync(join(directory, 'assets/index-BIsq.js'), 'export {};'.repeat(100));
writeFileSync(join(directory, 'assets/Inter-DAe6.woff2'), Buffer.from([1, 2, 3]));
afterAll(() => rmSync(directory, { recursive: true }));

const files = readPageFiles(directory)!;
const get = (path: string, headers = {}) => answerPage(files, { path, headers });

describe('the page', () => {
  it.each(['/', '/machines/prod/host/node-a.example.org', '/alerts/0b6c1c1e', '/index.html'])(
    'is what a browser gets at %s',
    (path) => {
      const { status, headers, body } = get(path);
      expect([status, headers['content-type'], `${body}`]).toEqual([
        200,
        'text/html; charset=utf-8',
        '<!doctype html><title>Offbeat</title>',
      ]);
      expect(headers['cache-control']).toBe('no-cache');
    },
  );

  it('allows no inline script or style, no other origin and no frame', () => {
    const { headers } = get('/');
    expect(headers['content-security-policy']).toBe(pagePolicy);
    expect(pagePolicy).not.toMatch(/unsafe|\*|http|data:/);
    expect(pagePolicy).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  });

  it('keeps a file whose name changes with its content for a year, and packs text', () => {
    const { headers, body } = get('/assets/index-BIsq.js', { 'accept-encoding': 'br, gzip' });
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      'content-type': 'text/javascript; charset=utf-8',
      vary: 'accept-encoding',
    });
    expect(`${gunzipSync(body)}`).toBe('export {};'.repeat(100));
    expect(get('/assets/Inter-DAe6.woff2', { 'accept-encoding': 'gzip' }).headers).not.toHaveProperty(
      'content-encoding',
    );
  });

  it('is not sent again to a browser that has it', () => {
    const { etag } = get('/').headers;
    expect(get('/', { 'if-none-match': etag })).toMatchObject({ status: 304, body: Buffer.alloc(0) });
    expect(get('/', { 'if-none-match': '"other"' }).status).toBe(200);
  });

  it.each(['/assets/gone.js', '/favicon.ico', '/robots.txt', '/assets/../index.html'])('is no file at %s', (path) => {
    expect(get(path)).toMatchObject({ status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } });
  });

  it('names the remedy where it was not built', () => {
    expect(readPageFiles(join(directory, 'assets'))).toBeUndefined();
    const { status, body } = answerPage(undefined, { path: '/', headers: {} });
    expect([status, `${body}`]).toEqual([
      404,
      'The page was not built: run npm run build:web. The API is under /api/.\n',
    ]);
  });
});
