import { isRetriable } from '../../functions/shared/domain/errors.ts';
import { shown } from '../../functions/shared/domain/shown.ts';
import { turns } from '../../functions/shared/time/event-loop.ts';
import { type BudgetShare, ByteBudget } from '../http/byte-budget.ts';
import { type HttpBody, HttpError, type HttpRequest, type HttpResponse, type Route, retryLater } from '../http/http.ts';
import { bulkAnswer, failureAnswer } from './answer.ts';
import { elasticReply, setUpRoutes } from './beat-set-up.ts';
import { BulkIntake, type BulkIntakeOptions, unavailable } from './intake.ts';
import { bulkBytesMax, bytesInFlightMax, itemOverheadBytes, itemsMax } from './limits.ts';
import { BulkRefusals } from './refusals.ts';
import { type BulkItem, BulkParser, type BulkRefusal, MalformedBulkError, refusalOfIndex } from './request.ts';

const bulkPath = /^(?:\/([^/]+))?\/_bulk$/;

/**
 * Returns the routes of the bulk API. They have the shape of Elasticsearch's, so that a Beat's `output.elasticsearch` can
 * send to Offbeat. Each document is appended to `beats` once, byte for byte, after a check that it is a JSON object.
 */
export function bulkRoutes(options: BulkIntakeOptions, intake = new BulkIntake(options)): readonly Route[] {
  const refusals = new BulkRefusals(options.telemetry, 'bulk requests');
  const budget = new ByteBudget(bytesInFlightMax);

  async function answer(request: HttpRequest, body: HttpBody): Promise<HttpResponse> {
    const share = budget.share(request);
    try {
      const items = await readItems(body, indexOf(request.path), share);
      request.signal.throwIfAborted();
      share.waitsForClient(false);
      const results = await intake.append(items);
      for (const result of results) if (result.kind === 'refused') refusals.document(result.refusal);
      if (turns.isOver) await turns.next();
      const answered = elasticReply(request, 200, bulkAnswer(items, results));
      // The bytes of the answer stay counted until its client has read it.
      share.shrinkTo(answered.body.length);
      share.waitsForClient(true);
      return answered;
    } catch (error) {
      share.shrinkTo(0);
      return refuse(request, toRefusal(error), headersOf(error));
    }
  }

  function refuse(request: HttpRequest, refusal: BulkRefusal, headers: HttpResponse['headers'] = {}): HttpResponse {
    refusals.request(refusal);
    const reply = elasticReply(request, refusal.status, failureAnswer(refusal));
    return { ...reply, headers: { ...reply.headers, ...headers } };
  }

  return [
    {
      methods: ['POST', 'PUT'],
      path: bulkPath,
      bodyBytesMax: bulkBytesMax,
      answer: async (request, body) => {
        const refusal = refusalOfContentType(request) ?? refusalOfIndex(indexOf(request.path) ?? '');
        return refusal === undefined ? answer(request, body) : refuse(request, refusal);
      },
    },
    ...setUpRoutes,
  ];
}

function indexOf(path: string): string | undefined {
  const index = bulkPath.exec(path)?.[1];
  return index === undefined ? undefined : decodeURIComponent(index);
}

/**
 * Reads the items of a request as its body arrives, and lets other work of the process run in between.
 * @throws {HttpError} 413 at the first item above the limit, 429 if all requests together hold too many bytes
 */
async function readItems(body: HttpBody, index: string | undefined, share: BudgetShare): Promise<BulkItem[]> {
  const parser = new BulkParser(index);
  const items: BulkItem[] = [];
  const keep = (item: BulkItem): void => {
    if (items.length === itemsMax) {
      throw new HttpError(413, `the request has more than ${itemsMax} items; send fewer at once`);
    }
    share.add(itemOverheadBytes);
    items.push(item);
  };
  for await (const piece of body) {
    share.add(piece.length);
    parser.feed(piece);
    for (let item = parser.next(); item !== undefined; item = parser.next()) {
      keep(item);
      if (turns.isOver) await turns.next();
    }
    if (turns.isOver) await turns.next();
  }
  const last = parser.end();
  if (last !== undefined) keep(last);
  return items;
}

/** Returns the refusal for an error, as Elasticsearch words it. Throws an error that is a fault of this process. */
function toRefusal(error: unknown): BulkRefusal {
  if (error instanceof MalformedBulkError) {
    return { status: 400, type: 'illegal_argument_exception', reason: error.message };
  }
  if (error instanceof HttpError) return { status: error.status, type: typeOf(error), reason: error.message };
  if (isRetriable(error)) return unavailable(error);
  throw error;
}

function headersOf(error: unknown): HttpResponse['headers'] {
  if (error instanceof HttpError) return error.headers;
  return isRetriable(error) ? retryLater : {};
}

function typeOf({ status }: HttpError): string {
  if (status === 413) return 'content_too_large';
  return status === 429 ? 'es_rejected_execution_exception' : 'illegal_argument_exception';
}

/**
 * Returns the refusal of a content type that a web page of another site could send. Such a page may post plain text or a
 * form without the browser asking this server first; it may not post these types.
 */
function refusalOfContentType({ headers }: HttpRequest): BulkRefusal | undefined {
  const type = headers['content-type'] ?? '';
  if (/^application\/(x-ndjson|json|vnd\.elasticsearch\+(x-ndjson|json))\s*(;|$)/i.test(type)) return undefined;
  return {
    status: 406,
    type: 'media_type_header_exception',
    reason: `Content-Type ${shown(type)} is not supported; expected application/x-ndjson`,
  };
}
