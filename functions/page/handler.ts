import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { printableJson } from '../shared/domain/printable.ts';
import { problemDetails, problemType } from '../shared/domain/problem-details.ts';
import { sessionPath } from '../shared/domain/sign-in.ts';
import { invocationTelemetry } from '../shared/handler/invocation-telemetry.ts';
import { answerPage, notPage, type PageAnswer, pageHeaders } from './answer-page.ts';
import type { PageFiles } from './page-files.ts';
import { routesOfSession, type SessionAnswer, type SessionPorts } from './session/session-routes.ts';

export interface PagePorts extends SessionPorts {
  readonly files: PageFiles;
  /** The origins at which the page is reached; the first is that of API Gateway. */
  readonly origins: readonly [string, ...string[]];
}

export type PageHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Returns the handler of the page on AWS: its files, and the routes by which people sign in. */
export function createPage(ports: PagePorts): PageHandler {
  const { telemetry } = ports;
  const onError: middy.MiddlewareFn<unknown, unknown, Error> = (request) => {
    const { error } = request;
    telemetry.count('failures', 1, { stage: 'page', reason: 'UNEXPECTED' });
    telemetry.error('page failed', { message: error?.message, stack: error?.stack });
    request.response = problem(500, 'failed; the log says why');
  };
  return middy((event: APIGatewayProxyEventV2) => answer(event, ports))
    .use(invocationTelemetry(telemetry))
    .use({ onError }) as unknown as PageHandler;
}

async function answer(event: APIGatewayProxyEventV2, ports: PagePorts): Promise<APIGatewayProxyStructuredResultV2> {
  const { rawPath: path, headers, requestContext } = event;
  const { method } = requestContext.http;
  if (path === sessionPath || path.startsWith(`${sessionPath}/`)) return answerSession(event, ports);
  if (method !== 'GET' && method !== 'HEAD')
    return problem(405, `${method}: expected GET, HEAD`, { allow: 'GET, HEAD' });
  if (notPage.test(path)) return problem(404, 'there is no such route; the routes of the API begin with /api/');
  return fileAnswer(answerPage(ports.files, { path, headers }), method);
}

/** Returns a file as API Gateway takes it: bytes that are no text in Base64. */
function fileAnswer({ status, headers, body }: PageAnswer, method: string): APIGatewayProxyStructuredResultV2 {
  if (method === 'HEAD' || body.length === 0) return { statusCode: status, headers, body: '' };
  const isText = headers['content-encoding'] === undefined && /^text\/|\/svg/.test(headers['content-type'] ?? '');
  return isText
    ? { statusCode: status, headers, body: body.toString() }
    : { statusCode: status, headers, body: body.toString('base64'), isBase64Encoded: true };
}

async function answerSession(
  event: APIGatewayProxyEventV2,
  ports: PagePorts,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { rawPath, requestContext, queryStringParameters = {} } = event;
  const { method } = requestContext.http;
  const route = routesOfSession[`${method} ${rawPath}`];
  if (route === undefined) return noRoute(method, rawPath);
  const origin = originOf(event, ports.origins);
  if (method === 'POST' && isOfAnotherSite(event, origin)) return problem(403, 'this is for the page itself');
  return sessionAnswer(await route({ query: queryStringParameters, cookies: cookiesOf(event), origin }, ports));
}

/** Returns the cookies of a request. API Gateway takes them out of the headers; an emulator of it does not. */
const cookiesOf = ({ cookies, headers }: APIGatewayProxyEventV2): readonly string[] =>
  cookies ?? headers.cookie?.split('; ') ?? [];

function noRoute(method: string, path: string): APIGatewayProxyStructuredResultV2 {
  const allowed = Object.keys(routesOfSession).flatMap((row) => (row.endsWith(` ${path}`) ? [row.split(' ')[0]!] : []));
  if (allowed.length === 0) return problem(404, 'there is no such route');
  return problem(405, `${method}: expected ${allowed.join(', ')}`, { allow: allowed.join(', ') });
}

/**
 * Returns the origin at which the browser has the page: the one of the deployment's that it has asked, because cookies belong to a
 * host. Another host is none that the user pool would send a browser back to.
 */
function originOf({ requestContext }: APIGatewayProxyEventV2, origins: PagePorts['origins']): string {
  return origins.find((origin) => origin.endsWith(`://${requestContext.domainName}`)) ?? origins[0];
}

/** Returns whether another site has sent a request. A browser says so; the cookie is then not sent either. */
function isOfAnotherSite({ headers }: APIGatewayProxyEventV2, own: string): boolean {
  const { 'sec-fetch-site': site = 'same-origin', origin = own } = headers;
  return site !== 'same-origin' || origin !== own;
}

/** The headers of everything that is for one person alone. */
const privateHeaders = { ...pageHeaders, 'cache-control': 'no-store' };

function sessionAnswer({ status, location, body, cookies }: SessionAnswer): APIGatewayProxyStructuredResultV2 {
  if (location !== undefined) {
    return { statusCode: status, headers: { ...privateHeaders, location }, cookies: [...cookies], body: '' };
  }
  const headers = { ...privateHeaders, 'content-type': status < 400 ? 'application/json' : problemType };
  return { statusCode: status, headers, cookies: [...cookies], body: JSON.stringify(body) };
}

function problem(
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { ...privateHeaders, 'content-type': problemType, ...headers },
    body: printableJson(problemDetails(status, detail)),
  };
}
