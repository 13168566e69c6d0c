import { readQuoted } from './quoted-name.ts';

/** The parts of the text of a series. Whether they are those of a series is not checked. */
export interface SeriesTextParts {
  /** The path of the entity: `cluster/kind/name`. */
  readonly path: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/**
 * Divides a text that names a series. Each name may be in quotes, a space may follow a comma, and a value without quotes may contain all
 * but a comma that is followed by a name and `=`. It reads each character once.
 * @returns `undefined` for a text that has no such parts
 */
export function readSeriesText(text: string): SeriesTextParts | undefined {
  const head = headOf(text);
  const pairs = head === undefined ? undefined : pairsOf(text.slice(head.end));
  if (head === undefined || pairs === undefined) return undefined;
  return { path: head.path, metric: head.metric, dimensions: Object.fromEntries(pairs) };
}

/** The path and the metric of a text, and the place after them. */
interface Head {
  readonly path: string;
  readonly metric: string;
  readonly end: number;
}

function headOf(text: string): Head | undefined {
  const nameAt = text.indexOf('/', text.indexOf('/') + 1) + 1;
  const quotedEntity = text[nameAt] === '"' ? readQuoted(text, nameAt) : undefined;
  if (quotedEntity === undefined) return headWithPlainEntity(text, nameAt);
  const path = text.slice(0, nameAt) + quotedEntity.name;
  return text[quotedEntity.end] === ' ' ? withMetric(path, text, quotedEntity.end + 1) : undefined;
}

/** The name of an entity, which begins at `nameAt`, may contain spaces: it ends at the last space before the metric. */
function headWithPlainEntity(text: string, nameAt: number): Head | undefined {
  const braceAt = text.indexOf('{', nameAt);
  const plainEnd = braceAt < 0 ? text.length : braceAt;
  const quoteAt = text.indexOf(' "', nameAt);
  const spaceAt = quoteAt >= 0 && quoteAt < plainEnd ? quoteAt : text.lastIndexOf(' ', plainEnd - 1);
  return spaceAt < nameAt ? undefined : withMetric(text.slice(0, spaceAt), text, spaceAt + 1);
}

function withMetric(path: string, text: string, at: number): Head | undefined {
  if (text[at] === '"') {
    const metric = readQuoted(text, at);
    return metric && { path, metric: metric.name, end: metric.end };
  }
  const braceAt = text.indexOf('{', at);
  const end = braceAt < 0 ? text.length : braceAt;
  const metric = text.slice(at, end);
  return /\s/.test(metric) ? undefined : { path, metric, end };
}

/** Returns the dimensions in a text such as `{device=sda,mount=/}`; `undefined` if it is neither that nor empty. */
function pairsOf(text: string): readonly (readonly [name: string, value: string])[] | undefined {
  if (text === '' || text === '{}') return [];
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  const reader = new PairReader(text.slice(1, -1));
  while (!reader.isDone) if (!reader.readPair()) return undefined;
  const { pairs } = reader;
  return new Set(pairs.map(([name]) => name)).size === pairs.length ? pairs : undefined;
}

/** A value that may still grow by a comma and what follows it, or one that was in quotes. */
type Value = { readonly from: number; readonly to: number } | { readonly quoted: string };

class PairReader {
  readonly #text: string;
  readonly #names: string[] = [];
  readonly #values: Value[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isDone(): boolean {
    return this.#at > this.#text.length;
  }

  get pairs(): (readonly [name: string, value: string])[] {
    return this.#names.map((name, nth) => {
      const value = this.#values[nth]!;
      return [name, 'quoted' in value ? value.quoted : this.#text.slice(value.from, value.to)];
    });
  }

  /** Reads up to the next comma. Returns `false` where neither a pair begins nor a value goes on. */
  readPair(): boolean {
    while (this.#text[this.#at] === ' ') this.#at += 1;
    if (this.#text[this.#at] === '"') {
      const name = readQuoted(this.#text, this.#at);
      if (name === undefined || this.#text[name.end] !== '=') return false;
      return this.#readValue(name.name, name.end + 1);
    }
    const end = this.#next(/[,=]/g, this.#at);
    if (this.#text[end] === '=') return this.#readValue(this.#text.slice(this.#at, end).trimEnd(), end + 1);
    const last = this.#values.at(-1);
    if (last === undefined || 'quoted' in last) return false;
    this.#values[this.#values.length - 1] = { from: last.from, to: end };
    this.#at = end + 1;
    return true;
  }

  #readValue(name: string, from: number): boolean {
    this.#names.push(name);
    const quoted = this.#text[from] === '"' ? readQuoted(this.#text, from) : undefined;
    const end = quoted?.end ?? this.#next(/,/g, from);
    this.#values.push(quoted === undefined ? { from, to: end } : { quoted: quoted.name });
    this.#at = end + 1;
    return end === this.#text.length || this.#text[end] === ',';
  }

  #next(pattern: RegExp, from: number): number {
    pattern.lastIndex = from;
    return pattern.exec(this.#text)?.index ?? this.#text.length;
  }
}
