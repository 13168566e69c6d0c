/** A document of the recording: nested objects, as a shipper writes them. */
export type Document = Record<string, unknown>;

/** Returns the value at a path of names with dots; `undefined` where a name is absent. */
export function valueAt(document: Document, path: string): unknown {
  return path.split('.').reduce<unknown>((within, name) => (within as Document | undefined)?.[name], document);
}

/** Returns the number at a path. @throws {Error} if there is none, because a fault would change nothing */
export function numberAt(document: Document, path: string): number {
  const value = valueAt(document, path);
  if (typeof value === 'number') return value;
  throw new Error(`${path}: expected a number, got ${String(value)}`);
}

/** Sets the value at a path whose last name alone may be absent. */
export function setAt(document: Document, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop()!;
  const within = names.length === 0 ? document : valueAt(document, names.join('.'));
  (within as Document)[last] = value;
}

/** Multiplies the number at a path, and rounds a count or a size to a whole number. */
export function multiplyAt(document: Document, path: string, factor: number): void {
  const value = numberAt(document, path);
  setAt(document, path, Number.isInteger(value) ? Math.round(value * factor) : value * factor);
}

/** Adds to the number at a path. */
export function addAt(document: Document, path: string, by: number): void {
  setAt(document, path, numberAt(document, path) + by);
}

export const datasetOf = (document: Document): string => String(valueAt(document, 'event.dataset'));
export const hostOf = (document: Document): string => String(valueAt(document, 'host.name'));
