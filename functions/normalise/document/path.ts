import { catalogueFacts } from '../../shared/domain/catalogue/catalogue.ts';
import type { MetricKind } from '../../shared/domain/sample.ts';
import { factRankOf } from './fact-words.ts';
import { type Identity, identityOf } from './identity-words.ts';
import { kindOf, namesThing, unitOf } from './number-words.ts';

/** The most characters of a path, as the schema of a sample limits the name of a metric. */
export const pathCharactersMax = 512;
/** The most paths that are remembered. Two thousand hosts with all modules of Metricbeat have fewer. */
const rememberedMax = 10_000;
/** The most characters of all paths that are remembered. */
const rememberedCharactersMax = 1_000_000;

/**
 * A dotted path of documents, with what its names alone say. Documents repeat their paths, so that each of these facts is
 * found once and remembered.
 */
export class Path {
  readonly text: string;
  /** The first name of the path: `system`. */
  readonly root: string;
  readonly #children = new Map<string, Path>();
  #isKnown: boolean | undefined;
  #namesThing: boolean | undefined;
  #unit: { readonly unit: string | undefined } | undefined;
  #kind: { readonly kind: MetricKind | undefined } | undefined;
  #identity: { readonly identity: Identity | undefined } | undefined;
  #factRank: number | undefined;

  constructor(text: string) {
    this.text = text;
    const dot = text.indexOf('.');
    this.root = dot < 0 ? text : text.slice(0, dot);
  }

  child(name: string): Path | undefined {
    return this.#children.get(name);
  }

  addChild(name: string, child: Path): void {
    this.#children.set(name, child);
  }

  /** Returns whether the catalogue describes a metric of this name. */
  get isKnown(): boolean {
    this.#isKnown ??= catalogueFacts(this.text) !== undefined;
    return this.#isKnown;
  }

  /** Returns whether a number of this name names a thing and measures nothing. */
  get namesThing(): boolean {
    this.#namesThing ??= namesThing(this.text);
    return this.#namesThing;
  }

  /** The unit that the end of the name tells; `undefined` for a metric of the catalogue, which has its own. */
  get unit(): string | undefined {
    this.#unit ??= { unit: this.isKnown ? undefined : unitOf(this.text) };
    return this.#unit.unit;
  }

  /** The kind that the name tells; `undefined` for most. */
  get kind(): MetricKind | undefined {
    this.#kind ??= { kind: kindOf(this.text) };
    return this.#kind.kind;
  }

  /** Returns how a text of this name identifies what the document describes; `undefined` if it does not. */
  get identity(): Identity | undefined {
    this.#identity ??= { identity: identityOf(this.text) };
    return this.#identity.identity;
  }

  /** @see factRankOf */
  get factRank(): number {
    this.#factRank ??= factRankOf(this.text);
    return this.#factRank;
  }
}

let top = new Path('');
let remembered = 0;
let rememberedCharacters = 0;

/** Returns the beginning of all paths of a document. Paths are forgotten between documents when too many are remembered. */
export function topPath(): Path {
  if (remembered > rememberedMax || rememberedCharacters > rememberedCharactersMax) {
    top = new Path('');
    remembered = 0;
    rememberedCharacters = 0;
  }
  return top;
}

/**
 * Returns the path of a name below another path.
 * @returns `undefined` for a path that is empty or too long, or that contains the name `__proto__`
 */
export function pathBelow(parent: Path, name: string): Path | undefined {
  const known = parent.child(name);
  if (known !== undefined) return known;
  const characters = parent === top ? name.length : parent.text.length + 1 + name.length;
  if (characters === 0 || characters > pathCharactersMax || hasProto(name)) return undefined;
  const path = new Path(parent === top ? name : `${parent.text}.${name}`);
  parent.addChild(name, path);
  remembered += 1;
  rememberedCharacters += path.text.length;
  return path;
}

const hasProto = (name: string): boolean => name.includes('__proto__') && name.split('.').includes('__proto__');
