import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type PageFiles, readPageFiles } from '../../functions/page/page-files.ts';
import { type Environment, optional } from '../../functions/shared/environment/variables.ts';
import { bulkRoutes } from '../bulk/bulk-api.ts';
import { BulkIntake } from '../bulk/intake.ts';
import type { Embedded } from '../embedded.ts';
import { apiRoutes } from '../http/api-routes.ts';
import { doorOf, type Tokens } from '../http/door.ts';
import { pageRoutes } from '../http/page-routes.ts';
import { isLoopback, type RunningServer, serve } from '../http/server.ts';
import { otlpRoutes } from '../otlp/otlp-api.ts';
import { readTokens, tokenVariables } from './tokens.ts';

export interface ServerOptions {
  /** The port to listen on; 0 for any free port. */
  readonly port: number;
  /**
   * The address to listen on. Any address but loopback lets other machines in: to the API with a token, to ship without one.
   *
   * @default '127.0.0.1'
   */
  readonly listen?: string;
  /**
   * The environment, with the tokens of the API.
   *
   * @default no tokens
   */
  readonly env?: Environment;
  /** Gets the time of each document before the document is appended. */
  readonly noteDocumentTime: (timeMs: number) => void;
  /** Gets the warnings of the server. */
  readonly report: (line: string) => void;
}

const defaultPort = 8787;
/** The folders of the built page: in a clone, and in the package, whose modules are in `dist` too. */
const pageFolders = ['../../dist/web', '../../web'].map((folder) => join(import.meta.dirname, folder));

/**
 * The most documents that may wait for `normalise`, with those of requests in flight. Above it the bulk API asks a Beat
 * to send its documents again later.
 */
export const backlogMax = 100_000;

/**
 * Serves the HTTP API, the bulk API and OTLP of a run.
 * @throws {UsageError} if the port is in use, or a token cannot be used
 */
export async function openServer(embedded: Embedded, options: ServerOptions): Promise<RunningServer> {
  const { port, listen = '127.0.0.1', noteDocumentTime, report, env = {} } = options;
  const { layout, telemetry, clock, secrets } = embedded.ports;
  const tokens = await readTokens(env, secrets);
  const { bulkLog } = embedded.backends;
  const bulk = { bulkLog, layout, telemetry, backlog: () => embedded.backlog(), backlogMax, noteDocumentTime };
  const intake = new BulkIntake(bulk);
  const page = readPage();
  if (page === undefined) report('warning: the page was not built; npm run build:web builds it');
  const routes = [
    ...apiRoutes(embedded.api, clock, doorOf(tokens, userOf(env))),
    ...pageRoutes(page),
    ...bulkRoutes(bulk, intake),
    ...otlpRoutes(telemetry, intake),
  ];
  if (!isLoopback(listen)) for (const line of warningsOf(listen, tokens)) report(`warning: ${line}`);
  return serve({ host: listen, port, beyondLoopback: true, routes, report });
}

/** Returns what other machines may do here, in sentences. */
function warningsOf(listen: string, { operator, viewer }: Tokens): string[] {
  const { operator: toAct, viewer: toRead } = tokenVariables;
  const api =
    operator === undefined && viewer === undefined
      ? `the API refuses other machines until ${toAct} or ${toRead} is set`
      : 'the API asks other machines for a token';
  return [`${listen} lets other machines in: whoever reaches it may ship documents; ${api}`];
}

/** Returns the name of who runs this process. */
function userOf(env: Environment): string {
  try {
    return optional(env, 'USER') ?? userInfo().username;
  } catch {
    return 'operator'; // A user without an entry in the system's list.
  }
}

/** Returns the built page; `undefined` if it was not built. */
function readPage(): PageFiles | undefined {
  for (const folder of pageFolders) {
    const files = readPageFiles(folder);
    if (files !== undefined) return files;
  }
  return undefined;
}

/** Returns the flags that a command needs to reach a server, with a space in front: none for the default address. */
export function flagsFor(url: string): string {
  const { hostname, port } = new URL(url);
  if (!isAnsweredOnLoopback(hostname)) return ` --url ${url}`;
  return Number(port) === defaultPort ? '' : ` --port ${port}`;
}

const isAnsweredOnLoopback = (hostname: string): boolean => ['127.0.0.1', 'localhost'].includes(hostname);
