import { METHODS } from 'node:http';
import type { ApiHandler } from '../../functions/api/handler.ts';
import { functionTimeoutMs } from '../../functions/shared/handler/function-limits.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import { turns } from '../../functions/shared/time/event-loop.ts';
import { lambdaContext } from '../lambda/lambda-context.ts';
import { fromApiGateway, toApiGateway } from './api-gateway.ts';
import { ByteBudget } from './byte-budget.ts';
import { Gate, type GateOptions } from './gate.ts';
import type { HttpBody, HttpRequest, HttpResponse, Route } from './http.ts';
import { wholeBody } from './read-body.ts';

/** A command is short; the api function counts characters, of which none has fewer than one byte. */
export const commandBytesMax = 65_536;
/** A page asks for a dozen things when it opens. */
export const questions: GateOptions = { atOnce: 2, waitingMax: 30 };
/** The bytes of all answers that their clients have not read yet. */
export const answerBytesMax = 64_000_000;
/** Commands that are taken at once, and that wait: a silence looks for what it matches. */
export const commands: GateOptions = { atOnce: 2, waitingMax: 100 };
const noBody = Buffer.alloc(0);

const reads = ['GET', 'HEAD'];
/** The api function answers these with 405, or 404, and reads nothing for that. */
const otherMethods = METHODS.filter((method) => !reads.includes(method));
const healthPath = /^\/api\/health\/?$/;
const commandsPath = /^\/api\/commands\/?$/;
const anyPath = /^\/api\//;

/**
 * The routes under `/api/`, all of them answered by the api function, in API Gateway's own shape. Questions pass a gate:
 * they read the warehouse, and share one thread with everything else. Commands pass another, since one that
 * arrives whole must not wait for questions. Health waits for none of them, nor does a method that no path takes.
 */
export function apiRoutes(api: ApiHandler, clock: Clock): readonly Route[] {
  const gate = new Gate(questions);
  const commandGate = new Gate(commands);
  const unread = new ByteBudget(answerBytesMax);
  const ask = async (request: HttpRequest, body: Buffer): Promise<HttpResponse> => {
    const event = toApiGateway({ ...request, body });
    return fromApiGateway(await api(event, lambdaContext('api', functionTimeoutMs, clock)));
  };
  const question = async (request: HttpRequest): Promise<HttpResponse> => {
    const answer = await gate.run(() => ask(request, noBody), request.signal);
    unread.share(request).add(Buffer.byteLength(answer.body));
    return answer;
  };
  const command = async (request: HttpRequest, body: HttpBody): Promise<HttpResponse> => {
    const read = await wholeBody(body);
    return commandGate.run(async () => {
      // A new connection is accepted in each round of the event loop: one with many commands in it keeps others waiting.
      await turns.next();
      return ask(request, read);
    }, request.signal);
  };
  const atOnce = (request: HttpRequest): Promise<HttpResponse> => ask(request, noBody);
  return [
    { methods: ['POST'], path: commandsPath, bodyBytesMax: commandBytesMax, answer: command },
    { methods: reads, path: healthPath, bodyBytesMax: 0, answer: atOnce },
    { methods: reads, path: commandsPath, bodyBytesMax: 0, answer: atOnce },
    { methods: otherMethods, path: anyPath, bodyBytesMax: 0, answer: atOnce },
    { methods: reads, path: anyPath, bodyBytesMax: 0, answer: question },
  ];
}
