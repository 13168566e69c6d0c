import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { getJson, signInReason } from '../../../web/api/client.ts';
import { liveVersion } from '../../../web/api/live.ts';
import { me } from '../../../web/frame/me.ts';
import { lostSinceMs } from '../../../web/frame/not-live.ts';
import { askWho, poll } from '../../../web/frame/poll.ts';

const healthy = { cursor: 'c', nowMs: 0, newestSampleMs: null, offbeat: null, alerts: [], silences: false };
let answer: (path: string) => Promise<Response> = async () => Response.json(healthy);
const answerWith = (status: number): void => {
  answer = async () => Response.json({ title: '', status, detail: 'no' }, { status });
};

beforeEach(() => {
  vi.stubGlobal('localStorage', { getItem: () => null });
  vi.stubGlobal('fetch', (path: string) => answer(path));
});
afterEach(() => {
  vi.unstubAllGlobals();
  lostSinceMs.value = null;
  signInReason.value = null;
  answer = async () => Response.json(healthy);
});

describe('the way to the server', () => {
  it.each([429, 500, 502, 503])('is lost since the poll that was answered with %i', async (status) => {
    answerWith(status);
    const beganMs = Date.now();
    await poll();
    const sinceMs = lostSinceMs.value;
    expect(sinceMs).toBeGreaterThanOrEqual(beganMs);
    await poll();
    expect(lostSinceMs.value).toBe(sinceMs);
  });

  it('is there again after a poll that was answered, and what is shown is read again', async () => {
    answerWith(503);
    await poll();
    answer = async () => Response.json(healthy);
    const before = liveVersion.value;
    await poll();
    expect(lostSinceMs.value).toBeNull();
    expect(liveVersion.value).toBe(before + 1);
  });

  it.each([401, 403])('is not lost because the person is refused with %i', async (status) => {
    answerWith(status);
    await poll();
    expect(lostSinceMs.value).toBeNull();
  });

  it('is not lost because one view waits too long for its answer', async () => {
    answer = () => Promise.reject(new DOMException('too long', 'TimeoutError'));
    await expect(getJson('/api/charts')).rejects.toMatchObject({ status: 0 });
    expect(lostSinceMs.value).toBeNull();
  });
});

it('who looks is asked again until the server has said it', async () => {
  answerWith(503);
  await askWho();
  expect(me.value.canAct).toBe(false);
  answer = async () => Response.json({ name: 'ada', role: 'operator', canAct: true, signIn: 'token' });
  await askWho();
  expect(me.value).toMatchObject({ name: 'ada', canAct: true });
  answer = () => Promise.reject(new Error('is not asked any more'));
  await askWho();
  expect(me.value.name).toBe('ada');
});
