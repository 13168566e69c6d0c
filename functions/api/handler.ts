import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import httpRouter, { type Route } from '@middy/http-router';
import httpSecurityHeaders from '@middy/http-security-headers';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { isRetriable, PipelineError } from '../shared/domain/errors.ts';
import { printableJson } from '../shared/domain/printable.ts';
import { shown } from '../shared/domain/shown.ts';
import type { Command, SilenceCommand } from '../shared/domain/signal.ts';
import { invocationTelemetry } from '../shared/handler/invocation-telemetry.ts';
import type { Ports } from '../shared/ports/index.ts';
import { commandRecord, readCommand } from './command.ts';
import { listDeliveries } from './deliveries.ts';
import type { Health } from './health.ts';
import { inTime } from './in-time.ts';
import { refuseOther } from './known-silence.ts';
import { bodilessHead, noRoute, withHead } from './methods.ts';
import { queries, read, refusal } from './query.ts';
import { createReader } from './reader.ts';
import type { DeliveryTables } from './receivers.ts';
import { patternWarnings, unchecked, warningsOf } from './warnings.ts';

export type ApiPorts = Pick<Ports, 'settings' | 'warehouse' | 'eventLog' | 'layout' | 'telemetry' | 'clock'> &
  Pick<DeliveryTables, 'deliveries'> & {
    readonly health: () => Promise<Health>;
  };

export type ApiHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

type Answer = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

type ApiRoute = Route<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

type Reader = ReturnType<typeof createReader>;

/** What the page and the command line ask for: an API Gateway HTTP API event in, its response out. */
export function createApi(ports: ApiPorts): ApiHandler {
  const reader = createReader(ports.warehouse);
  const get = (path: string, answer: (event: APIGatewayProxyEventV2) => Promise<unknown>) => ({
    method: 'GET' as const,
    path,
    handler: async (event: APIGatewayProxyEventV2) => json(200, await answer(event)),
  });
  const routes = withHead<ApiRoute>([
    get('/api/health', ports.health),
    get('/api/alerts', async (event) => ({ alerts: await reader.alerts(read(queries.alerts, parameters(event))) })),
    get('/api/alerts/{id}', (event) => oneAlert(event.pathParameters?.id ?? '', reader)),
    get('/api/silences', async (event) => ({
      silences: await reader.silences(read(queries.silences, parameters(event))),
    })),
    get('/api/silences/{id}', (event) => oneSilence(event.pathParameters?.id ?? '', reader)),
    get('/api/anomalies', async (event) => ({
      anomalies: await reader.anomalies(read(queries.anomalies, parameters(event))),
    })),
    get('/api/deliveries', async (event) => ({
      deliveries: await listDeliveries(read(queries.deliveries, parameters(event)), ports),
    })),
    get('/api/series', async (event) => ({ series: await reader.series(read(queries.series, parameters(event))) })),
    get('/api/samples', (event) => reader.samples(read(queries.samples, parameters(event)))),
    get('/api/summaries', (event) => reader.summaries(read(queries.summaries, parameters(event)))),
    { method: 'POST', path: '/api/commands', handler: postCommand(ports, reader) },
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
    .use(httpErrorHandler({ logger: false, fallbackMessage: '{"error":"failed; the log says why","status":500}' }))
    .use(failures(ports.telemetry)) as unknown as ApiHandler;
}

/**
 * Says every error in one form. The caller's own mistakes are no failures of ours, and what a second try may mend is
 * said to be so.
 */
function failures(telemetry: Ports['telemetry']): middy.MiddlewareObj<unknown, unknown, Error> {
  return {
    onError(request) {
      const { error } = request;
      if (error instanceof Error && 'statusCode' in error) {
        if (!error.message.startsWith('{')) request.error = refusal(Number(error.statusCode), error.message);
        return;
      }
      const reason = error instanceof PipelineError ? error.code : 'UNEXPECTED';
      telemetry.count('failures', 1, { stage: 'api', reason });
      telemetry.error('api failed', { reason, message: error?.message, stack: error?.stack });
      if (isRetriable(error)) request.error = refusal(503, error.message);
    },
  };
}

async function oneAlert(id: string, reader: Reader): Promise<unknown> {
  const alert = await reader.alert(id);
  if (alert === undefined) throw refusal(404, `alert ${shown(id)}: there is no such alert; /api/alerts lists them`);
  return alert;
}

async function oneSilence(id: string, reader: Reader): Promise<unknown> {
  const silence = await reader.silence(id);
  if (silence !== undefined) return silence;
  throw refusal(404, `silence ${shown(id)}: there is no such silence; /api/silences lists them`);
}

/** A command is short; a note in it has 1,024 characters at most. */
const commandCharactersMax = 65_536;

function refuseLong({ event: { body } }: { readonly event: APIGatewayProxyEventV2 }): void {
  if (body === undefined || body.length <= commandCharactersMax) return;
  throw refusal(413, `body: expected ${commandCharactersMax} characters at most, got ${body.length}`);
}

function postCommand(ports: ApiPorts, reader: Reader): Answer {
  return middy(async (event: APIGatewayProxyEventV2) => {
    const command = readCommand(event.body, ports.clock.nowMs(), ports.settings);
    if (command.action === 'silence') return accepted(command, await silence(command, ports, reader));
    await append(command, ports);
    return accepted(command, []);
  })
    .use({ before: refuseLong })
    .use(httpJsonBodyParser()) as unknown as Answer;
}

const accepted = ({ id }: Command, warnings: readonly string[]) => json(202, { accepted: id, warnings });

/**
 * Appends a silence, unless its id is known to be another's.
 * @returns its warnings
 */
async function silence(command: SilenceCommand, ports: ApiPorts, reader: Reader): Promise<string[]> {
  const { id, cluster } = command;
  const known = await inTime(reader.silence(id, cluster).then((found) => found ?? 'new'));
  if (known !== undefined && known !== 'new') refuseOther(command, known);
  await append(command, ports);
  const unknown = known === undefined ? [unchecked('id, cluster and labels')] : await warningsOf(command, ports);
  return [...patternWarnings(command), ...unknown];
}

/** @throws {Error} a 413 where the log cannot take the command */
async function append(command: Command, { eventLog, layout }: ApiPorts): Promise<void> {
  const [refused] = await eventLog.append([commandRecord(command, layout)]);
  if (refused !== undefined) throw refusal(413, `command ${command.id}: ${refused.reason}`);
}

const parameters = (event: APIGatewayProxyEventV2): unknown => event.queryStringParameters ?? {};

function json(statusCode: number, body: unknown): APIGatewayProxyStructuredResultV2 {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { statusCode, headers, body: printableJson(body) };
}
