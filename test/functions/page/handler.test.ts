import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pagePolicy } from '../../../functions/page/answer-page.ts';
import { headersOf, ServedPage } from './served-page.ts';

const served = new ServedPage();
const send: ServedPage['send'] = (...sent) => served.send(...sent);
beforeAll(() => served.open());
afterAll(() => served.close());

describe('the files of the page on AWS', () => {
  it.each(['/', '/alerts/0b6c', '/machines/prod/host/a.b', '/sign-in'])('are the page itself at %s', async (path) => {
    const answer = await send(path, { headers: { accept: 'text/html' } });
    expect(answer).toMatchObject({ statusCode: 200, body: '<!doctype html><title>Offbeat</title>' });
    expect(headersOf(answer)).toMatchObject({ 'content-security-policy': pagePolicy, 'cache-control': 'no-cache' });
    expect(answer.isBase64Encoded).toBeUndefined();
  });

  it('are packed, and kept for a year, in the Base64 that the gateway needs', async () => {
    const answer = await send('/assets/index-BIsq.js', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(answer.isBase64Encoded).toBe(true);
    expect(`${gunzipSync(Buffer.from(answer.body!, 'base64'))}`).toBe('export {};'.repeat(100));
    expect(headersOf(answer)).toMatchObject({
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  it('keep their bytes, whatever they are', async () => {
    const answer = await send('/assets/Inter-DAe6.woff2');
    expect([answer.isBase64Encoded, Buffer.from(answer.body!, 'base64')]).toEqual([true, Buffer.from([0xff, 0xfe, 3])]);
  });

  it('are not sent again to a browser that has them, and without a body to HEAD', async () => {
    const { etag } = headersOf(await send('/'));
    expect(await send('/', { headers: { 'if-none-match': etag! } })).toMatchObject({ statusCode: 304, body: '' });
    expect(await send('/', { method: 'HEAD' })).toMatchObject({ statusCode: 200, body: '' });
  });

  it.each([
    ['GET', '/assets/gone.js', 404],
    ['GET', '/api', 404],
    ['GET', '/_bulk', 404],
    ['GET', '/v1/metrics', 404],
    ['POST', '/', 405],
    ['DELETE', '/alerts/0b6c', 405],
    ['GET', '/session', 404],
    ['GET', '/session/renew', 405],
    ['POST', '/session/start', 405],
  ])('answer %s %s with %i', async (method, path, status) => {
    expect((await send(path, { method })).statusCode).toBe(status);
  });
});
