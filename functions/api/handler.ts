import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import httpRouter, { type Route } from '@middy/http-router';
import httpSecurityHeaders from '@middy/http-security-headers';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { invocationTelemetry } from '../shared/handler/invocation-telemetry.ts';
import { answerLimit } from './answer-limit.ts';
import { callerOf } from './caller.ts';
import { jsonAnswer } from './json-answer.ts';
import { bodilessHead, noRoute, withHead } from './methods.ts';
import { listNames } from './parameters.ts';
import type { ApiPorts } from './ports.ts';
import { answerProblems, Problem } from './problem.ts';
import { readSituation } from './queries/overview/changes.ts';
import { refuseUnlessAllowed } from './rights.ts';
import type { ApiRoute, RawRequest, RoutePorts } from './routes/route.ts';
import { apiRoutes } from './routes/routes.ts';
import { sharedRead } from './shared-read.ts';
import { sourcesOf } from './sources.ts';

export type { ApiPorts } from './ports.ts';

export type ApiHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

type EventHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;
type MiddyRoute = Route<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** The most characters of a body: a command has a note of at most 1,024. */
const bodyCharactersMax = 65_536;

/** The times for which all open pages share one answer, ms. A page asks every 2 s; health reads a table as a whole. */
const situationFreshMs = 1_000;
const healthFreshMs = 5_000;

/** Returns the handler of the HTTP API: it takes an event of API Gateway's HTTP API and returns its response. */
export function createApi(ports: ApiPorts): ApiHandler {
  const sources = sourcesOf(ports.warehouse);
  const shared = {
    health: sharedRead(ports.health, healthFreshMs),
    situation: sharedRead(() => readSituation(sources, ports.clock.nowMs()), situationFreshMs),
  };
  const read: RoutePorts = { ...ports, ...sources, shared };
  const routes = withHead<MiddyRoute>(apiRoutes.map((row) => middyRoute(row, read)));
  const router = httpRouter<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
    routes,
    notFoundResponse: (asked) => {
      throw noRoute(routes, asked);
    },
  });
  return middy(router)
    .use(invocationTelemetry(ports.telemetry))
    .use(bodilessHead())
    .use(httpHeaderNormalizer())
    .use(httpSecurityHeaders())
    .use(answerLimit(ports.answerBytesMax))
    .use(answerProblems(ports.telemetry)) as unknown as ApiHandler;
}

function middyRoute(row: ApiRoute, ports: RoutePorts): MiddyRoute {
  const { method, path, status = 200 } = row;
  const answer: EventHandler = async (event) =>
    jsonAnswer(status, await row.handle(requestOf(event, row, ports), ports));
  return { method, path, handler: row.body === undefined ? answer : withBody(answer) };
}

/** Returns a handler that gets the JSON of the body. */
function withBody(answer: EventHandler): EventHandler {
  return middy(answer).use({ before: refuseLong }).use(httpJsonBodyParser()) as unknown as EventHandler;
}

/** @throws {Problem} 403 if the caller does not have the right of the route */
function requestOf(event: APIGatewayProxyEventV2, row: ApiRoute, { clock }: RoutePorts): RawRequest {
  const caller = callerOf(event.requestContext);
  refuseUnlessAllowed(caller, row);
  const { pathParameters = {}, body } = event;
  const variables = pathParameters as Readonly<Record<string, string>>;
  return { query: queryOf(event, row), variables, body, caller, nowMs: clock.nowMs() };
}

/** Returns the query string. A parameter that may be repeated is a list; API Gateway joins the values of any other by commas. */
function queryOf(
  { queryStringParameters = {}, rawQueryString }: APIGatewayProxyEventV2,
  { parameters }: ApiRoute,
): RawRequest['query'] {
  const given = queryStringParameters as Readonly<Record<string, string>>;
  const lists = parameters === undefined ? [] : listNames(parameters).filter((name) => Object.hasOwn(given, name));
  if (lists.length === 0) return given;
  const all = new URLSearchParams(rawQueryString);
  return Object.fromEntries([...Object.entries(given), ...lists.map((name) => [name, all.getAll(name)] as const)]);
}

function refuseLong({ event: { body } }: { readonly event: APIGatewayProxyEventV2 }): void {
  if (body === undefined || body.length <= bodyCharactersMax) return;
  throw new Problem(413, `body: expected ${bodyCharactersMax} characters at most, got ${body.length}`);
}
