import { afterEach, expect, it, vi } from 'vitest';
import { addressOf, getJson, keepToken, postJson, signInReason } from '../../../web/api/client.ts';

it('the names of a query are in a fixed order, and the values of one name in theirs', () => {
  expect(addressOf('/api/charts', { to: 'now', series: ['b', 'a'], from: '-1h' })).toBe(
    '/api/charts?from=-1h&series=b&series=a&to=now',
  );
  expect(addressOf('/api/alerts', { cluster: '', limit: undefined })).toBe('/api/alerts');
});

afterEach(() => {
  vi.unstubAllGlobals();
  signInReason.value = null;
});

const answerWith = (answer: () => Promise<Response>): void => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  });
  vi.stubGlobal('fetch', answer);
};
const lost = () => Promise.reject(new TypeError('failed to fetch'));
const nobody = async () => Response.json({ detail: 'sign in' }, { status: 401 });

it('a server that accepts a question and does not answer in time has not answered', async () => {
  vi.stubGlobal('localStorage', { getItem: () => null });
  vi.stubGlobal(
    'fetch',
    (_: string, { signal }: { readonly signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  );
  await expect(getJson('/api/changes', {}, { answerMs: 1 })).rejects.toMatchObject({ status: 0, title: 'No answer' });
});

it('a question without an answer is asked again by the page; of a change it says that it may not have been done', async () => {
  answerWith(lost);
  await expect(getJson('/api/me')).rejects.toThrow('The page goes on trying');
  await expect(postJson('/api/commands', {})).rejects.toThrow('it may not have been done');
});

it('an answer whose body is broken is none', async () => {
  answerWith(async () => new Response('{"half":'));
  await expect(getJson('/api/me')).rejects.toMatchObject({ status: 0, title: 'No answer' });
});

it('a wrong token of somebody who signs in for the first time ends no session', async () => {
  answerWith(nobody);
  await expect(getJson('/api/me')).rejects.toMatchObject({ status: 401 });
  expect(signInReason.value).toBe('needed');
  keepToken('wrong');
  await expect(getJson('/api/me')).rejects.toMatchObject({ status: 401 });
  expect(signInReason.value).toBe('needed');
});
