import type * as z from 'zod';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import type { Shown } from '../answers/shown.ts';
import type { Caller } from '../caller.ts';
import type { Health } from '../health.ts';
import { listMark, withMark, withoutMark } from '../list-cursor.ts';
import { noWarehouse } from '../no-warehouse.ts';
import { type AtMs, readInput, readParameters } from '../parameters.ts';
import type { ApiPorts } from '../ports.ts';
import type { SharedSituation } from '../queries/overview/changes.ts';
import type { Sources } from '../sources.ts';

/** The ports of a handler. */
export interface RoutePorts extends Omit<ApiPorts, 'warehouse'>, Sources {
  /** The answers that every open page asks for again and again, which are read once for all of them. */
  readonly shared: {
    /** Returns the health of the last seconds. */
    readonly health: () => Promise<Health>;
    readonly situation: () => Promise<SharedSituation>;
  };
}

/** A right to use the API: `read` changes nothing, `act` does. */
export type Right = 'read' | 'act';

/** A request whose parts were checked by the schemas of its route. */
export interface RouteRequest<Parameters = unknown, Body = unknown> {
  /** The query string; its times are ms since 1970. */
  readonly parameters: Parameters;
  /** The variables of the path, decoded: `{ id: 'alert-1' }`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly caller: Caller;
  /** The clock when the request was read. Ms. */
  readonly nowMs: number;
}

/** The facts of a route: its documentation, and the schemas of its request and of its answer. */
interface RouteFacts<Parameters extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType> {
  readonly method: 'GET' | 'POST';
  /** The path with its variables: `/api/alerts/{id}`. */
  readonly path: string;
  readonly right: Right;
  /** A sentence that begins with its verb, without a full stop: `Lists alerts, the newest first`. */
  readonly summary: string;
  /** The further facts that a reader needs, in Markdown. @default nothing */
  readonly description?: string;
  /** @default the route has none, and refuses each */
  readonly parameters?: Parameters;
  /** The variables of the path, each with what it names. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** The JSON of the body; only of `POST`. */
  readonly body?: Body;
  /**
   * Marks a body that the handler checks itself; it gets the parsed JSON.
   * @default the body is read by its schema
   */
  readonly checksBody?: true;
  readonly answer: Answer;
  /** @default 200 */
  readonly status?: 200 | 202;
}

type Handle<Parameters extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType, Ports> = (
  request: RouteRequest<AtMs<z.output<Parameters>>, z.output<Body>>,
  ports: Ports,
) => Promise<Shown<z.input<Answer>>>;

/** A request before it is checked: the query string with lists for what may be repeated, and the JSON of the body. */
export interface RawRequest extends Omit<RouteRequest, 'parameters' | 'body'> {
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly body: unknown;
}

/** A row of the table of routes. */
export interface ApiRoute extends RouteFacts<z.ZodObject, z.ZodType, z.ZodType> {
  /** States that only a warehouse can answer it. */
  readonly needsWarehouse: boolean;
  /** Checks a request and answers it. @throws {Problem} */
  readonly handle: (raw: RawRequest, ports: RoutePorts) => Promise<unknown>;
}

/** Returns a row of the table of routes, whose handler has the types of its schemas. */
export function route<Parameters extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType>(
  row: RouteFacts<Parameters, Body, Answer> & { readonly handle: Handle<Parameters, Body, Answer, RoutePorts> },
): ApiRoute {
  return {
    ...row,
    needsWarehouse: false,
    handle: (raw, ports) => answered(row, raw, (request) => row.handle(request, ports)),
  };
}

/** Returns a row that only a warehouse can answer: it is 501 where there is none. */
export function warehouseRoute<Parameters extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType>(
  row: RouteFacts<Parameters, Body, Answer> & {
    readonly handle: Handle<Parameters, Body, Answer, RoutePorts & { readonly warehouse: Warehouse }>;
  },
): ApiRoute {
  return {
    ...row,
    needsWarehouse: true,
    handle: async (raw, ports) => {
      const { warehouse } = ports;
      if (warehouse === undefined) throw noWarehouse(`${row.path} is answered`);
      return answered(row, raw, (request) => row.handle(request, { ...ports, warehouse }));
    },
  };
}

/** Answers a request once it is checked. The cursors of a list are those of its path and its filters alone. */
async function answered<Parameters extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType>(
  row: RouteFacts<Parameters, Body, Answer>,
  raw: RawRequest,
  handle: (request: RouteRequest<AtMs<z.output<Parameters>>, z.output<Body>>) => Promise<Shown<z.input<Answer>>>,
): Promise<Shown<z.input<Answer>>> {
  if (row.parameters === undefined || !('cursor' in row.parameters.shape)) return handle(checked(row, raw));
  const mark = listMark(row.path, raw.query);
  return withMark(await handle(checked(row, { ...raw, query: withoutMark(raw.query, mark) })), mark);
}

function checked<Parameters extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType>(
  row: RouteFacts<Parameters, Body, Answer>,
  { query, body, ...rest }: RawRequest,
): RouteRequest<AtMs<z.output<Parameters>>, z.output<Body>> {
  const parameters = readParameters(row.parameters, query, rest.nowMs) as AtMs<z.output<Parameters>>;
  const isRead = row.body !== undefined && row.checksBody === undefined;
  return { ...rest, parameters, body: (isRead ? readInput(row.body, body) : body) as z.output<Body> };
}
