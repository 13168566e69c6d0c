/** The head of a request as the server has read it: header names in lower case. */
export interface HttpRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** Aborts when the request is over: its answer is out, or the client has left. */
  readonly signal: AbortSignal;
  /** Closes the connection, whatever is under way on it. */
  readonly cut: () => void;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request's body, unpacked, as it arrives. Throws an {@link HttpError} where it ends, or is no body after all. */
export type HttpBody = AsyncIterable<Buffer>;

/** An answer of the server at a path, and how much is read for it. */
export interface Route {
  /** Any other method gets 405. */
  readonly methods: readonly string[];
  readonly path: RegExp;
  /** Largest body, before and after unpacking; 0: no body is read. */
  readonly bodyBytesMax: number;
  readonly answer: (request: HttpRequest, body: HttpBody) => Promise<HttpResponse>;
}

/** The request is not served, for a reason of its own or because too many others are. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Runs `then` when a request is over. */
export function onceClosed({ signal }: Pick<HttpRequest, 'signal'>, then: () => void): void {
  if (signal.aborted) then();
  else signal.addEventListener('abort', then, { once: true });
}

const retryAfterS = 1;
/** Goes with the answer to a request that may succeed when it is sent again. */
export const retryLater: HttpResponse['headers'] = { 'retry-after': String(retryAfterS) };

/** Returns the error of a request that may succeed as soon as others have ended. */
export function tooBusy(message: string): HttpError {
  return new HttpError(429, message, retryLater);
}
