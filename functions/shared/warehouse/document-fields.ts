import { catalogueFacts } from '../domain/catalogue/catalogue.ts';
import { type Entity, entityPath } from '../domain/entity.ts';
import type { Dimensions } from '../domain/series.ts';
import type { WarehouseDocument } from '../ports/warehouse.ts';

/** A document while it is made. */
export type Fields = Record<string, unknown>;

/** Metrics that the catalogue does not know lie here: the number of an index's fields is limited, that of metrics not. */
const otherPrefix = 'other.';

/** Of every document of ours that is no metric. A metric whose own name begins like this goes to `other.*`. */
const reserved = /^(@timestamp$|event\.|host\.name$|agent\.|labels\.|offbeat\.|other\.)/;

export const iso = (timeMs: number): string => new Date(timeMs).toISOString();
export const ms = (date: unknown): number => Date.parse(date as string);

/** The ECS names that an analyst looks for, and our own. */
export function entityFields(entity: Entity): Fields {
  const fields: Fields = {
    'offbeat.entity.cluster': entity.cluster,
    'offbeat.entity.kind': entity.kind,
    'offbeat.entity.name': entity.name,
    'offbeat.entity.path': entityPath(entity),
  };
  if (entity.kind === 'host') fields['host.name'] = entity.name;
  return fields;
}

export function entityOf(document: WarehouseDocument): Entity {
  return {
    cluster: document['offbeat.entity.cluster'] as string,
    kind: document['offbeat.entity.kind'] as Entity['kind'],
    name: document['offbeat.entity.name'] as string,
  };
}

export function metricField(metric: string): string {
  return catalogueFacts(metric) === undefined || reserved.test(metric) ? otherPrefix + metric : metric;
}

/** @returns `undefined` for a field that is no metric */
export function metricOf(field: string): string | undefined {
  if (field.startsWith(otherPrefix)) return field.slice(otherPrefix.length);
  return reserved.test(field) ? undefined : field;
}

/** Adds `entries` under `prefix`, which ends with a dot. */
export function addUnder(fields: Fields, prefix: string, entries: Readonly<Record<string, unknown>> = {}): void {
  for (const name in entries) fields[prefix + name] = entries[name];
}

/**
 * What {@link addUnder} added. Only persist writes to the warehouse, so that what a field holds is what the contract
 * says: `T` is not checked.
 */
export function under<T>(document: WarehouseDocument, prefix: string): Record<string, T> {
  const found = Object.entries(document).filter(([field]) => field.startsWith(prefix));
  return Object.fromEntries(found.map(([field, value]) => [field.slice(prefix.length), value as T]));
}

export const dimensionsOf = (document: WarehouseDocument): Dimensions => under<string>(document, 'labels.');
