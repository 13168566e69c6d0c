import { isObject, type JsonObject } from '../shared/domain/json-object.ts';

/**
 * Returns the value of a beat at a dotted path, nested or flat: Filebeat's older modules write `"host.name"` as one
 * key.
 * @returns `undefined` where the beat has no such field
 */
export function valueAt(beat: JsonObject, path: string): unknown {
  if (Object.hasOwn(beat, path)) return beat[path];
  let value: unknown = beat;
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/**
 * Returns the text at a path, or the digits of a number.
 * @returns `undefined` for any other value, and for a text of white space only
 */
export function textAt(beat: JsonObject, path: string): string | undefined {
  const value = valueAt(beat, path);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Returns the text at the first of several paths that has one; `undefined` if none has. */
export function firstText(beat: JsonObject, ...paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const text = textAt(beat, path);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Returns the entries of a record whose values are not `undefined`. */
export function defined<T>(entries: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter((entry): entry is [string, T] => entry[1] !== undefined));
}
