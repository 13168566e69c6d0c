import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { custom, gateway, headersOf, keptOf, locationOf, type Sent, ServedPage } from './served-page.ts';
import { clientId, tokens } from './session/lying-pool.ts';

const served = new ServedPage();
const { pool, log } = served;
const send: ServedPage['send'] = (...sent) => served.send(...sent);
beforeAll(() => served.open());
afterAll(() => served.close());
beforeEach(() => served.forget());

/** Begins a sign-in, and returns what the user pool and the browser then have. */
async function begin(target = '/session/start?return=/alerts/0b6c?cluster=prod', sent: Sent = {}) {
  const answer = await send(target, sent);
  const asked = locationOf(answer).searchParams;
  return { answer, asked, cookies: keptOf(answer), state: asked.get('state')!, nonce: asked.get('nonce')! };
}

describe('a sign-in', () => {
  it('begins at the user pool, with a state, a nonce and a challenge of PKCE', async () => {
    const { answer, asked } = await begin();
    expect(answer.statusCode).toBe(303);
    expect(locationOf(answer).href).toContain(`${pool.url}/oauth2/authorize?`);
    expect(Object.fromEntries(asked)).toEqual({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: `${gateway}/session/callback`,
      scope: 'openid',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(headersOf(answer)).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  });

  it('keeps the attempt in a cookie that no script reads, for ten minutes, below /session alone', async () => {
    const { answer } = await begin();
    expect(answer.cookies).toEqual([
      expect.stringMatching(
        /^__Secure-offbeat-attempt=[\w.-]+; Path=\/session; Max-Age=600; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
  });

  it('has other secrets each time', async () => {
    const [one, two] = [await begin(), await begin()];
    for (const name of ['state', 'nonce', 'code_challenge']) expect(one.asked.get(name)).not.toBe(two.asked.get(name));
  });

  it('returns to the address from which it began, with the session in a cookie and no token in the address', async () => {
    const { asked, cookies, state, nonce } = await begin();
    pool.says(tokens(nonce));
    const answer = await send(`/session/callback?code=abc&state=${state}`, { cookies });
    expect(answer.statusCode).toBe(303);
    expect(headersOf(answer).location).toBe('/alerts/0b6c?cluster=prod');
    expect(answer.cookies).toEqual([
      '__Secure-offbeat-attempt=; Path=/session; Max-Age=0; HttpOnly; Secure; SameSite=Strict',
      '__Secure-offbeat-session=refresh.one.x; Path=/session; Max-Age=604800; HttpOnly; Secure; SameSite=Strict',
    ]);
    const [{ path, fields }] = pool.asked as [(typeof pool.asked)[number]];
    expect([path, fields]).toEqual([
      '/oauth2/token',
      {
        grant_type: 'authorization_code',
        client_id: clientId,
        code: 'abc',
        redirect_uri: `${gateway}/session/callback`,
        code_verifier: expect.stringMatching(/^[\w-]{43}$/),
      },
    ]);
    const challenge = createHash('sha256').update(fields.code_verifier!).digest('base64url');
    expect(challenge).toBe(asked.get('code_challenge'));
  });

  it('stays on the custom domain on which it began, and never goes to a host that is not the deployment’s', async () => {
    const at = async (host: string) => (await begin('/session/start', { host })).asked.get('redirect_uri');
    expect(await at('offbeat.example.com')).toBe(`${custom}/session/callback`);
    expect(await at('evil.example')).toBe(`${gateway}/session/callback`);
  });

  it('never returns to another origin', async () => {
    const { cookies, state, nonce } = await begin('/session/start?return=//evil.example/');
    pool.says(tokens(nonce));
    expect(headersOf(await send(`/session/callback?code=abc&state=${state}`, { cookies })).location).toBe('/');
  });

  it.each([
    ['no cookie of an attempt', (state: string) => [`?code=abc&state=${state}`, []]],
    ['the state of another attempt', (_: string, cookies: string[]) => [`?code=abc&state=${'x'.repeat(43)}`, cookies]],
    ['no state', (_: string, cookies: string[]) => ['?code=abc', cookies]],
    [
      'a cookie that is none of ours',
      (state: string) => [`?code=abc&state=${state}`, ['__Secure-offbeat-attempt=a.b']],
    ],
  ] as const)('with %s exchanges nothing, and says that it has expired', async (_, sent) => {
    const { cookies, state } = await begin();
    const [query, sending] = sent(state, cookies) as [string, string[]];
    const answer = await send(`/session/callback${query}`, { cookies: sending });
    expect(locationOf(answer).pathname).toBe('/sign-in');
    expect(locationOf(answer).searchParams.get('problem')).toBe('expired');
    expect(pool.asked).toEqual([]);
    expect(keptOf(answer)).toEqual([]);
  });

  it('that a person cancels says so, and comes back to the same address', async () => {
    const { cookies, state } = await begin();
    const answer = await send(`/session/callback?error=access_denied&state=${state}`, { cookies });
    expect(Object.fromEntries(locationOf(answer).searchParams)).toEqual({
      problem: 'cancelled',
      return: '/alerts/0b6c?cluster=prod',
    });
  });

  it.each([
    ['for another attempt', { nonce: 'another' }],
    ['for another client', { aud: 'another' }],
    ['of another user pool', { iss: 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_other' }],
    ['that has expired', { exp: 1_000 }],
    ['that is an access token', { token_use: 'access' }],
  ])('refuses an ID token %s', async (_, claims) => {
    const { cookies, state, nonce } = await begin();
    pool.says(tokens(nonce, claims));
    const answer = await send(`/session/callback?code=abc&state=${state}`, { cookies });
    expect(locationOf(answer).searchParams.get('problem')).toBe('refused');
    expect(keptOf(answer)).toEqual([]);
  });

  it('refuses an ID token that is none', async () => {
    const { cookies, state, nonce } = await begin();
    pool.says({ ...tokens(nonce), id_token: 'not-a-token' });
    const answer = await send(`/session/callback?code=abc&state=${state}`, { cookies });
    expect(locationOf(answer).searchParams.get('problem')).toBe('refused');
  });

  it.each([
    ['refuses the code', 'refused', () => pool.says({ error: 'invalid_grant', error_description: 'abc' }, 400)],
    ['does not know the client', 'refused', () => pool.says({ error: 'invalid_client' }, 401)],
    ['fails', 'unavailable', () => pool.says('{}', 500)],
    ['has too many requests', 'unavailable', () => pool.says({ message: 'Too many' }, 429)],
    ['answers with a page', 'unavailable', () => pool.says('<html>')],
    ['leaves the tokens out', 'unavailable', () => pool.says({ access_token: 'a', token_type: 'Bearer' })],
    ['puts a line break into a token', 'unavailable', () => pool.says({ ...tokens('n'), refresh_token: 'a\r\nb' })],
    ['puts a cookie into a token', 'unavailable', () => pool.says({ ...tokens('n'), refresh_token: 'a; Path=/' })],
    ['sends too much', 'unavailable', () => pool.says({ ...tokens('n'), more: 'x'.repeat(100_000) })],
    ['closes the connection', 'unavailable', () => (pool.answer = (response) => response.destroy())],
    ['does not answer in time', 'unavailable', () => (pool.answer = () => undefined)],
    ['stops in the middle', 'unavailable', () => (pool.answer = (response) => response.write('{"access_token":'))],
    ['redirects', 'unavailable', () => (pool.answer = (response) => response.writeHead(302, { location: '/' }).end())],
  ] as const)('says so when the user pool %s: %s', async (_, problem, lie) => {
    const { cookies, state } = await begin();
    lie();
    const answer = await send(`/session/callback?code=secret-code&state=${state}`, { cookies });
    expect(locationOf(answer).searchParams.get('problem')).toBe(problem);
    expect(locationOf(answer).searchParams.get('return')).toBe('/alerts/0b6c?cluster=prod');
    expect(keptOf(answer)).toEqual([]);
    expect(log.join()).toContain('sign-in failed');
    expect(log.join()).not.toMatch(/secret-code|access\.one|refresh\.one/);
  });
});
