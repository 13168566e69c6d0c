import { beforeEach, describe, expect, it } from 'vitest';
import { Session, signInWay } from '../../../web/api/session.ts';

const problem = { 'content-type': 'application/problem+json' };
const granted = (accessToken: string, expiresInSeconds = 900) => Response.json({ accessToken, expiresInSeconds });
const nobody = () => new Response('{"detail":"sign in"}', { status: 401, headers: problem });

/** A session against a server that answers as a test says, at a time that the test sets. */
class Tried {
  nowMs = 1_000_000;
  asked = 0;
  answer: () => Response | Promise<Response> = nobody;
  readonly marks = new Map<string, string>();
  readonly session = new Session({
    ask: async () => {
      this.asked += 1;
      return this.answer();
    },
    nowMs: () => this.nowMs,
    marks: {
      getItem: (name) => this.marks.get(name) ?? null,
      setItem: (name, value) => void this.marks.set(name, value),
      removeItem: (name) => void this.marks.delete(name),
    },
  });
}

beforeEach(() => {
  signInWay.value = null;
});

describe('the session of an account', () => {
  it('keeps its token in memory alone', async () => {
    const tried = new Tried();
    tried.answer = () => granted('one');
    expect([await tried.session.renew(), tried.session.token, signInWay.value]).toEqual(['renewed', 'one', 'account']);
    expect([...tried.marks]).toEqual([['offbeat.account', '1']]);
  });

  it('is asked for at once by a page that is loaded where somebody has signed in, and elsewhere not', async () => {
    const tried = new Tried();
    tried.answer = () => granted('one');
    await tried.session.prepare();
    expect(tried.asked).toBe(0);
    tried.marks.set('offbeat.account', '1');
    await tried.session.prepare();
    expect([tried.asked, tried.session.token]).toEqual([1, 'one']);
  });

  it('is renewed in the last minute of a token, and not before', async () => {
    const tried = new Tried();
    tried.answer = () => granted(`token ${tried.asked}`);
    await tried.session.renew();
    tried.nowMs += 839_000;
    await tried.session.prepare();
    expect(tried.session.token).toBe('token 1');
    tried.nowMs += 2_000;
    await tried.session.prepare();
    expect(tried.session.token).toBe('token 2');
  });

  it('is renewed once for all requests of a view', async () => {
    const tried = new Tried();
    tried.answer = () => granted('one');
    expect(await Promise.all([1, 2, 3].map(() => tried.session.renew()))).toEqual(['renewed', 'renewed', 'renewed']);
    expect(tried.asked).toBe(1);
  });

  it('has ended when the server says so, and the page still knows that somebody was signed in', async () => {
    const tried = new Tried();
    tried.answer = () => granted('one');
    await tried.session.renew();
    tried.answer = nobody;
    expect([await tried.session.renew(), tried.session.token]).toEqual(['nobody', undefined]);
    expect(tried.session.wasSignedIn()).toBe(true);
    tried.session.forget();
    expect(tried.session.wasSignedIn()).toBe(false);
  });

  it.each([
    ['the server does not answer', () => Promise.reject(new TypeError('failed'))],
    ['the user pool does not answer', () => new Response('{}', { status: 503, headers: problem })],
    ['the server is asked too often', () => new Response('{}', { status: 429, headers: problem })],
    ['the renewal is refused', () => new Response('{}', { status: 403, headers: problem })],
    ['the answer is cut', () => new Response('{"accessT', { headers: problem })],
  ])('stays when %s', async (_, answer) => {
    const tried = new Tried();
    tried.answer = () => granted('one');
    await tried.session.renew();
    tried.answer = answer;
    expect([await tried.session.renew(), tried.session.token]).toEqual(['unavailable', 'one']);
    expect(signInWay.value).toBe('account');
  });
});

describe('a server without accounts', () => {
  it.each([
    ['has no such route', () => new Response('{}', { status: 404, headers: problem })],
    ['takes no such method', () => new Response('', { status: 405 })],
    ['is behind a proxy that asks for a password', () => new Response('<html>', { status: 401 })],
    ['answers everything with the page', () => new Response('<!doctype html>')],
  ])('is asked once, and then for a token: it %s', async (_, answer) => {
    const tried = new Tried();
    tried.answer = answer;
    expect([await tried.session.renew(), await tried.session.renew()]).toEqual(['no accounts', 'no accounts']);
    expect([tried.asked, signInWay.value]).toEqual([1, 'token']);
  });
});
