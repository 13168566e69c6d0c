import type { ApiHandler } from '../functions/api/handler.ts';
import type { Clock } from '../functions/shared/ports/clock.ts';
import { fromApiGateway, toApiGateway } from './api-gateway.ts';
import { ByteBudget } from './byte-budget.ts';
import { Gate, type GateOptions } from './gate.ts';
import { type HttpBody, type HttpRequest, type HttpResponse, onceClosed, type Route } from './http.ts';
import { lambdaContext } from './lambda-context.ts';
import { wholeBody } from './read-body.ts';

/** A command is short; the api function counts characters, of which none has fewer than one byte. */
export const commandBytesMax = 65_536;
/** A page asks for a dozen things when it opens. */
export const questions: GateOptions = { atOnce: 2, waitingMax: 30 };
/** Of answers that their clients have not read yet. */
export const answerBytesMax = 64_000_000;
const timeoutMs = 60_000;

const anyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * The routes under `/api/`, all of them answered by the api function, in API Gateway's own shape. Questions pass a gate:
 * they read the warehouse, and share one thread with everything else. Health and commands never wait for them.
 */
export function apiRoutes(api: ApiHandler, clock: Clock): readonly Route[] {
  const gate = new Gate(questions);
  const unread = new ByteBudget(answerBytesMax);
  const ask = async (request: HttpRequest, body: HttpBody): Promise<HttpResponse> => {
    const event = toApiGateway({ ...request, body: await wholeBody(body) });
    return fromApiGateway(await api(event, lambdaContext('api', timeoutMs, clock)));
  };
  const question = async (request: HttpRequest, body: HttpBody): Promise<HttpResponse> => {
    const answer = await gate.run(() => ask(request, body), request.signal);
    const share = unread.share();
    share.add(Buffer.byteLength(answer.body));
    onceClosed(request, () => share.shrinkTo(0));
    return answer;
  };
  return [
    { methods: ['GET', 'HEAD'], path: /^\/api\/health$/, bodyBytesMax: 0, answer: ask },
    { methods: ['POST'], path: /^\/api\/commands$/, bodyBytesMax: commandBytesMax, answer: ask },
    { methods: anyMethod, path: /^\/api\//, bodyBytesMax: 0, answer: question },
  ];
}
