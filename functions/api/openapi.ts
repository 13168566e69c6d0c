import * as z from 'zod';
import { problemSchema } from '../shared/domain/problem-details.ts';
import { listNames, presetOf } from './parameters.ts';
import type { ApiRoute } from './routes/route.ts';

/** A schema of JSON Schema, draft 2020-12. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
  readonly style?: 'form';
  readonly explode?: true;
}

interface Content {
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

/** One route, as OpenAPI describes it. */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly 'x-right': 'read' | 'act';
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required: true };
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>;
}

/** A description of the HTTP API, by paths and by methods in small letters. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/**
 * The version of the API: the first number rises with a change that a client notices.
 */
const version = '2.0.0';

/**
 * Returns the description of the API that its routes make.
 * @see https://spec.openapis.org/oas/v3.1.0
 */
export function openApiDocument(routes: readonly ApiRoute[]): OpenApiDocument {
  const schemas = new Components();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Offbeat',
      version,
      description:
        'Alerts, their evidence, series and the commands of operators. HEAD is answered as GET, without a body.',
    },
    paths,
    components: { schemas: schemas.all() },
  };
}

/** The named schemas of a document. */
class Components {
  readonly #schemas = new Map<string, JsonSchema>();

  /**
   * Returns the JSON Schema of a value; parts with a name are kept here, and referred to.
   * @param io `input`: as a client sends it; `output`: as the API returns it
   */
  add(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $schema: _, $defs = {}, ...own } = z.toJSONSchema(schema, { io, override: simplify });
    for (const [name, part] of Object.entries($defs)) this.#schemas.set(name, referring(part));
    return referring(own);
  }

  all(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/**
 * Adds the defaults of parameters. Removes what does not concern a client: the pattern of the text from which a number of a query string is read, and the limits
 * of whole numbers in JavaScript.
 */
function simplify({ jsonSchema }: { readonly jsonSchema: JsonSchema }): void {
  if (jsonSchema.type === 'integer') delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  delete jsonSchema.id;
  if (!(presetOf in jsonSchema)) return;
  jsonSchema.default = jsonSchema[presetOf] as JsonSchema['default'];
  delete jsonSchema[presetOf];
}

function referring(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

function operationOf(route: ApiRoute, schemas: Components): Operation {
  const { summary, description, right, status = 200, body, answer } = route;
  const parameters = [...variablesOf(route), ...queryOf(route, schemas)];
  return {
    operationId: operationId(route),
    summary,
    ...(description !== undefined && { description }),
    'x-right': right,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: { required: true, ...json(schemas.add(body, 'input')) } }),
    responses: {
      [status]: { description: status === 202 ? 'Accepted' : 'OK', ...json(schemas.add(answer, 'output')) },
      default: { description: 'Problem', ...content('application/problem+json', schemas.add(problemSchema, 'output')) },
    },
  };
}

const content = (type: string, schema: JsonSchema): Content => ({ content: { [type]: { schema } } });
const json = (schema: JsonSchema): Content => content('application/json', schema);

/** Returns a name in camel case: `getAlertsById` for `GET /api/alerts/{id}`. */
function operationId({ method, path }: ApiRoute): string {
  const words = path
    .replace(/^\/api\//, '')
    .replace(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/);
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function variablesOf({ variables = {} }: ApiRoute): Parameter[] {
  return Object.entries(variables).map(([name, description]) => ({
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string', minLength: 1 },
  }));
}

function queryOf({ parameters }: ApiRoute, schemas: Components): Parameter[] {
  if (parameters === undefined) return [];
  const { properties = {}, required = [] } = schemas.add(parameters, 'input') as JsonSchema;
  const lists = listNames(parameters);
  return Object.entries(properties as Readonly<Record<string, JsonSchema>>).map(
    ([name, { description, ...schema }]) => ({
      name,
      in: 'query',
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema,
      ...(lists.includes(name) && { style: 'form', explode: true }),
    }),
  );
}
