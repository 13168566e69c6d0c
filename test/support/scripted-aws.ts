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
  /** The body; an object is sent as JSON. */
  readonly body?: string | object;
}

/**
 * A failure of the connection. `hang up`: it breaks before an answer. `silence`: no answer follows. `half`: an answer
 * breaks off. `stall`: an answer begins and does not continue.
 */
export type Script = (call: SeenCall) => Reply | 'hang up' | 'silence' | 'half' | 'stall';

/**
 * Starts the service of AWS that a file's tests call. It is called at the top of the file, and stops after each test.
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

/** A service of AWS that gives scripted answers over real HTTP, which no emulator does. */
class ScriptedAws {
  /** The requests since `answer`. */
  calls: SeenCall[] = [];
  #loopback = new Loopback();
  #port = 0;

  /**
   * Starts over with another script.
   * @param script answers the calls in turn; the last answer repeats
   * @param options the number of tries; one unless a test is about a second one, because the SDK waits between tries
   * @returns the configuration of a client
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

  /** The requests to a service that uses JSON. */
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

/** Returns an error in the form of the services that use JSON. */
export const jsonError =
  (name: string, more: object = {}, status = 400): Script =>
  () => ({ status, body: { __type: `com.amazonaws#${name}`, message: `${name}, as scripted`, ...more } });

export const jsonAnswer =
  (body: object = {}): Script =>
  () => ({ status: 200, body });

/** Returns an error in the form of S3. */
export const xmlError =
  (status: number, code: string): Script =>
  () => ({ status, body: `<Error><Code>${code}</Code><Message>${code}, as scripted</Message></Error>` });

/** Returns the error that a call throws. */
export async function failureOf(call: Promise<unknown>): Promise<Error> {
  const error: unknown = await call.then(
    () => new Error('it did not fail'),
    (failure: unknown) => failure,
  );
  if (!(error instanceof Error)) throw error;
  return error;
}
