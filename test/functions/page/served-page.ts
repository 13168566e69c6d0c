import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createPage, type PageHandler } from '../../../functions/page/handler.ts';
import { readPageFiles } from '../../../functions/page/page-files.ts';
import { userPoolAt } from '../../../functions/page/session/user-pool.ts';
import { createPost } from '../../../functions/shared/adapters/http/post.ts';
import { powertoolsTelemetry } from '../../../functions/shared/handler/telemetry.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { clientId, issuer, LyingPool } from './session/lying-pool.ts';

export const gateway = 'https://a1b2.execute-api.eu-north-1.amazonaws.com';
export const custom = 'https://offbeat.example.com';

export type Answer = APIGatewayProxyStructuredResultV2;

/** A request to the function of the page. */
export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly host?: string;
}

/** The function of the page, as API Gateway invokes it, with a user pool on loopback. */
export class ServedPage {
  readonly pool = new LyingPool();
  readonly log: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'offbeat-page-'));
  #handler: PageHandler | undefined;

  async open(): Promise<void> {
    mkdirSync(join(this.#folder, 'assets'));
    writeFileSync(join(this.#folder, 'index.html'), '<!doctype html><title>Offbeat</title>');
    writeFileSync(join(this.#folder, 'assets/index-BIsq.js'), 'export {};'.repeat(100));
    writeFileSync(join(this.#folder, 'assets/Inter-DAe6.woff2'), Buffer.from([0xff, 0xfe, 3]));
    await this.pool.listen();
    const signIn = { url: this.pool.url, issuer, clientId, sessionSeconds: 604_800 };
    this.#handler = createPage({
      files: readPageFiles(this.#folder)!,
      origins: [gateway, custom],
      signIn,
      userPool: userPoolAt({ ...signIn, post: createPost(), timeoutMs: 300 }),
      clock: systemClock,
      telemetry: powertoolsTelemetry({ service: 'page', write: (line) => this.log.push(line) }),
    });
  }

  /** Forgets what was asked and logged. */
  forget(): void {
    this.pool.asked.length = 0;
    this.log.length = 0;
  }

  async close(): Promise<void> {
    await this.pool.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Sends a request as API Gateway passes it on. */
  send(target: string, sent: Sent = {}): Promise<Answer> {
    const { method = 'GET', headers = {}, cookies = [], host = new URL(gateway).host } = sent;
    const { pathname, searchParams, search } = new URL(target, gateway);
    const event = {
      version: '2.0',
      routeKey: '$default',
      rawPath: pathname,
      rawQueryString: search.slice(1),
      headers,
      cookies: [...cookies],
      ...(search !== '' && { queryStringParameters: Object.fromEntries(searchParams) }),
      requestContext: { domainName: host, http: { method, path: pathname } },
      isBase64Encoded: false,
    };
    return this.#handler!(event as unknown as APIGatewayProxyEventV2, lambdaContext());
  }
}

export const headersOf = ({ headers = {} }: Answer) => headers as Record<string, string>;
export const locationOf = (answer: Answer): URL => new URL(headersOf(answer).location!, gateway);

/** Returns what a browser would send back of the cookies of an answer. */
export const keptOf = ({ cookies = [] }: Answer): string[] =>
  cookies.filter((cookie) => !cookie.includes('Max-Age=0')).map((cookie) => cookie.split(';')[0]!);
