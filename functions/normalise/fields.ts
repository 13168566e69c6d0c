import { isObject, type JsonObject } from '../shared/domain/json-object.ts';

/** What a beat says at a dotted path, nested or flat: Filebeat's older modules write `"host.name"` as one key. */
export function valueAt(beat: JsonObject, path: string): unknown {
  if (Object.hasOwn(beat, path)) return beat[path];
  let value: unknown = beat;
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** The text at a path, of a number its digits; `undefined` where there is neither, or nothing but white space. */
export function textAt(beat: JsonObject, path: string): string | undefined {
  const value = valueAt(beat, path);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The first of several paths that holds a text. */
export function firstText(beat: JsonObject, ...paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const text = textAt(beat, path);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Entries without those that are `undefined`. */
export function defined<T>(entries: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter((entry): entry is [string, T] => entry[1] !== undefined));
}
