import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiRoutes } from '../../../functions/api/routes/routes.ts';

const root = join(import.meta.dirname, '../../..');

/** A route, with the names of its query parameters. */
export interface Route {
  readonly method: string;
  /** The path with its variables, such as `/api/alerts/{id}`. */
  readonly path: string;
  readonly parameters: readonly string[];
}

/** The routes that a Beat calls before it ships. docs/api.md lists only their kinds. */
const setUpPaths = [
  '/_license',
  '/_xpack',
  '/_index_template/{id}',
  '/_template/{id}',
  '/_component_template/{id}',
  '/_ilm/policy/{id}',
  '/_data_stream/{id}',
  '/_ingest/pipeline/{id}',
  '/_cat/indices',
  '/_nodes/http',
  '/_cluster/health',
];

/** Every route of the HTTP API, and of the bulk API and OTLP as docs/api.md lists them. */
export function documentedRoutes(): Route[] {
  const page = readFileSync(join(root, 'docs/api.md'), 'utf8');
  const named = [...page.matchAll(/`(GET|HEAD|POST|PUT|DELETE) (\/[^\s`?]*)`/g)];
  const documented = named.map(([, method, path]) => ({ method: method!, path: path! }));
  const others = documented.filter(({ path }) => !path.startsWith('/api/'));
  const setUp = setUpPaths.flatMap((path) => ['GET', 'PUT'].map((method) => ({ method, path })));
  const ofApi = apiRoutes.map(({ method, path, parameters }) => ({
    method,
    path,
    parameters: parameters === undefined ? [] : Object.keys(parameters.shape),
  }));
  return [...ofApi, ...[...others, ...setUp].map((route) => ({ ...route, parameters: [] }))];
}
