import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import { onePartitionEach } from '../../functions/shared/log/topics.ts';
import { TestDeployment } from './deployment.ts';

const person = { username: 'ada', password: 'correct-Horse-9-battery' };

/** Returns the values of the fields of a form. */
const fieldsIn = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)].map(([, name, value]) => [name!, value!]),
  );

/** The cookies of a browser for the page, by name. */
class Cookies {
  readonly #values = new Map<string, string>();

  take(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value, rest] = /^([^=]+)=([^;]*)(.*)$/.exec(cookie)!;
      if (rest!.includes('Max-Age=0')) this.#values.delete(name!);
      else this.#values.set(name!, value!);
    }
  }

  get header(): Record<string, string> {
    return { cookie: [...this.#values].map((pair) => pair.join('=')).join('; ') };
  }

  get names(): readonly string[] {
    return [...this.#values.keys()];
  }
}

describe('the page of a deployment', () => {
  const deployment = new TestDeployment({ warehouse: 'none', page: 'cognito' });
  const cookies = new Cookies();
  let pageUrl: string;
  let pool: string;

  beforeAll(async () => {
    await deployment.open();
    await createTopics(deployment.kafka, onePartitionEach);
  });
  afterAll(() => deployment.close());

  const administer = async (action: string, body: object): Promise<void> => {
    const response = await deployment.functions.askUserPools(action, { UserPoolId: pool, ...body });
    expect([response.status, await response.text()]).toEqual([200, expect.anything()]);
  };
  const renew = (): Promise<Response> =>
    deployment.functions.askPage('/session/renew', { method: 'POST', headers: cookies.header });
  const tokenOf = async (): Promise<string> => {
    const response = await renew();
    expect(response.status).toBe(200);
    cookies.take(response);
    return ((await response.json()) as { accessToken: string }).accessToken;
  };
  const me = async (token: string) =>
    (await deployment.functions.askPage('/api/me', { headers: { authorization: `Bearer ${token}` } })).json();

  /** Returns the address to which the user pool sends the browser back, once the person has signed in there. */
  const sentBack = async (authorize: string): Promise<string> => {
    const form = await fetch(authorize);
    const body = new URLSearchParams({ ...fieldsIn(await form.text()), ...person });
    const signedIn = await fetch(`${deployment.emulator.endpoint}/login`, { method: 'POST', body, redirect: 'manual' });
    const back = signedIn.headers.get('location')!;
    expect(back).toContain(`${pageUrl}/session/callback?`);
    return back;
  };

  /** Returns the tokens of a sign-in of which the page gets nothing: those of the emulator's renewals have no groups. */
  const tokensOfUserPool = async () => {
    const verifier = 'v'.repeat(43);
    const start = await deployment.functions.askPage('/session/start');
    const authorize = new URL(start.headers.get('location')!);
    authorize.searchParams.set('code_challenge', createHash('sha256').update(verifier).digest('base64url'));
    const back = new URL((await sentBack(authorize.href)).replace(pageUrl, 'https://page.invalid'));
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: authorize.searchParams.get('client_id')!,
      redirect_uri: authorize.searchParams.get('redirect_uri')!,
      code: back.searchParams.get('code')!,
      code_verifier: verifier,
    });
    const response = await fetch(`${deployment.emulator.endpoint}/oauth2/token`, { method: 'POST', body });
    return (await response.json()) as { access_token: string; id_token: string };
  };

  /** Signs the person in as a browser does. @returns the address to which the user pool sent it back */
  const signIn = async (): Promise<string> => {
    const start = await deployment.functions.askPage('/session/start?return=%2Falerts%2F0b6c');
    cookies.take(start);
    const callback = (await sentBack(start.headers.get('location')!)).slice(pageUrl.length);
    const answer = await deployment.functions.askPage(callback, { headers: cookies.header });
    cookies.take(answer);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/alerts/0b6c']);
    return callback;
  };

  it('is deployed with its user pool, and its address is an output', async () => {
    const outputs = await deployment.deploy('one');
    pageUrl = outputs.Offbeat!.PageUrl!;
    pool = outputs['Offbeat-State']!.UserPool!;
    expect(pageUrl).toMatch(/^https?:\/\/[\w.:-]+$/);
    expect(pool).toMatch(/^us-east-1_/);
  });

  it('comes with its files, in any view, packed where a browser takes it', async () => {
    const view = await deployment.functions.askPage('/alerts/0b6c', { headers: { accept: 'text/html' } });
    const html = await view.text();
    expect([view.status, view.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(view.headers.get('content-security-policy')).toContain("default-src 'none'");
    const script = /src="(\/assets\/index-[^"]+\.js)"/.exec(html)![1]!;
    const asset = await deployment.functions.askPage(script);
    expect([asset.status, asset.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    expect(await asset.text()).toContain('import');
    const font = /url\((\/assets\/Inter-Regular[^)]+\.woff2)\)/.exec(
      await (await deployment.functions.askPage(/href="(\/assets\/style-[^"]+\.css)"/.exec(html)![1]!)).text(),
    )![1]!;
    const bytes = await (await deployment.functions.askPage(font)).bytes();
    expect(Buffer.from(bytes.subarray(0, 4)).toString()).toBe('wOF2');
    expect((await deployment.functions.askPage('/assets/gone.js')).status).toBe(404);
  });

  it('lets nobody read or act who has not signed in, and the API for scripts still takes signed requests', async () => {
    expect((await deployment.functions.askPage('/api/alerts')).status).toBe(401);
    expect((await deployment.functions.askPage('/api/commands', { method: 'POST', body: '{}' })).status).toBe(401);
    const forged = { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.' };
    expect((await deployment.functions.askPage('/api/alerts', { headers: forged })).status).toBe(401);
    expect((await renew()).status).toBe(401);
    expect((await deployment.functions.askApi('/api/alerts')).status).toBe(200);
  });

  it('signs a person in at the user pool, and comes back to the alert of a link', async () => {
    await administer('AdminCreateUser', { Username: person.username, MessageAction: 'SUPPRESS' });
    await administer('AdminSetUserPassword', { Username: person.username, Password: person.password, Permanent: true });
    const callback = await signIn();
    expect(cookies.names).toEqual(['__Secure-offbeat-session']);

    // The code and the attempt are used up.
    const again = await deployment.functions.askPage(callback, { headers: cookies.header });
    expect(again.headers.get('location')).toContain('/sign-in?problem=expired');
  });

  it('lets a person read, and act as a member of the group operator alone', async () => {
    const viewer = await tokenOf();
    expect(await me(viewer)).toMatchObject({ name: 'ada', role: 'viewer', canAct: false, signIn: 'cognito' });
    const act = async (token: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const sent = { method: 'POST', headers, body: '{"kind":"ack"}' };
      return (await deployment.functions.askPage('/api/commands', sent)).status;
    };
    expect(await act(viewer)).toBe(403);
    await administer('AdminAddUserToGroup', { Username: person.username, GroupName: 'operator' });
    const { access_token: operator, id_token } = await tokensOfUserPool();
    expect(await me(operator)).toMatchObject({ name: 'ada', role: 'operator', canAct: true });
    // It may, and the command has no alert.
    expect(await act(operator)).toBe(400);
    // An ID token has no scope.
    expect(await act(id_token)).toBe(403);
    expect(await me(id_token)).toEqual({ message: 'Forbidden' });
  });

  it('ends the session when the person signs out', async () => {
    const answer = await deployment.functions.askPage('/session/end', { method: 'POST', headers: cookies.header });
    cookies.take(answer);
    expect(cookies.names).toEqual([]);
    const { location } = (await answer.json()) as { location: string };
    expect(new URL(location).searchParams.get('logout_uri')).toBe(`${pageUrl}/`);
    expect((await renew()).status).toBe(401);
  });
});
