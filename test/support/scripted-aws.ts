import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AwsOptions } from '../../functions/shared/adapters/aws/client-config.ts';

export interface SeenCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: string | object;
}

/**
 * `hang up`: the connection breaks before an answer. `silence`: no answer ever. `half`: an answer that breaks off.
 * `stall`: an answer that begins, and goes no further.
 */
export type Script = (call: SeenCall) => Reply | 'hang up' | 'silence' | 'half' | 'stall';

/** A service of AWS that answers as it is told, over real HTTP: what no emulator does. */
export class ScriptedAws {
  readonly calls: SeenCall[] = [];
  readonly #server = createServer();

  /** @param script answers the calls in turn; the last one goes on */
  static async start(...script: readonly Script[]): Promise<ScriptedAws> {
    const aws = new ScriptedAws();
    aws.#server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      await once(request, 'end');
      const { method = '', url = '', headers } = request;
      const call = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      aws.calls.push(call);
      const reply = script[Math.min(aws.calls.length, script.length) - 1]!(call);
      if (reply === 'silence') return;
      if (reply === 'hang up') return request.socket.destroy();
      if (reply === 'half' || reply === 'stall') {
        response.writeHead(200, { 'content-length': 100 }).write('half of it');
        if (reply === 'half') setImmediate(() => request.socket.destroy());
        return;
      }
      const { status, body = '' } = reply;
      response.writeHead(status, reply.headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    aws.#server.listen(0, '127.0.0.1');
    await once(aws.#server, 'listening');
    return aws;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** @param attemptsMax 1 unless a retry is what the test is about: between tries the SDK waits */
  options(attemptsMax = 1): AwsOptions {
    return { endpoint: this.endpoint, region: 'eu-central-1', attemptsMax };
  }

  /** What was asked for, of a service that speaks JSON. */
  get bodies(): Record<string, unknown>[] {
    return this.calls.map(({ body }) => JSON.parse(body));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** An error as the services that speak JSON tell it. */
export const jsonError =
  (name: string, more: object = {}, status = 400): Script =>
  () => ({ status, body: { __type: `com.amazonaws#${name}`, message: `${name}, as told`, ...more } });

export const jsonAnswer =
  (body: object = {}): Script =>
  () => ({ status: 200, body });

/** An error as S3 tells it. */
export const xmlError =
  (status: number, code: string): Script =>
  () => ({ status, body: `<Error><Code>${code}</Code><Message>${code}, as told</Message></Error>` });

/** What a call throws. */
export async function failureOf(call: Promise<unknown>): Promise<Error> {
  const error: unknown = await call.then(
    () => new Error('it did not fail'),
    (failure: unknown) => failure,
  );
  if (!(error instanceof Error)) throw error;
  return error;
}
