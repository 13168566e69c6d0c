import { isRetriable, RefusedRecordError } from '../../functions/shared/domain/errors.ts';
import { shown } from '../../functions/shared/domain/shown.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import { turns } from '../../functions/shared/time/event-loop.ts';
import type { ItemResult } from '../bulk/answer.ts';
import type { BulkIntake } from '../bulk/intake.ts';
import { BulkRefusals } from '../bulk/refusals.ts';
import type { BulkItem } from '../bulk/request.ts';
import { type BudgetShare, ByteBudget } from '../http/byte-budget.ts';
import { type AnyResponse, type HttpBody, HttpError, type HttpRequest, type Route, retryLater } from '../http/http.ts';
import { acceptedAnswer, type Encoding, type ReceivedSignal, type Rejected, refusedAnswer } from './answer.ts';
import { otlpBytesInFlightMax, otlpBytesMax, resourcesMax } from './limits.ts';
import { type OtlpPart, splitRequest } from './split.ts';

const path = /^\/v1\/(metrics|logs)\/?$/;
const tracesPath = /^\/v1\/traces\/?$/;

/**
 * Returns the routes that receive OTLP over HTTP, in JSON and in protobuf. Each resource of a request becomes a record of
 * `beats`, with the name of its host as the key.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function otlpRoutes(telemetry: Pick<Telemetry, 'count' | 'warn'>, intake: BulkIntake): readonly Route[] {
  const refusals = new BulkRefusals(telemetry, 'OTLP requests');
  const budget = new ByteBudget(otlpBytesInFlightMax);

  async function answer(request: HttpRequest, body: HttpBody): Promise<AnyResponse> {
    const encoding = encodingOf(request);
    const signal = path.exec(request.path)![1] as ReceivedSignal;
    const share = budget.share(request);
    try {
      if (encoding === undefined) throw unknownContentType(request);
      const bytes = await readBody(body, share);
      share.waitsForClient(false);
      const rejected = await accept(bytes, encoding, signal);
      share.shrinkTo(0);
      return acceptedAnswer(encoding, signal, rejected);
    } catch (error) {
      share.shrinkTo(0);
      const { status, message, headers } = toHttpError(error);
      refusals.request({ status, type: 'otlp', reason: message });
      return refusedAnswer(encoding ?? 'json', status, message, headers);
    }
  }

  /**
   * Appends the resources of a request.
   * @returns the parts that were not accepted; `undefined` if there are none
   * @throws {HttpError} 400 if nothing can be accepted, 413 for too many resources, 429 if too many documents wait
   */
  async function accept(bytes: Buffer, encoding: Encoding, signal: ReceivedSignal): Promise<Rejected | undefined> {
    const parts: OtlpPart[] = [];
    let resources = 0;
    for (const part of splitRequest(bytes, encoding, signal)) {
      resources += 1;
      if (resources > resourcesMax) throw new HttpError(413, `more than ${resourcesMax} resources; send fewer`);
      if (part.count > 0) parts.push(part);
      if (turns.isOver) await turns.next();
    }
    const good = parts.filter(({ document }) => document !== undefined);
    const [bad] = parts.filter(({ document }) => document === undefined);
    if (good.length === 0 && bad !== undefined) throw new HttpError(400, bad.reason!);
    // A client may repeat a whole request only, so that it is accepted if there is room for all of it.
    if (good.length > intake.capacity) throw new HttpError(429, 'too many documents wait to be read', retryLater);
    const results = await intake.append(good.map(toItem));
    return rejectedOf(parts, good, results);
  }

  return [
    { methods: ['POST'], path, bodyBytesMax: otlpBytesMax, answer },
    { methods: ['POST'], path: tracesPath, bodyBytesMax: 0, answer: refuseTraces },
  ];
}

async function refuseTraces(request: HttpRequest): Promise<AnyResponse> {
  const message = 'Offbeat reads metrics and logs, and no traces; remove this exporter from the pipeline of traces';
  return refusedAnswer(encodingOf(request) ?? 'json', 404, message);
}

function encodingOf({ headers }: HttpRequest): Encoding | undefined {
  const [, subtype] = /^application\/(json|x-protobuf)\s*(?:;|$)/i.exec(headers['content-type'] ?? '') ?? [];
  if (subtype === undefined) return undefined;
  return subtype.toLowerCase() === 'json' ? 'json' : 'protobuf';
}

function unknownContentType({ headers }: HttpRequest): HttpError {
  const got = shown(headers['content-type'] ?? '');
  return new HttpError(415, `Content-Type ${got}: expected application/x-protobuf or application/json`);
}

async function readBody(body: HttpBody, share: BudgetShare): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of body) {
    share.add(piece.length);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const toItem = ({ document }: OtlpPart): BulkItem => ({
  kind: 'document',
  action: 'create',
  target: { index: 'otlp', id: undefined },
  document: document!,
});

/**
 * Returns the parts that were not accepted.
 * @throws {HttpError} 503 if the log failed in between; the parts that were appended come again with the whole request
 */
function rejectedOf(
  parts: readonly OtlpPart[],
  good: readonly OtlpPart[],
  results: readonly ItemResult[],
): Rejected | undefined {
  let count = 0;
  let message: string | undefined;
  const reject = (part: OtlpPart, reason: string): void => {
    count += part.count;
    message ??= reason;
  };
  for (const part of parts) if (part.reason !== undefined) reject(part, part.reason);
  for (const [nth, result] of results.entries()) {
    if (result.kind !== 'refused') continue;
    const { status, reason } = result.refusal;
    if (status === 429 || status === 503) throw new HttpError(status, reason, retryLater);
    reject(good[nth]!, reason);
  }
  return message === undefined ? undefined : { count, message };
}

/** Returns an error as the client gets it. Throws an error that is a fault of this process. */
function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof RefusedRecordError) return new HttpError(400, `${error.reason}: ${error.message}`);
  if (isRetriable(error)) return new HttpError(503, error.message, retryLater);
  throw error;
}
