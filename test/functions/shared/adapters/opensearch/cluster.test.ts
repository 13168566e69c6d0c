import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { searchCluster } from '../../../../../functions/shared/adapters/opensearch/cluster.ts';
import { Loopback } from '../../../../support/loopback.ts';

const read = (name: string): string => readFileSync(join(import.meta.dirname, '../../../../support/tls', name), 'utf8');
const ca = read('certificate.pem');

let loopback: Loopback;
beforeEach(() => {
  loopback = new Loopback();
});
afterEach(() => loopback.close());

/** Starts a cluster that permits one user with one password over TLS. */
const secured = async (username: string, password: string): Promise<string> => {
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const port = await loopback.https({ cert: ca, key: read('key.pem') }, ({ headers }, response) => {
    response.writeHead(headers.authorization === expected ? 200 : 401).end('{"a":1}');
  });
  return `https://127.0.0.1:${port}`;
};
const get = (url: string, login?: Parameters<typeof searchCluster>[1]) =>
  searchCluster(url, login).get('/x', AbortSignal.timeout(10_000));

describe('a search cluster with a log-in over TLS', () => {
  it('is read with the password of the user and the certificate of an own authority', async () => {
    const url = await secured('monitor', 'geheim: ü');
    expect(await get(url, { ca, username: 'monitor', password: async () => 'geheim: ü' })).toEqual({ a: 1 });
  });

  it('refuses a wrong password and none, and the message contains no password', async () => {
    const url = await secured('monitor', 'right');
    const wrong = get(url, { ca, username: 'monitor', password: async () => 'wrong-password' });
    await expect(wrong).rejects.toThrow(/^127\.0\.0\.1:\d+ refuses the log-in \(status 401\)$/);
    await expect(get(url, { ca })).rejects.toThrow('refuses the log-in');
  });

  it('gets no password if nobody known signed its certificate', async () => {
    const url = await secured('monitor', 'right');
    const login = { username: 'monitor', password: async () => 'right' };
    await expect(get(url, login)).rejects.toMatchObject({
      name: 'ClusterUnreadableError',
      isRefused: false,
      message: expect.stringContaining('is not trusted: name its file in ca'),
    });
  });
});

describe('an answer of a search cluster', () => {
  it('has at most half a million objects and lists, each of which takes many times its bytes of memory', async () => {
    const port = await loopback.http((_, response) => response.end('['.repeat(500_001)));
    await expect(get(`http://127.0.0.1:${port}`)).rejects.toThrow('more than 500000 objects and lists');
  });

  it.each([
    ['https', 'http', 'does not speak TLS there: try http:// in the address'],
    ['http', 'https', 'it may speak TLS, try https:// in the address'],
  ])('over %s from a port of %s says what the address should be', async (asked, spoken, words) => {
    const answer = (_: unknown, response: { end: (text: string) => unknown }) => void response.end('{}');
    const port =
      spoken === 'http'
        ? await loopback.http(answer)
        : await loopback.https({ cert: ca, key: read('key.pem') }, answer);
    await expect(get(`${asked}://127.0.0.1:${port}`)).rejects.toThrow(words);
  });
});
