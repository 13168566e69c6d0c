/** The head of a request as the server has read it: header names in lower case. */
export interface HttpRequest {
  readonly method: string;
  /** The path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** The address of the other end of the connection; absent once it is closed. */
  readonly remoteAddress?: string | undefined;
  /** Aborts when the request is over: its answer is sent, or the client has left. */
  readonly signal: AbortSignal;
  /** Closes the connection, even while a request or an answer is in progress. */
  readonly cut: () => void;
}

export interface HttpResponse<Body extends string | Uint8Array = string> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** A response with a body of text or of bytes. */
export type AnyResponse = HttpResponse<string | Uint8Array>;

/** The body of a request, unpacked, as it arrives. Throws an {@link HttpError} if it is too large or malformed. */
export type HttpBody = AsyncIterable<Buffer>;

/** One route of the server: its path, and the function that answers. */
export interface Route {
  /** The methods that the route accepts. Every other method is answered with 405. */
  readonly methods: readonly string[];
  readonly path: RegExp;
  /**
   * Returns whether the route answers a request at its path.
   *
   * @default it answers all of them
   */
  readonly when?: (request: HttpRequest) => boolean;
  /** The largest body in bytes, before and after unpacking; 0: no body is read. */
  readonly bodyBytesMax: number;
  readonly answer: (request: HttpRequest, body: HttpBody) => Promise<AnyResponse>;
}

/** A request is refused, for a fault of the request, or because there are too many others. */
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
/** The header of an answer to a request that may succeed if it is sent again. */
export const retryLater: HttpResponse['headers'] = { 'retry-after': String(retryAfterS) };

/** Returns the error for a request that may succeed as soon as others have ended. */
export function tooBusy(message: string): HttpError {
  return new HttpError(429, message, retryLater);
}
