import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpRouter, { type Route } from '@middy/http-router';
import httpSecurityHeaders from '@middy/http-security-headers';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type * as z from 'zod';
import { shown } from '../shared/domain/shown.ts';
import { invocationTelemetry } from '../shared/handler/invocation-telemetry.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { Health } from './health.ts';
import { jsonAnswer } from './json-answer.ts';
import { bodilessHead, noRoute, withHead } from './methods.ts';
import { parameterSchemas, readInput } from './parameters.ts';
import { postCommand } from './post-command.ts';
import { answerProblems, Problem } from './problem.ts';
import { findAlert, findAlerts } from './queries/alerts.ts';
import { findAnomalies } from './queries/anomalies.ts';
import { findDeliveries } from './queries/deliveries.ts';
import { findMinutes } from './queries/minutes.ts';
import { findPoints } from './queries/points.ts';
import { findSeries } from './queries/series.ts';
import { findSilence, findSilences } from './queries/silences.ts';
import type { DeliveryTables } from './receivers.ts';

export type ApiPorts = Pick<Ports, 'settings' | 'warehouse' | 'eventLog' | 'layout' | 'telemetry' | 'clock'> &
  Pick<DeliveryTables, 'deliveries'> & {
    readonly health: () => Promise<Health>;
  };

export type ApiHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

type ApiRoute = Route<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** Returns the handler of the HTTP API: it takes an event of API Gateway's HTTP API and returns its response. */
export function createApi(ports: ApiPorts): ApiHandler {
  const routes = withHead<ApiRoute>([
    ...routesOf(ports),
    { method: 'POST', path: '/api/commands', handler: postCommand(ports) },
  ]);
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
    .use(answerProblems(ports.telemetry)) as unknown as ApiHandler;
}

/** Returns the routes that read. */
function routesOf(ports: ApiPorts): ApiRoute[] {
  const { warehouse } = ports;
  return [
    get('/api/health', ports.health),
    list('/api/alerts', parameterSchemas.alerts, async (parameters) => ({
      alerts: await findAlerts(warehouse, parameters),
    })),
    one('/api/alerts/{id}', 'alert', (id) => findAlert(warehouse, id)),
    list('/api/silences', parameterSchemas.silences, async (parameters) => ({
      silences: await findSilences(warehouse, parameters),
    })),
    one('/api/silences/{id}', 'silence', (id) => findSilence(warehouse, id)),
    list('/api/anomalies', parameterSchemas.anomalies, async (parameters) => ({
      anomalies: await findAnomalies(warehouse, parameters),
    })),
    list('/api/deliveries', parameterSchemas.deliveries, async (parameters) => ({
      deliveries: await findDeliveries(parameters, ports),
    })),
    list('/api/series', parameterSchemas.series, async (parameters) => ({
      series: await findSeries(warehouse, parameters),
    })),
    list('/api/samples', parameterSchemas.samples, (parameters) => findPoints(warehouse, parameters)),
    list('/api/summaries', parameterSchemas.summaries, (parameters) => findMinutes(warehouse, parameters)),
  ];
}

function get(path: string, answer: (event: APIGatewayProxyEventV2) => Promise<unknown>): ApiRoute {
  return {
    method: 'GET',
    path,
    handler: async (event: APIGatewayProxyEventV2) => jsonAnswer(200, await answer(event)),
  };
}

/** Returns a route whose query string is checked by a schema. */
function list<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  answer: (parameters: z.output<Schema>) => Promise<unknown>,
): ApiRoute {
  return get(path, ({ queryStringParameters }) => answer(readInput(schema, queryStringParameters ?? {})));
}

/** Returns the route of one object by its id, which answers 404 if there is none. */
function one(path: string, kind: 'alert' | 'silence', find: (id: string) => Promise<unknown>): ApiRoute {
  return get(path, async ({ pathParameters }) => {
    const id = pathParameters?.id ?? '';
    const found = await find(id);
    if (found !== undefined) return found;
    throw new Problem(404, `${kind} ${shown(id)}: there is no such ${kind}; /api/${kind}s lists them`);
  });
}
