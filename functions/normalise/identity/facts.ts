import { isName } from '../../shared/domain/name.ts';
import { compareText } from '../../shared/domain/order.ts';
import { type Facts, factCharactersMax, factsMax } from '../../shared/domain/sample.ts';
import { withoutPaths } from '../../shared/domain/withheld.ts';
import { hostRank, noFact } from '../document/fact-words.ts';
import type { FlatDocument } from '../document/flatten.ts';
import type { Path } from '../document/path.ts';

/** The most characters of a fact's name, as the schema of a sample limits it. */
const nameMax = 128;
/** The most texts of a list that become one fact, such as the addresses of a host. */
const listMax = 16;
/** The most characters of a text with an address that are read. */
const addressMax = 2_000;

/**
 * Returns the texts of a document that are no part of its identity, and the numbers that name a thing. Versions, states and
 * addresses come first where there are more than a sample may have.
 * @param isOfHost whether the sample describes the host of the document: only then are facts of the host its own
 * @param isLeftOut returns whether a path is a dimension, names the entity, or is left out by the settings
 * @returns `undefined` if there are none
 */
export function factsOf(
  document: FlatDocument,
  isOfHost: boolean,
  isLeftOut: (path: string) => boolean,
): Facts | undefined {
  const found: RankedFact[] = [];
  for (const [place, path] of document.paths.entries()) {
    const rank = path.factRank;
    if (rank === noFact || (rank === hostRank && !isOfHost)) continue;
    const value = factAt(path, document.values[place]);
    if (value === undefined || !isFit(path.text) || isLeftOut(path.text)) continue;
    found.push({ rank, name: path.text, value });
  }
  return boundedFacts(found);
}

/** Returns whether a path can be the name of a fact. A text that nobody needs is no reason to refuse its document. */
const isFit = (name: string): boolean => name !== '' && name.length <= nameMax && isName(name);

/** A fact with its rank; lower ones are preferred. */
export interface RankedFact {
  readonly rank: number;
  readonly name: string;
  readonly value: string;
}

/** Returns as many facts as a sample may have, those of the lowest ranks; `undefined` if there are none. */
export function boundedFacts(found: RankedFact[]): Facts | undefined {
  if (found.length === 0) return undefined;
  const kept =
    found.length <= factsMax
      ? found
      : found.sort((a, b) => a.rank - b.rank || compareText(a.name, b.name)).slice(0, factsMax);
  const facts: Record<string, string> = {};
  for (const { name, value } of kept) facts[name] = value;
  return facts;
}

function factAt(path: Path, value: unknown): string | undefined {
  if (typeof value === 'number') return path.namesThing && Number.isSafeInteger(value) ? String(value) : undefined;
  const text = Array.isArray(value) ? listText(value) : value;
  if (typeof text !== 'string' || path.isKnown) return undefined;
  return factText(text);
}

const listText = (values: readonly unknown[]): string | undefined =>
  values.length <= listMax && values.every((value) => typeof value === 'string') ? values.join(', ') : undefined;

/** Returns a text as a fact: cut, and without what may be secret in an address. */
export function factText(text: string): string | undefined {
  const shown = text.includes('://') ? withoutPaths(text.slice(0, addressMax)) : text;
  const short = shown.slice(0, factCharactersMax);
  return short.includes('\u0000') || short.trim() === '' ? undefined : short.toWellFormed();
}
