import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach } from 'vitest';
import { type AwsOptions, clientConfig } from '../../functions/shared/adapters/aws/client-config.ts';
import { Loopback } from './loopback.ts';

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

/**
 * The service of AWS that a file's tests talk to. Called at the top of the file; it stops after each test.
 * @example
 * const aws = scriptedAws();
 * const client = new SQSClient(await aws.answer([jsonError('ThrottlingException'), jsonAnswer()]));
 */
export function scriptedAws(): ScriptedAws {
  const aws = new ScriptedAws();
  afterEach(() => aws.stop());
  return aws;
}

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A service of AWS that answers as it is told, over real HTTP: what no emulator does. */
class ScriptedAws {
  /** What was asked for since `answer`. */
  calls: SeenCall[] = [];
  #loopback = new Loopback();
  #port = 0;

  /**
   * Starts over with another script.
   * @param script answers the calls in turn; the last one goes on
   * @param options one try unless a second one is what the test is about: between tries the SDK waits
   * @returns what a client is made with
   */
  async answer(script: readonly Script[], options: AwsOptions = {}) {
    await this.stop();
    const calls: SeenCall[] = [];
    this.calls = calls;
    this.#loopback = new Loopback();
    this.#port = await this.#loopback.http(async (request, response) => {
      const { method = '', url = '', headers } = request;
      const call = { method, path: url, headers, body: await text(request) };
      calls.push(call);
      send(script[Math.min(calls.length, script.length) - 1]!(call), response);
    });
    const { endpoint } = this;
    return { ...clientConfig({ endpoint, region: 'eu-central-1', attemptsMax: 1, ...options }), credentials };
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What was asked for, of a service that speaks JSON. */
  get bodies(): Record<string, unknown>[] {
    return this.calls.map(({ body }) => JSON.parse(body));
  }

  stop(): Promise<void> {
    return this.#loopback.close();
  }
}

function send(reply: ReturnType<Script>, response: ServerResponse): void {
  if (reply === 'silence') return;
  if (reply === 'hang up') {
    response.destroy();
  } else if (reply === 'half' || reply === 'stall') {
    response.writeHead(200, { 'content-length': 100 }).write('half of it');
    if (reply === 'half') setImmediate(() => response.destroy());
  } else {
    const { status, headers, body = '' } = reply;
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  }
}

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
