import protobuf from 'protobufjs/minimal.js';
import type { AnyResponse, HttpResponse } from '../http/http.ts';

/** The encoding of a request, which is that of its answer. */
export type Encoding = 'json' | 'protobuf';

export const contentTypes: Readonly<Record<Encoding, string>> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
};

/** The signals that are received. */
export type ReceivedSignal = 'metrics' | 'logs';

/** The name of the number of refused parts in an answer. Its number in protobuf is 1 for both signals. */
const rejectedName: Readonly<Record<ReceivedSignal, string>> = {
  metrics: 'rejectedDataPoints',
  logs: 'rejectedLogRecords',
};

/** The parts of a request that were not accepted. */
export interface Rejected {
  /** The number of data points or log records. */
  readonly count: number;
  /** The reason of the first one, with the remedy. */
  readonly message: string;
}

/**
 * Returns the answer to a request of which all parts were accepted, or some.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
export function acceptedAnswer(
  encoding: Encoding,
  signal: ReceivedSignal,
  rejected: Rejected | undefined,
): AnyResponse {
  const headers = { 'content-type': contentTypes[encoding] };
  if (encoding === 'json') {
    const partial = rejected && {
      partialSuccess: { [rejectedName[signal]]: String(rejected.count), errorMessage: rejected.message },
    };
    return { status: 200, headers, body: JSON.stringify(partial ?? {}) };
  }
  const writer = protobuf.Writer.create();
  if (rejected !== undefined) {
    writer.uint32(10).fork().uint32(8).uint32(rejected.count).uint32(18).string(rejected.message).ldelim();
  }
  return { status: 200, headers, body: writer.finish() };
}

/** The codes of `google.rpc.Code` by the status of the answer. */
const codes: Readonly<Record<number, number>> = { 404: 12, 429: 8, 503: 14 };
const invalidArgument = 3;

/** Returns the answer to a request that is refused as a whole: a `google.rpc.Status` with the reason. */
export function refusedAnswer(
  encoding: Encoding,
  status: number,
  message: string,
  headers: HttpResponse['headers'] = {},
): AnyResponse {
  const code = codes[status] ?? invalidArgument;
  return {
    status,
    headers: { ...headers, 'content-type': contentTypes[encoding] },
    body:
      encoding === 'json'
        ? JSON.stringify({ code, message })
        : protobuf.Writer.create().uint32(8).int32(code).uint32(18).string(message).finish(),
  };
}
