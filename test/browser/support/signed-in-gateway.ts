import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createPage, type PageHandler } from '../../../functions/page/handler.ts';
import { readPageFiles } from '../../../functions/page/page-files.ts';
import { userPoolAt } from '../../../functions/page/session/user-pool.ts';
import { createPost } from '../../../functions/shared/adapters/http/post.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { clientId, idToken, issuer } from '../../functions/page/session/lying-pool.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { Loopback } from '../../support/loopback.ts';

/** One attempt at the user pool. */
interface Asked {
  readonly nonce: string;
  readonly challenge: string;
}

/**
 * The page as API Gateway serves it, over a running Offbeat: the function of the page, and the API behind tokens of a user pool,
 * which signs everybody in at once.
 */
export class SignedInGateway {
  /** The address of the page. */
  url = '';
  /** The error in place of a code with which the user pool sends the browser back. */
  refusal: string | undefined;
  readonly #offbeat: string;
  readonly #servers = new Loopback();
  readonly #attempts = new Map<string, Asked>();
  readonly #refreshTokens = new Set<string>();
  readonly #accessTokens = new Set<string>();
  #handler!: PageHandler;
  #made = 0;
  renewals = 0;

  /** @param offbeat the address of the running Offbeat, which this machine uses as an operator */
  constructor(offbeat: string) {
    this.#offbeat = offbeat;
  }

  async open(): Promise<void> {
    const pool = `http://127.0.0.1:${await this.#servers.http((request, response) => void this.#pool(request, response))}`;
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.#gateway(request, response);
    this.url = `http://127.0.0.1:${await this.#servers.http(serve)}`;
    const signIn = { url: pool, issuer, clientId, sessionSeconds: 3_600 };
    this.#handler = createPage({
      files: readPageFiles('dist/web')!,
      origins: [this.url],
      signIn,
      userPool: userPoolAt({ ...signIn, post: createPost() }),
      clock: systemClock,
      telemetry: silentTelemetry,
    });
  }

  /** Makes every token that was given out useless, as time does. */
  endTokens(): void {
    this.#accessTokens.clear();
  }

  /** Ends every session, as a person does by another browser. */
  endSessions(): void {
    this.endTokens();
    this.#refreshTokens.clear();
  }

  close(): Promise<void> {
    return this.#servers.close();
  }

  async #gateway(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, this.url);
    if (pathname.startsWith('/api/')) return this.#api(request, response, pathname === '/api/me');
    const event = {
      rawPath: pathname,
      headers: request.headers,
      cookies: request.headers.cookie?.split('; ') ?? [],
      queryStringParameters: Object.fromEntries(searchParams),
      requestContext: { domainName: request.headers.host, http: { method: request.method, path: pathname } },
    };
    const answer = await this.#handler(event as unknown as APIGatewayProxyEventV2, lambdaContext());
    const { statusCode = 200, headers = {}, cookies = [], body = '', isBase64Encoded = false } = answer;
    response.writeHead(statusCode, { ...(headers as Record<string, string>), 'set-cookie': cookies });
    response.end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
  }

  async #api(request: IncomingMessage, response: ServerResponse, isMe: boolean): Promise<void> {
    const sent = await text(request);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || !this.#accessTokens.has(token)) {
      json(response, 401, { message: 'Unauthorized' });
      return;
    }
    const { status, headers, body } = await fetch(`${this.#offbeat}${request.url}`, {
      method: request.method!,
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      ...(sent !== '' && { body: sent }),
    }).then(async (got) => ({ status: got.status, headers: got.headers, body: await got.text() }));
    const me = { name: 'ada', role: 'operator', canAct: true, signIn: 'cognito' };
    response.writeHead(status, { 'content-type': headers.get('content-type') ?? 'application/json' });
    response.end(isMe ? JSON.stringify(me) : body);
  }

  async #pool(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, 'http://127.0.0.1');
    if (pathname === '/oauth2/authorize') return this.#authorize(searchParams, response);
    if (pathname === '/logout') {
      response.writeHead(302, { location: searchParams.get('logout_uri')! }).end();
      return;
    }
    const fields = new URLSearchParams(await text(request));
    if (pathname === '/oauth2/revoke') {
      this.#refreshTokens.delete(fields.get('token')!);
      response.end();
      return;
    }
    this.#token(fields, response);
  }

  #authorize(asked: URLSearchParams, response: ServerResponse): void {
    const code = `code-${++this.#made}`;
    this.#attempts.set(code, { nonce: asked.get('nonce')!, challenge: asked.get('code_challenge')! });
    const answer = this.refusal === undefined ? { code } : { error: this.refusal };
    const back = new URLSearchParams({ ...answer, state: asked.get('state')! });
    response.writeHead(302, { location: `${asked.get('redirect_uri')}?${back}` }).end();
  }

  #token(fields: URLSearchParams, response: ServerResponse): void {
    const isCode = fields.get('grant_type') === 'authorization_code';
    const attempt = this.#attempts.get(fields.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(fields.get('code_verifier') ?? '')
      .digest('base64url');
    const isGranted = isCode
      ? attempt?.challenge === challenge
      : this.#refreshTokens.delete(fields.get('refresh_token') ?? '');
    if (!isGranted) {
      json(response, 400, { error: 'invalid_grant' });
      return;
    }
    if (!isCode) this.renewals += 1;
    const number = ++this.#made;
    const [access_token, refresh_token] = [`access.${number}`, `refresh.${number}`];
    this.#accessTokens.add(access_token);
    this.#refreshTokens.add(refresh_token);
    const claims = { iss: issuer, aud: clientId, nonce: attempt?.nonce, exp: 4_000_000_000, token_use: 'id' };
    json(response, 200, {
      access_token,
      refresh_token,
      id_token: idToken(claims),
      expires_in: 900,
      token_type: 'Bearer',
    });
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
