import { type JsonSchema, type Operation, openApiDocument } from '../../functions/api/openapi.ts';
import { apiRoutes } from '../../functions/api/routes/routes.ts';
import { table } from './markdown.ts';

const document = openApiDocument(apiRoutes);

/** Returns the list of the routes, with links to their sections. */
export function routesTable(): string {
  const rows = operations().map(({ method, path, summary, right }) => [
    `[\`${method} ${path}\`](#${anchorOf(`${method} ${path}`)})`,
    right,
    summary,
  ]);
  return table(['route', 'right', 'summary'], rows);
}

/** Returns a section for each route: its parameters, its body and its answer. */
export function routeSections(): string {
  return operations().map(sectionOf).join('\n\n');
}

/** Returns a section for each schema that has a name. */
export function schemaSections(): string {
  return Object.entries(document.components.schemas)
    .map(([name, schema]) => [`### ${name}`, schema.description ?? [], fieldsOf(schema)].flat().join('\n\n'))
    .join('\n\n');
}

interface Described extends Operation {
  readonly method: string;
  readonly path: string;
  readonly right: string;
}

function operations(): Described[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase(),
      right: operation['x-right'],
    })),
  );
}

function sectionOf({ method, path, summary, description, parameters = [], requestBody, responses }: Described): string {
  const [status, answer] = Object.entries(responses)[0]!;
  const rows = parameters.map(({ name, required, schema, description: about = '', explode }) => [
    `\`${name}\``,
    explode ? `${typeOf(schema.items as JsonSchema)}, repeated` : typeOf(schema),
    [required ? 'Required.' : '', about, defaultOf(schema)].filter((part) => part !== '').join(' '),
  ]);
  const body = requestBody?.content['application/json']?.schema;
  return [
    `### ${method} ${path}`,
    `${summary}.`,
    description ?? [],
    rows.length === 0 ? [] : table(['parameter', 'type', 'means'], rows),
    body === undefined ? [] : ['Body:', fieldsOf(body)],
    `Answer, ${status}:`,
    fieldsOf(answer.content['application/json']!.schema),
  ]
    .flat()
    .join('\n\n');
}

const defaultOf = ({ default: preset }: JsonSchema): string =>
  preset === undefined ? '' : `Default: ${JSON.stringify(preset)}.`;

/** Returns the fields of an object as a table; of any other value its type. */
function fieldsOf(schema: JsonSchema): string {
  const variants = schema.oneOf ?? [];
  if (variants.length > 0) return variants.map((variant) => fieldsOf(variant as JsonSchema)).join('\n\n');
  if (schema.properties === undefined) return `${typeOf(schema)}.`;
  return table(['field', 'type', 'means'], rowsOf(schema, ''));
}

/** Returns a row for each field, those of objects within with their path. */
function rowsOf({ properties = {}, required = [] }: JsonSchema, prefix: string): string[][] {
  return Object.entries(properties as Readonly<Record<string, JsonSchema>>).flatMap(([name, schema]) => {
    const path = prefix + name;
    const optional = required.includes(name) ? '' : ', optional';
    const inner = schema.type === 'array' ? (schema.items as JsonSchema) : schema;
    const innerPath = schema.type === 'array' ? `${path}[].` : `${path}.`;
    const own = [`\`${path}\``, typeOf(schema) + optional, cell(schema.description ?? '')];
    return inner.properties === undefined ? [own] : [own, ...rowsOf(inner, innerPath)];
  });
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Returns the type of a value in words: `list of [Alert](#alert)`. */
function typeOf(schema: JsonSchema): string {
  const { $ref, enum: values, const: constant, anyOf = schema.oneOf, type, items } = schema;
  if ($ref !== undefined) return linkTo($ref.slice($ref.lastIndexOf('/') + 1));
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  if (constant !== undefined) return `\`${constant}\``;
  if (anyOf !== undefined) return anyOf.map((each) => typeOf(each as JsonSchema)).join(' or ');
  if (type === 'array') return `list of ${typeOf(items as JsonSchema)}`;
  if (type === 'integer') return integerOf(schema);
  if (type === 'string') return 'text';
  if (type === 'object' && typeof schema.additionalProperties === 'object') {
    return `object of ${typeOf(schema.additionalProperties as JsonSchema)}`;
  }
  return typeof type === 'string' ? type : 'any value';
}

function integerOf({ minimum, maximum }: JsonSchema): string {
  if (minimum === undefined || maximum === undefined) return 'whole number';
  // The limits of a time, which no reader needs.
  if (maximum >= 8.64e15) return 'whole number';
  return `whole number from ${minimum} to ${maximum}`;
}

const linkTo = (name: string): string => `[${name}](#${anchorOf(name)})`;

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
