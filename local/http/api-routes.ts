import { METHODS } from 'node:http';
import type { ApiHandler } from '../../functions/api/handler.ts';
import { patternOf } from '../../functions/api/methods.ts';
import { apiRoutes as apiTable } from '../../functions/api/routes/routes.ts';
import { timeoutMsOf } from '../../functions/functions.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import { turns } from '../../functions/shared/time/event-loop.ts';
import { lambdaContext } from '../lambda/lambda-context.ts';
import { fromApiGateway, toApiGateway } from './api-gateway.ts';
import { ByteBudget } from './byte-budget.ts';
import { ClientRates } from './client-rates.ts';
import { type Admitted, type Door, doorOf } from './door.ts';
import { Gate, type GateOptions } from './gate.ts';
import type { HttpBody, HttpRequest, HttpResponse, Route } from './http.ts';
import { wholeBody } from './read-body.ts';

/** The most bytes of a command. The api function limits characters, of which each has at least one byte. */
export const commandBytesMax = 65_536;
/** The limits for requests that read. Each page of a team of twelve sends a dozen of them when it opens. */
export const readLimits: GateOptions = { atOnce: 2, waitingMax: 200, waitMsMax: 10_000 };
/** The limits for the question that each open page asks every 2 s: it must not wait for a chart. */
export const changesLimits: GateOptions = { atOnce: 1, waitingMax: 200, waitMsMax: 10_000 };
/** The most bytes of all answers that their clients have not read yet. */
export const answerBytesMax = 64_000_000;
/** The limits for commands. A silence searches for the series that it matches. */
export const commandLimits: GateOptions = { atOnce: 2, waitingMax: 100, waitMsMax: 20_000 };
const noBody = Buffer.alloc(0);

const reads = ['GET', 'HEAD'];
/** Methods that the api function answers with 405 or 404, without reading anything. */
const otherMethods = METHODS.filter((method) => !reads.includes(method));
const changesPath = /^\/api\/changes\/?$/;
const healthPath = /^\/api\/health\/?$/;
/** The paths of what is posted: commands, and the other routes of the table that have a body. */
const postPaths = apiTable.filter(({ method }) => method === 'POST').map(({ path }) => patternOf(path));
const anyPath = /^\/api\//;

/**
 * Returns the routes under `/api/`. The api function answers all of them, with events in the shape of API Gateway.
 *
 * - Requests that read wait at a gate: they read the warehouse, in the only thread of the process.
 * - The question for what changed has a gate of its own.
 * - Commands wait at another gate, because a command must not wait for reads.
 * - Each request passes the door, which decides who sent it.
 * - Requests for health do not wait, nor do requests with a method that no path accepts.
 */
export function apiRoutes(api: ApiHandler, clock: Clock, door: Door = doorOf({}, 'operator')): readonly Route[] {
  const rates = new ClientRates();
  const gate = new Gate(readLimits);
  const changesGate = new Gate(changesLimits);
  const commandGate = new Gate(commandLimits);
  const unread = new ByteBudget(answerBytesMax);
  const enter = (request: HttpRequest): Admitted => {
    rates.take(request);
    return door(request);
  };
  const ask = async (request: HttpRequest, body: Buffer, caller: Admitted): Promise<HttpResponse> => {
    const event = toApiGateway({ ...request, body, caller });
    return fromApiGateway(await api(event, lambdaContext('api', timeoutMsOf('api'), clock)));
  };
  const readAt =
    (at: Gate) =>
    async (request: HttpRequest): Promise<HttpResponse> => {
      const caller = enter(request);
      const answer = await at.run(() => ask(request, noBody, caller), request.signal);
      unread.share(request).add(Buffer.byteLength(answer.body));
      return answer;
    };
  const command = async (request: HttpRequest, body: HttpBody): Promise<HttpResponse> => {
    const caller = enter(request);
    const bytes = await wholeBody(body);
    return commandGate.run(async () => {
      // One command for each round of the event loop: a new connection is accepted between two rounds.
      await turns.next();
      return ask(request, bytes, caller);
    }, request.signal);
  };
  const atOnce = async (request: HttpRequest): Promise<HttpResponse> => ask(request, noBody, enter(request));
  return [
    ...postPaths.map((path) => ({ methods: ['POST'], path, bodyBytesMax: commandBytesMax, answer: command })),
    { methods: reads, path: healthPath, bodyBytesMax: 0, answer: atOnce },
    ...postPaths.map((path) => ({ methods: reads, path, bodyBytesMax: 0, answer: atOnce })),
    { methods: otherMethods, path: anyPath, bodyBytesMax: 0, answer: atOnce },
    { methods: reads, path: changesPath, bodyBytesMax: 0, answer: readAt(changesGate) },
    { methods: reads, path: anyPath, bodyBytesMax: 0, answer: readAt(gate) },
  ];
}
