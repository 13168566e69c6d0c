import { afterEach, expect, it, vi } from 'vitest';
import { addressOf, getJson, lostSinceMs } from '../../../web/api/client.ts';

it('the names of a query are in a fixed order, and the values of one name in theirs', () => {
  expect(addressOf('/api/charts', { to: 'now', series: ['b', 'a'], from: '-1h' })).toBe(
    '/api/charts?from=-1h&series=b&series=a&to=now',
  );
  expect(addressOf('/api/alerts', { cluster: '', limit: undefined })).toBe('/api/alerts');
});

afterEach(() => {
  vi.unstubAllGlobals();
  lostSinceMs.value = null;
});

it('a server that accepts a question and does not answer in time is lost since the question was asked', async () => {
  vi.stubGlobal('localStorage', { getItem: () => null });
  vi.stubGlobal(
    'fetch',
    (_: string, { signal }: { readonly signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  );
  const beganMs = Date.now();
  await expect(getJson('/api/changes', {}, { answerMs: 1 })).rejects.toMatchObject({ status: 0, title: 'No answer' });
  expect(lostSinceMs.value).toBeLessThanOrEqual(Date.now());
  expect(lostSinceMs.value).toBeGreaterThanOrEqual(beganMs);
  vi.stubGlobal('fetch', async () => Response.json({}));
  await getJson('/api/changes');
  expect(lostSinceMs.value).toBeNull();
});
