import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An exception as a runtime reports it. */
export interface RuntimeError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** The result of one invocation. */
export type Answer = { readonly response: unknown } | { readonly error: RuntimeError };

export interface RuntimeApiOptions {
  /** @default 'function' */
  readonly functionName?: string;
  /** The function's time-out, ms. @default 60_000 */
  readonly timeoutMs?: number;
}

/** An invocation that was given to the runtime, or waits until the runtime asks. */
interface Invocation {
  readonly id: string;
  readonly event: string;
  readonly settle: (answer: Answer) => void;
  readonly fail: (error: Error) => void;
}

/** The paths of the 2018-06-01 version of the API. Every other path is answered with 404. */
const paths = {
  next: /^GET \/2018-06-01\/runtime\/invocation\/next$/,
  answer: /^POST \/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/,
  initError: /^POST \/2018-06-01\/runtime\/init\/error$/,
};

/**
 * Lambda's side of its Runtime API, for one runtime: events are fetched with a long poll, one at a time, and their
 * answers are sent back. It never times a function out.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #functionName: string;
  readonly #timeoutMs: number;
  readonly #waiting: Invocation[] = [];
  readonly #running = new Map<string, Invocation>();
  readonly #asked = Promise.withResolvers<void>();
  #poll: ServerResponse | undefined;
  #ended: Error | undefined;

  private constructor({ functionName = 'function', timeoutMs = 60_000 }: RuntimeApiOptions) {
    this.#functionName = functionName;
    this.#timeoutMs = timeoutMs;
    this.#asked.promise.catch(() => {});
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: Error) => response.destroy(error));
    });
  }

  static async start(options: RuntimeApiOptions = {}): Promise<RuntimeApi> {
    const api = new RuntimeApi(options);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  /** The `host:port` for AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /**
   * Resolves when the runtime first asks for an event, which means that its function is loaded.
   * @throws {Error} if the runtime reports that it cannot be loaded, or {@link end} was called before
   */
  get ready(): Promise<void> {
    return this.#asked.promise;
  }

  /** Hands over one event, after the events before it. @throws {Error} if no answer can follow */
  invoke(event: unknown): Promise<Answer> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.push({ id: randomUUID(), event: JSON.stringify(event), settle: resolve, fail: reject });
    this.#handOver();
    return promise;
  }

  /** Ends the runtime: every waiting invocation fails for this reason. The first reason is kept. */
  end(reason: Error): void {
    this.#ended ??= reason;
    this.#asked.reject(this.#ended);
    for (const { fail } of [...this.#running.values(), ...this.#waiting.splice(0)]) fail(this.#ended);
    this.#running.clear();
  }

  async close(): Promise<void> {
    this.end(new Error('the Runtime API was closed'));
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = `${request.method} ${request.url}`;
    if (paths.next.test(asked)) {
      this.#poll = response;
      this.#asked.resolve();
      this.#handOver();
      return;
    }
    const body = await textOf(request);
    const [, id, kind] = paths.answer.exec(asked) ?? [];
    const invocation = this.#running.get(decodeURIComponent(id ?? ''));
    if (invocation !== undefined) {
      this.#running.delete(invocation.id);
      invocation.settle(kind === 'response' ? { response: parsed(body) } : { error: JSON.parse(body) });
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
      return;
    }
    if (paths.initError.test(asked)) {
      const { errorType, errorMessage } = JSON.parse(body) as RuntimeError;
      this.end(new Error(`the function could not be loaded: ${errorType}: ${errorMessage}`));
      response.writeHead(202).end();
      return;
    }
    response.writeHead(404).end();
  }

  /** Sends one event at a time: the next one when the runtime asks again. */
  #handOver(): void {
    const invocation = this.#poll === undefined ? undefined : this.#waiting.shift();
    if (invocation === undefined) return;
    const { id, event } = invocation;
    this.#running.set(id, invocation);
    this.#poll!.writeHead(200, {
      'content-type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': id,
      'Lambda-Runtime-Deadline-Ms': String(Date.now() + this.#timeoutMs),
      'Lambda-Runtime-Invoked-Function-Arn': `arn:aws:lambda:eu-central-1:000000000000:function:${this.#functionName}`,
      'Lambda-Runtime-Trace-Id': 'Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0',
    }).end(event);
    this.#poll = undefined;
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Returns the answer of a function; one that returns nothing answers with nothing or with null. */
const parsed = (body: string): unknown => (body === '' ? null : JSON.parse(body));
