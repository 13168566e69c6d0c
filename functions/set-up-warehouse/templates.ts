import { createHash } from 'node:crypto';
import { type Family, families } from '../shared/ports/warehouse.ts';
import type { Field } from '../shared/warehouse/field.ts';
import { fieldsOf } from '../shared/warehouse/fields.ts';
import { figureNames } from '../shared/warehouse/metric-fields.ts';

type Json = { readonly [name: string]: unknown };

export interface Mappings {
  readonly _meta: { readonly offbeat: string };
  readonly dynamic: 'strict';
  readonly date_detection: false;
  readonly dynamic_templates: readonly Json[];
  readonly properties: Json;
}

export interface IndexTemplate {
  readonly index_patterns: readonly string[];
  readonly priority: number;
  readonly _meta: { readonly offbeat: string };
  readonly template: { readonly settings: Json; readonly mappings: Mappings; readonly aliases: Json };
}

/** How the indices of a domain are laid out. */
export interface IndexLayout {
  /** Of every daily index. @default 1 */
  readonly shards: number;
  /** Copies of a shard, as many of them as there are nodes for. @default '0-1' */
  readonly replicas: string;
}

export const defaultIndexLayout: IndexLayout = { shards: 1, replicas: '0-1' };

/** Metrics unknown to the catalogue that a day holds. */
const otherMetricsMax = 1_000;
/** For labels, and for the objects that the dots in unknown names make. */
const spareFields = 500;

/** Analysts look at these over many hours, on-call at the others at once. */
const laterFound = new Set<Family>(['offbeat-samples', 'offbeat-summaries', 'offbeat-summaries-1h']);

/** A keyword of more bytes than 32,766 would have its whole document refused; a character has four at most. */
const keyword = { type: 'keyword', ignore_above: 8_191 };

const types: Readonly<Record<Exclude<Field['type'], 'named by others'>, Json>> = {
  date: { type: 'date' },
  keyword,
  text: { ...keyword, fields: { text: { type: 'text' } } },
  long: { type: 'long' },
  double: { type: 'double' },
  boolean: { type: 'boolean' },
  kept: { type: 'object', enabled: false },
};

/** One per family, by the alias that all of its indices have. The same catalogue makes the same templates. */
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
    ...(laterFound.has(family) ? { 'index.refresh_interval': '10s' } : {}),
  };
  const mappings = {
    dynamic: 'strict',
    // A label that looks like a date is none.
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

/** Of the names of a family's indices. */
export const patternOf = (family: Family): string => `${family}-*`;

/** The pattern of the minutes takes in the hours: the longer name wins. */
export const priorityOf = (family: Family): number => 200 + family.length;

/** Names the content, so that a set-up sees at a glance whether a server has it. */
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

/** JSON has whole numbers and others; all are doubles here. */
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

/** As OpenSearch counts: objects and fields of fields too. */
function countOf(properties: Json): number {
  return Object.values(properties).reduce<number>((sum, property) => {
    const { properties: below = {}, fields = {} } = property as { properties?: Json; fields?: Json };
    return sum + 1 + countOf(below) + countOf(fields);
  }, 0);
}
