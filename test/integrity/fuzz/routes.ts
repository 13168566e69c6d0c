import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parameterSchemas } from '../../../functions/api/parameters.ts';

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

/** Every route of the HTTP API and of the bulk API, as docs/api.md lists them. */
export function documentedRoutes(): Route[] {
  const page = readFileSync(join(root, 'docs/api.md'), 'utf8');
  const named = [...page.matchAll(/`(GET|HEAD|POST|PUT|DELETE) (\/[^\s`?]*)`/g)];
  const documented = new Map(named.map(([text, method, path]) => [text, { method: method!, path: path! }]));
  const setUp = setUpPaths.flatMap((path) => ['GET', 'PUT'].map((method) => ({ method, path })));
  return [...documented.values(), ...setUp].map((route) => ({ ...route, parameters: parametersOf(route.path) }));
}

function parametersOf(path: string): readonly string[] {
  const name = /^\/api\/(\w+)$/.exec(path)?.[1];
  const schema = parameterSchemas[name as keyof typeof parameterSchemas];
  return schema === undefined ? [] : Object.keys(schema.shape);
}

/** Returns the paths that the source of the api function names. */
export function pathsOfTheCode(): string[] {
  const source = readFileSync(join(root, 'functions/api/handler.ts'), 'utf8');
  return [...source.matchAll(/'(\/api\/[^']+)'/g)].map(([, path]) => path!);
}
