import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, gateway, headersOf, keptOf, type Sent, ServedPage } from './served-page.ts';
import { clientId, idToken } from './session/lying-pool.ts';

const served = new ServedPage();
const { pool, log } = served;
const send: ServedPage['send'] = (...sent) => served.send(...sent);
beforeAll(() => served.open());
afterAll(() => served.close());
beforeEach(() => served.forget());

const bodyOf = ({ body }: Answer) => JSON.parse(body!);

describe('a session', () => {
  const cookies = ['other=1', '__Secure-offbeat-session=refresh.one.x'];
  const renew = (sent: Sent = { cookies }) => send('/session/renew', { method: 'POST', ...sent });

  it('gives the page a token, and keeps the refresh token that replaces the one before', async () => {
    pool.says({ access_token: 'access.two.x', refresh_token: 'refresh.two.x', expires_in: 900, token_type: 'Bearer' });
    const answer = await renew();
    expect(bodyOf(answer)).toEqual({ accessToken: 'access.two.x', expiresInSeconds: 900 });
    expect(headersOf(answer)).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(keptOf(answer)).toEqual(['__Secure-offbeat-session=refresh.two.x']);
    expect(pool.asked[0]!.fields).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh.one.x',
      client_id: clientId,
    });
  });

  it('goes on with the same refresh token where the pool does not rotate them', async () => {
    pool.says({ access_token: 'access.two.x', id_token: idToken({}), expires_in: 900, token_type: 'Bearer' });
    expect((await renew()).cookies).toEqual([]);
  });

  it('is one that nobody has without the cookie, and the user pool is not asked', async () => {
    const answer = await renew({ cookies: ['other=1'] });
    expect([answer.statusCode, bodyOf(answer).detail]).toEqual([401, 'nobody is signed in; sign in']);
    expect(pool.asked).toEqual([]);
  });

  it('ends when the user pool refuses to renew it, and its cookie is deleted', async () => {
    pool.says({ error: 'invalid_grant' }, 400);
    const answer = await renew();
    expect([answer.statusCode, answer.cookies]).toEqual([401, [expect.stringContaining('Max-Age=0')]]);
  });

  it('stays while the user pool does not answer', async () => {
    pool.answer = () => undefined;
    const answer = await renew();
    expect([answer.statusCode, answer.cookies]).toEqual([503, []]);
    expect(bodyOf(answer).detail).toBe('the user pool does not answer; the session goes on when it does');
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
    { origin: 'null' },
  ])('is not for another site: %j', async (headers) => {
    expect((await renew({ cookies, headers: { ...headers } as Record<string, string> })).statusCode).toBe(403);
    expect(pool.asked).toEqual([]);
  });

  it('that the page ends is revoked, and the page learns where the user pool ends its own', async () => {
    pool.says('');
    const headers = { 'sec-fetch-site': 'same-origin', origin: gateway };
    const answer = await send('/session/end', { method: 'POST', cookies, headers });
    expect(answer.cookies).toEqual([expect.stringMatching(/^__Secure-offbeat-session=; .*Max-Age=0/)]);
    const location = new URL(bodyOf(answer).location);
    expect(location.href).toContain(`${pool.url}/logout?`);
    expect(Object.fromEntries(location.searchParams)).toEqual({ client_id: clientId, logout_uri: `${gateway}/` });
    expect(pool.asked).toEqual([{ path: '/oauth2/revoke', fields: { token: 'refresh.one.x', client_id: clientId } }]);
  });

  it('ends here also where the user pool does not answer, and the log says so', async () => {
    pool.answer = () => undefined;
    const answer = await send('/session/end', { method: 'POST', cookies });
    expect([answer.statusCode, keptOf(answer)]).toEqual([200, []]);
    expect(log.join()).toContain('revocation of a session failed');
    expect(log.join()).not.toContain('refresh.one');
  });
});
