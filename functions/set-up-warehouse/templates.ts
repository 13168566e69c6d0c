import { createHash } from 'node:crypto';
import { type Family, families } from '../shared/ports/warehouse.ts';
import type { Field } from '../shared/warehouse/field.ts';
import { fieldsOf } from '../shared/warehouse/fields.ts';
import { figureNames, otherMetricsMax } from '../shared/warehouse/metric-fields.ts';

type Json = { readonly [name: string]: unknown };

/** The mappings of an index, in the form of OpenSearch. */
export interface Mappings {
  readonly _meta: { readonly offbeat: string };
  readonly dynamic: 'strict';
  readonly date_detection: false;
  readonly dynamic_templates: readonly Json[];
  readonly properties: Json;
}

/** An index template, in the form of OpenSearch. */
export interface IndexTemplate {
  readonly index_patterns: readonly string[];
  readonly priority: number;
  readonly _meta: { readonly offbeat: string };
  readonly template: { readonly settings: Json; readonly mappings: Mappings; readonly aliases: Json };
}

/** The shards and replicas of the indices. */
export interface IndexLayout {
  /** The number of shards of each index. @default 1 */
  readonly shards: number;
  /** The range of the number of replicas: as many as there are nodes for. @default '0-1' */
  readonly replicas: string;
}

export const defaultIndexLayout: IndexLayout = { shards: 1, replicas: '0-1' };

/** The number of fields for labels, and for the objects that the dots in unknown names create. */
const spareFields = 500;

/** The families whose documents are found up to 10 s later: they are read over many hours, the others at once. */
const refreshedLater = new Set<Family>(['offbeat-samples', 'offbeat-summaries', 'offbeat-summaries-1h']);

/** The limit keeps a document from being refused for a keyword of more than 32,766 bytes: a character has at most four. */
const keyword = { type: 'keyword', ignore_above: 8_191 };

const types: Readonly<Record<Exclude<Field['type'], 'named by others'>, Json>> = {
  date: { type: 'date' },
  keyword,
  text: { ...keyword, fields: { text: { type: 'text' } } },
  long: { type: 'long' },
  double: { type: 'double' },
  boolean: { type: 'boolean' },
  flat: { type: 'flat_object' },
  kept: { type: 'object', enabled: false },
};

/** Returns the template of each family, whose indices all have the family's name as alias. The same catalogue gives the same templates. */
export function templates(layout: IndexLayout = defaultIndexLayout): ReadonlyMap<Family, IndexTemplate> {
  return new Map(families.map((family) => [family, template(family, layout)]));
}

function template(family: Family, layout: IndexLayout): IndexTemplate {
  const fields = fieldsOf[family];
  const properties = propertiesOf(fields);
  const settings = {
    'index.number_of_shards': String(layout.shards),
    'index.auto_expand_replicas': layout.replicas,
    'index.codec': 'best_compression',
    'index.mapping.total_fields.limit': String(fieldsMax(family, fields, properties)),
    ...(refreshedLater.has(family) ? { 'index.refresh_interval': '10s' } : {}),
  };
  const mappings = {
    dynamic: 'strict',
    // A label that looks like a date stays a keyword.
    date_detection: false,
    dynamic_templates: fields.flatMap(dynamicTemplates),
    properties,
  } as const;
  const meta = { offbeat: hashOf({ settings, mappings }) };
  return {
    index_patterns: [patternOf(family)],
    priority: priorityOf(family),
    _meta: meta,
    template: { settings, mappings: { _meta: meta, ...mappings }, aliases: { [family]: {} } },
  };
}

/** Returns the pattern of the names of a family's indices. */
export const patternOf = (family: Family): string => `${family}-*`;

/** Returns the priority of a template. The pattern of the minutes also matches the hours, so the longer name has priority. */
export const priorityOf = (family: Family): number => 200 + family.length;

/** Returns a hash by which a set-up recognises content that a server has already. */
export function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}

function propertiesOf(fields: readonly Field[]): Json {
  const root: Record<string, unknown> = {};
  for (const field of fields) {
    const steps = field.name.split('.');
    const last = steps.pop()!;
    let properties = root;
    for (const step of steps) {
      properties[step] ??= { properties: {} };
      properties = (properties[step] as { properties: Record<string, unknown> }).properties;
    }
    properties[last] = field.type === 'named by others' ? { type: 'object', dynamic: 'true' } : types[field.type];
  }
  return root;
}

/** Returns the templates of the fields under one that is named by others. Whole numbers become doubles too. */
function dynamicTemplates({ name, below }: Field): Json[] {
  if (below === undefined) return [];
  const mapping = below === 'keyword' ? keyword : types.double;
  const matched = below === 'keyword' ? ['string'] : ['double', 'long'];
  return matched.map((type) => ({
    [`${name}_${type}`]: { path_match: `${name}.*`, match_mapping_type: type, mapping },
  }));
}

function fieldsMax(family: Family, fields: readonly Field[], properties: Json): number {
  const ours = countOf(properties) + spareFields;
  if (!fields.some(({ name }) => name === 'other')) return ours;
  const perMetric = family.startsWith('offbeat-summaries') ? figureNames.length + 1 : 1;
  return ours + otherMetricsMax * perMetric;
}

/** Returns the number of fields as OpenSearch counts them: with objects, and with the fields of fields. */
function countOf(properties: Json): number {
  return Object.values(properties).reduce<number>((sum, property) => {
    const { properties: below = {}, fields = {} } = property as { properties?: Json; fields?: Json };
    return sum + 1 + countOf(below) + countOf(fields);
  }, 0);
}
