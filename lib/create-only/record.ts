import { kept } from './kept.ts';
import {
  configurationType,
  configurationUpdate,
  createOnly,
  groupProperties,
  mappingType,
  updatesOf,
} from './properties.ts';
import { References } from './references.ts';
import type { Template, Value } from './template.ts';

export type { Template, Value } from './template.ts';

/** A resource, as far as a later change of it could replace something. */
export interface RecordedResource {
  readonly type: string;
  /** The values of its create-only properties, by path. A property that it does not set is absent. */
  readonly properties: Readonly<Record<string, Value>>;
  /** The values of the other properties that must stay what they are, by path; absent if its type has none. */
  readonly kept?: Readonly<Record<string, Value>>;
  /** The values that can be changed, as far as AWS refuses some of the changes: by the name of the update, and by path. */
  readonly updates?: Readonly<Record<string, Value>>;
}

/**
 * The resources of a deployment that must stay what they are, by stack name and logical id: `STACK/LOGICAL ID`. In a nested
 * stack, the name is that of {@link Template}: `STACK/LOGICAL ID/LOGICAL ID`.
 */
export type RecordedResources = Readonly<Record<string, RecordedResource>>;

/**
 * Returns the record of a deployment's stateful resources, and of what gives those their identity. The order of its keys
 * is that of the alphabet, so that a committed record changes only where a resource does.
 * @param templates every template of the app, because a value may be the export of another stack
 * @param isOurs    whether a resource, by `STACK/LOGICAL ID`, is of the deployment
 */
export function recordOf(
  templates: readonly Template[],
  isOurs: (id: string) => boolean = () => true,
): RecordedResources {
  const references = new References(templates);
  const all = templates.flatMap(({ stackName, Resources = {} }) =>
    Object.entries(Resources).map(([logicalId, { Type, Properties = {} }]) => {
      const properties = references.qualified(Properties, stackName);
      return { id: `${stackName}/${logicalId}`, type: Type, properties };
    }),
  );
  const configurations = new Map(all.flatMap((each) => (each.type === configurationType ? [[each.id, each]] : [])));
  const recorded = all
    .filter(({ id, type }) => Object.hasOwn(createOnly, type) && isOurs(id))
    .filter(
      ({ type, properties }) => type !== mappingType || Object.keys(valuesAt(properties, groupProperties)).length > 0,
    )
    .map(({ id, type, properties }): [string, RecordedResource] => {
      const { properties: always, conditional } = createOnly[type]!;
      const fixed = { properties: valuesAt(properties, [...always, ...conditional]), ...keptOf(type, properties) };
      const updates = updatesOf[type];
      if (updates === undefined) return [id, { type, ...fixed }];
      const configured = (one: string) => configurations.get(one)?.properties;
      return [id, { type, ...fixed, updates: valuesOf(updates, properties, configured) }];
    });
  return Object.fromEntries(recorded.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Returns the recorded resources that a value refers to. */
export function referencesIn(value: Value): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  return Object.entries(value).flatMap(([key, each]) => {
    const named = key === 'Fn::GetAtt' && Array.isArray(each) ? each[0] : each;
    return (key === 'Ref' || key === 'Fn::GetAtt') && typeof named === 'string' ? [named] : referencesIn(each);
  });
}

/** Returns the values of a resource by update; a new revision of a configuration is one of `configurationUpdate`. */
function valuesOf(
  updatesOfType: Readonly<Record<string, readonly string[]>>,
  properties: Value,
  configured: (id: string) => Value | undefined,
): Record<string, Value> {
  const updates = Object.entries(updatesOfType).flatMap(([name, paths]): [string, Value][] => {
    const values = valuesAt(properties, paths);
    return Object.keys(values).length === 0 ? [] : [[name, values]];
  });
  const found: Record<string, Value> = Object.fromEntries(updates);
  const [configuration] = referencesIn(found[configurationUpdate] ?? null).flatMap((id) => configured(id) ?? []);
  if (configuration === undefined) return found;
  const revision = valuesAt(configuration, ['ServerProperties', 'Description']);
  return { ...found, [configurationUpdate]: { ...(found[configurationUpdate] as object), ...revision } };
}

function keptOf(type: string, properties: Value): Pick<RecordedResource, 'kept'> {
  const paths = (kept[type] ?? []).map(({ property }) => property);
  return paths.length === 0 ? {} : { kept: valuesAt(properties, paths) };
}

function valuesAt(properties: Value, paths: readonly string[]): Record<string, Value> {
  return Object.fromEntries(
    paths.flatMap((path): [string, Value][] => {
      const value = path.split('/').reduce<Value | undefined>(memberOf, properties);
      return value === undefined ? [] : [[path, value]];
    }),
  );
}

function memberOf(value: Value | undefined, key: string): Value | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? (value as { readonly [key: string]: Value })[key] : undefined;
}
