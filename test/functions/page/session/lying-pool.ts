import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Loopback } from '../../../support/loopback.ts';

export const issuer = 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_0a1B2c3D4';
export const clientId = '1h57kf5cpq17m0eml12EXAMPLE';

/** A request to the token endpoint. */
export interface Asked {
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
}

type Answer = (response: ServerResponse, asked: Asked) => void;

/** Returns an ID token without a signature. */
export const idToken = (claims: object): string =>
  ['{"alg":"RS256"}', JSON.stringify(claims), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');

/** Returns the tokens that a user pool answers a code with. */
export const tokens = (nonce: string, others: object = {}) => ({
  access_token: 'access.one.x',
  refresh_token: 'refresh.one.x',
  id_token: idToken({ iss: issuer, aud: clientId, nonce, exp: 4_000_000_000, token_use: 'id', ...others }),
  expires_in: 900,
  token_type: 'Bearer',
});

/** A token endpoint on loopback, which answers as a test says. */
export class LyingPool {
  readonly asked: Asked[] = [];
  readonly #servers = new Loopback();
  /** The answer to the next requests. */
  answer: Answer = (response) => response.end();
  url = '';

  async listen(): Promise<void> {
    const port = await this.#servers.http((request, response) => void this.#take(request, response));
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Answers the next requests with JSON. */
  says(body: object | string, status = 200): void {
    this.answer = (response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
  }

  close(): Promise<void> {
    return this.#servers.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = { path: request.url!, fields: Object.fromEntries(new URLSearchParams(await text(request))) };
    this.asked.push(asked);
    this.answer(response, asked);
  }
}
