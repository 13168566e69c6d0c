import { RefusedRecordError } from '../../shared/domain/errors.ts';
import type { JsonObject } from '../../shared/domain/json-object.ts';
import { shownText } from '../../shared/domain/shown.ts';
import type { SkippedField } from '../draft.ts';
import { type Path, pathBelow, topPath } from './path.ts';

/** The most levels of a document, as Elasticsearch limits it by default: a deeper one is a mistake of its sender. */
const levelsMax = 20;
/** The most fields of a document, objects included. Elasticsearch refuses one with more than 1,000 by default. */
const fieldsMax = 10_000;

/**
 * A document as a bounded list of dotted paths, each with its value: a text, a number, a boolean or an array. A nested, a
 * dotted and a half-dotted key are one path. `null` is no value.
 */
export class FlatDocument {
  /** The paths in the order of the document, each once. */
  readonly paths: Path[] = [];
  /** The value of each path. */
  readonly values: unknown[] = [];
  /** The fields that were left out because of their names. */
  readonly skipped: SkippedField[] = [];
  readonly #places = new Map<string, number>();
  /** The level at which each value was found. */
  readonly #levels: number[] = [];

  /** Returns the value at a path; `undefined` where the document has none. */
  valueAt(path: string): unknown {
    const place = this.#places.get(path);
    return place === undefined ? undefined : this.values[place];
  }

  /**
   * Returns the text at a path, or the digits of a number.
   * @returns `undefined` for any other value, and for a text of white space only
   */
  textAt(path: string): string | undefined {
    return textOf(this.valueAt(path));
  }

  /** Returns the text at the first of several paths that has one; `undefined` if none has. */
  firstText(paths: readonly string[]): string | undefined {
    for (const path of paths) {
      const text = this.textAt(path);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** Returns whether there is a value at a path, or below it. */
  hasBelow(root: string): boolean {
    return this.paths.some((path) => path.root === root);
  }

  /**
   * Adds a value. Of two values of one path, the one that fewer levels of the document spell is kept, whatever their order:
   * `"a.b"` and not `"a": {"b"}`.
   */
  add(path: Path, value: unknown, level: number): void {
    const place = this.#places.get(path.text);
    if (place === undefined) {
      this.#places.set(path.text, this.paths.length);
      this.paths.push(path);
      this.values.push(value);
      this.#levels.push(level);
      return;
    }
    this.skipped.push({ field: shortened(path.text), reason: 'given twice' });
    if (level >= this.#levels[place]!) return;
    this.values[place] = value;
    this.#levels[place] = level;
  }
}

/**
 * Returns a document as paths and values.
 * @throws {RefusedRecordError} `nested too deep` or `too many fields`
 */
export function flatten(document: JsonObject): FlatDocument {
  const flat = new FlatDocument();
  new Walk(flat).visit(document, topPath(), 1);
  return flat;
}

class Walk {
  readonly #flat: FlatDocument;
  #fields = 0;

  constructor(flat: FlatDocument) {
    this.#flat = flat;
  }

  visit(object: JsonObject, parent: Path, level: number): void {
    for (const name in object) {
      const value = object[name];
      if (value === null) continue;
      const path = pathBelow(parent, name);
      if (path === undefined) {
        // Every name below begins with this one. Building them would need its length times their number.
        const field = parent.text === '' ? name : `${parent.text}.${name}`;
        this.#flat.skipped.push({ field: shortened(field), reason: 'unsafe name' });
        continue;
      }
      this.#fields += 1;
      if (this.#fields > fieldsMax) throw tooManyFields(path);
      if (typeof value !== 'object' || Array.isArray(value)) {
        this.#flat.add(path, value, level);
      } else {
        if (level >= levelsMax) throw tooDeep(path);
        this.visit(value as JsonObject, path, level + 1);
      }
    }
  }
}

function tooManyFields({ text }: Path): RefusedRecordError {
  return new RefusedRecordError(
    'too many fields',
    `${shownText(text)}: field number ${fieldsMax + 1}, ${fieldsMax} at most`,
  );
}

function tooDeep({ text }: Path): RefusedRecordError {
  return new RefusedRecordError('nested too deep', `${shownText(text)}: more than ${levelsMax} levels of fields`);
}

/** Returns a text, or the digits of a number; `undefined` for any other value, and for a text of white space only. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Returns a field's name, cut after 200 characters, as logs show it. */
export const shortened = (path: string): string => (path.length > 200 ? `${path.slice(0, 200)}…` : path);
