import { type Command, Option } from 'commander';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { problemSchema } from '../functions/shared/domain/problem-details.ts';
import { quotedOrWithheld } from '../functions/shared/domain/withheld.ts';
import { serverVariables } from '../functions/shared/environment/server-variables.ts';
import { optional } from '../functions/shared/environment/variables.ts';
import { FailedError } from '../local/failed-error.ts';
import { type FlowOptions, requireStore, settingsFlag, settingsHelp, settingsOf, wholeNumber } from './options.ts';
import type { Terminal } from './terminal.ts';
import { redriveWords, shellWord } from './words.ts';

export interface ApiFlags extends FlowOptions {
  readonly url: string;
  readonly port?: number;
}

/** A request that the API refused. The message is the API's own. */
export class ApiRefusal extends FailedError {
  readonly status: number;
  /** The API's sentence about what it does not know; absent if that is no reason. */
  readonly note: string | undefined;

  constructor(message: string, status: number, note?: string) {
    super(message);
    this.status = status;
    this.note = note;
  }
}

/** A client of the API: of a running `offbeat start` over HTTP, or of the API's function over a store that no process uses. */
export interface ApiClient {
  /** Returns the answer to a question, parsed. @throws {ApiRefusal} if the API refuses it */
  get(path: string, query?: Readonly<Record<string, string | undefined>>): Promise<unknown>;
  /**
   * Posts a command. When this resolves, the command has its effect in a store; over HTTP it has it a moment later.
   * @throws {ApiRefusal} if the API refuses it
   */
  post(path: string, body: unknown): Promise<unknown>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

type Send = (method: 'GET' | 'POST', path: string, query: URLSearchParams, body: string) => Promise<Answer>;

const timeoutMs = 15_000;
const defaultUrl = 'http://127.0.0.1:8787';

/** Adds the options that name the API to ask. */
export function withApiOptions(command: Command): Command {
  return command
    .option('--url <address>', 'address of a running "offbeat start"', defaultUrl)
    .addOption(
      new Option('--port <n>', 'port of a running "offbeat start" on this machine; replaces --url')
        .argParser(wholeNumber(1, 65_535))
        .conflicts('url'),
    )
    .addOption(
      new Option('--data <dir>', 'folder of a store that no other process uses; replaces --url').conflicts([
        'url',
        'port',
      ]),
    )
    .option(settingsFlag, settingsHelp);
}

/**
 * Returns the options with which another command asks the same API, as a person types them, with a space in front.
 * @example
 * apiOptionsText({ url: 'http://127.0.0.1:8787', port: 9000 }); // => ' --port 9000'
 */
export function apiOptionsText({ url, port, data }: ApiFlags): string {
  if (data !== undefined) return ` --data ${shellWord(data)}`;
  if (port !== undefined) return ` --port ${port}`;
  return url === defaultUrl ? '' : ` --url ${shellWord(url)}`;
}

/**
 * Opens the API that the options name.
 * @throws {UsageError} if `--data` names no store, a store that a process uses, or one that does not hold everything
 */
export async function openApiClient(flags: ApiFlags, terminal: Terminal): Promise<ApiClient> {
  if (flags.data === undefined) return clientOf(overHttp(baseOf(flags)), async () => {});
  requireStore(flags.data);
  const elsewhere = serverVariables.find((name) => optional(process.env, name) !== undefined);
  if (elsewhere !== undefined) {
    throw new UsageError(
      `--data needs a store that holds everything, but ${elsewhere} is set: name the running "offbeat start" with --url`,
    );
  }
  const { openEmbedded } = await import('../local/embedded.ts');
  const { fromApiGateway, toApiGateway } = await import('../local/http/api-gateway.ts');
  const settings = settingsOf(flags);
  const options = {
    dataDir: flags.data,
    settings,
    terminal: terminal.write,
    colours: terminal.colours,
    log: terminal.warn,
    redrive: redriveWords(flags),
  };
  const embedded = await openEmbedded(options).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message}; or name the running "offbeat start" with --url`, { cause: error });
  });
  const send: Send = async (method, path, query, body) => {
    const headers = { 'content-type': 'application/json' };
    const event = toApiGateway({ method, path, query, headers, body: Buffer.from(body) });
    const answer = fromApiGateway((await embedded.invoke('api', event)) as Parameters<typeof fromApiGateway>[0]);
    if (method === 'POST') await embedded.drain();
    return answer;
  };
  return clientOf(send, () => embedded.close());
}

function clientOf(send: Send, close: () => Promise<void>): ApiClient {
  return {
    async get(path, query = {}) {
      const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
      return read(await send('GET', path, new URLSearchParams(given), ''));
    },
    post: async (path, body) => read(await send('POST', path, new URLSearchParams(), JSON.stringify(body))),
    close,
  };
}

function overHttp(base: URL): Send {
  return async (method, path, query, body) => {
    const url = new URL(`${path}?${query}`, base);
    const request = {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      ...(method === 'POST' ? { body, headers: { 'content-type': 'application/json' } } : {}),
    };
    try {
      const response = await fetch(url, request);
      return { status: response.status, body: await response.text() };
    } catch (error) {
      throw new FailedError(
        `nothing answers at ${base.origin}; run "npx offbeat start", name another with --url, or a store with --data`,
        { cause: error },
      );
    }
  };
}

function read({ status, body }: Answer): unknown {
  const value = parse(body);
  if (status >= 200 && status < 300 && value !== undefined) return value;
  const refusal = problemSchema.safeParse(value).data;
  if (refusal !== undefined) throw new ApiRefusal(refusal.detail, status, refusal.note);
  throw new FailedError(`the answer is not from Offbeat's API (status ${status}); name another address with --url`);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // The caller reports that this is not an answer of the API.
  }
}

function baseOf({ url, port }: ApiFlags): URL {
  if (port !== undefined) return new URL(`http://127.0.0.1:${port}`);
  const base = URL.parse(url);
  if (base !== null && /^https?:$/.test(base.protocol)) return base;
  throw new UsageError(`--url: expected an address such as http://127.0.0.1:8787, got ${quotedOrWithheld(url)}`);
}
