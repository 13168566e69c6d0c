import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpRouter, { type Route } from '@middy/http-router';
import httpSecurityHeaders from '@middy/http-security-headers';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type * as z from 'zod';
import { shown } from '../shared/domain/shown.ts';
import { invocationTelemetry } from '../shared/handler/invocation-telemetry.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { KnownAlerts } from '../shared/ports/known-alerts.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';
import { answerLimit } from './answer-limit.ts';
import type { Health } from './health.ts';
import { jsonAnswer } from './json-answer.ts';
import { bodilessHead, noRoute, withHead } from './methods.ts';
import { noWarehouse } from './no-warehouse.ts';
import { parameterSchemas, readInput } from './parameters.ts';
import { postCommand } from './post-command.ts';
import { answerProblems, Problem } from './problem.ts';
import { findAnomalies } from './queries/anomalies.ts';
import { findDeliveries } from './queries/deliveries.ts';
import type { DeliveriesPorts } from './queries/delivery-row.ts';
import { findInventory, findStatus } from './queries/inventory.ts';
import { findMinutes } from './queries/minutes.ts';
import { findPoints } from './queries/points.ts';
import { findSampleDocuments } from './queries/sample-documents.ts';
import { findSeries } from './queries/series.ts';
import { type Sources, sourcesOf } from './sources.ts';

export interface ApiPorts
  extends Pick<Ports, 'settings' | 'eventLog' | 'layout' | 'telemetry' | 'clock'>,
    Pick<DeliveriesPorts, 'deliveries'> {
  /** The warehouse; where there is none, what alert's state knows. */
  readonly warehouse: Warehouse | KnownAlerts;
  readonly health: () => Promise<Health>;
  /**
   * The most bytes of an answer.
   *
   * @default no limit
   */
  readonly answerBytesMax?: number;
}

export type ApiHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

type ApiRoute = Route<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** Returns the handler of the HTTP API: it takes an event of API Gateway's HTTP API and returns its response. */
export function createApi(ports: ApiPorts): ApiHandler {
  const sources = sourcesOf(ports.warehouse);
  const routes = withHead<ApiRoute>([
    ...routesOf({ ...ports, ...sources }),
    ...routesOfWarehouse(sources.warehouse, ports.clock),
    { method: 'POST', path: '/api/commands', handler: postCommand({ ...ports, ...sources }) },
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
    .use(answerLimit(ports.answerBytesMax))
    .use(answerProblems(ports.telemetry)) as unknown as ApiHandler;
}

/** Returns the routes that read what every deployment has. */
function routesOf(ports: Omit<ApiPorts, 'warehouse'> & Sources): ApiRoute[] {
  const { reader } = ports;
  return [
    get('/api/health', ports.health),
    list('/api/alerts', parameterSchemas.alerts, async (parameters) => {
      const { items, note } = await reader.alerts(parameters);
      return { alerts: items, note };
    }),
    one('/api/alerts/{id}', { kind: 'alert', note: reader.missingAlerts }, (id) => reader.alert(id)),
    list('/api/silences', parameterSchemas.silences, async (parameters) => {
      const { items, note } = await reader.silences(parameters);
      return { silences: items, note };
    }),
    one('/api/silences/{id}', { kind: 'silence', note: reader.missingSilences }, (id) => reader.silence(id)),
    list('/api/deliveries', parameterSchemas.deliveries, (parameters) => findDeliveries(parameters, ports)),
  ];
}

/** Returns the routes that read the warehouse, which answer 501 where there is none. */
function routesOfWarehouse(warehouse: Warehouse | undefined, clock: Clock): ApiRoute[] {
  const ofWarehouse = <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    answer: (warehouse: Warehouse, parameters: z.output<Schema>) => Promise<unknown>,
  ): ApiRoute =>
    warehouse === undefined
      ? get(path, () => Promise.reject(noWarehouse(`${path} is answered`)))
      : list(path, schema, (parameters) => answer(warehouse, parameters));
  return [
    ofWarehouse('/api/anomalies', parameterSchemas.anomalies, async (from, parameters) => ({
      anomalies: await findAnomalies(from, parameters),
    })),
    ofWarehouse('/api/series', parameterSchemas.series, findSeries),
    ofWarehouse('/api/samples', parameterSchemas.samples, findPoints),
    ofWarehouse('/api/sample-documents', parameterSchemas.sampleDocuments, async (from, parameters) => ({
      documents: await findSampleDocuments(from, parameters),
    })),
    ofWarehouse('/api/summaries', parameterSchemas.summaries, findMinutes),
    ofWarehouse('/api/inventory', parameterSchemas.inventory, (from, parameters) =>
      findInventory(from, parameters, clock.nowMs()),
    ),
    ofWarehouse('/api/status', parameterSchemas.status, (from, parameters) =>
      findStatus(from, parameters, clock.nowMs()),
    ),
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
function one(
  path: string,
  { kind, note }: { readonly kind: 'alert' | 'silence'; readonly note: string | undefined },
  find: (id: string) => Promise<unknown>,
): ApiRoute {
  return get(path, async ({ pathParameters }) => {
    const id = pathParameters?.id ?? '';
    const found = await find(id);
    if (found !== undefined) return found;
    throw new Problem(404, `${kind} ${shown(id)}: there is no such ${kind}; /api/${kind}s lists them`, { note });
  });
}
