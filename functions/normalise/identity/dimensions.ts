import { hash } from 'node:crypto';
import { compareText } from '../../shared/domain/order.ts';
import type { Dimensions } from '../../shared/domain/series.ts';
import { type FlatDocument, textOf } from '../document/flatten.ts';
import type { Identity } from '../document/identity-words.ts';
import type { Path } from '../document/path.ts';
import { serviceOf } from './host.ts';
import type { Roots } from './roots.ts';

/** The most dimensions with names of their own. Those beyond are hashed into one. */
export const dimensionsMax = 8;
/** The dimension with the hash of all dimensions beyond the first eight. */
export const othersName = 'others';
/** The most characters of a dimension's name, as the schema of a sample limits it. */
export const dimensionNameMax = 128;
/**
 * The most characters of a dimension. A longer text that is found by its name describes an event and names no thing; that of a
 * label is shortened.
 */
const valueMax = 128;

/** The fields that tell the regions and accounts of a cloud apart: a module measures all of them, at the same moment. */
const ofCloud: ReadonlySet<string> = new Set(['cloud.region', 'cloud.account.id']);

/** A dimension that may be chosen. */
interface Candidate {
  readonly name: string;
  readonly value: string;
  /** The rank; lower ones are preferred: labels, own fields, the service, container, Kubernetes, cloud. */
  readonly rank: number;
  readonly identity?: Identity;
}

/**
 * Returns the dimensions of a document whose dataset has no table: the texts with an identity word, the labels that
 * the measured system declares, and the address of the service.
 * @param roots the roots of the document's own module
 * @param isGiven returns whether a path has another meaning already
 */
export function identityDimensions(
  document: FlatDocument,
  roots: Roots,
  isGiven: (path: string) => boolean,
): Dimensions {
  const candidates: Candidate[] = [];
  for (const [place, path] of document.paths.entries()) {
    const found = candidateOf(path, document.values[place], roots);
    if (found !== undefined && !isGiven(path.text)) candidates.push(found);
  }
  const service = serviceOf(document);
  if (service !== undefined) candidates.push({ name: 'service', value: service, rank: 2 });
  return bounded(withoutIdsOfNamed(candidates));
}

function candidateOf(path: Path, value: unknown, roots: Roots): Candidate | undefined {
  const rank = rankOf(path, roots);
  if (rank === undefined) return undefined;
  const isDeclared = path.root === 'labels' || ofCloud.has(path.text);
  const identity = isDeclared
    ? ({ kind: path.root === 'labels' ? 'label' : 'word', thing: path.text } as const)
    : path.identity;
  if (identity === undefined || path.text.length > dimensionNameMax) return undefined;
  if (typeof value === 'number' ? !numbersThing(path, value, identity) : typeof value !== 'string') return undefined;
  const text = textOf(value);
  if (text === undefined || text.length > valueMax) return undefined;
  return { name: path.text, value: text, rank: identity.kind === 'label' ? 0 : rank, identity };
}

/** Returns whether a number identifies a thing, as `partition.id`: a number of users does not, and a user's id neither. */
function numbersThing(path: Path, value: number, identity: Identity): boolean {
  if (identity.kind === 'label') return true;
  return Number.isSafeInteger(value) && path.namesThing && !/uid$/i.test(path.text);
}

/**
 * Returns the rank of the dimensions at a path; `undefined` for a path that only describes the document, its sender or its
 * location.
 */
function rankOf({ root, text }: Path, roots: Roots): number | undefined {
  if (ofCloud.has(text)) return roots.isOfCloud ? 5 : undefined;
  if (roots.isOwn(root)) return 1;
  if (root === 'container' || root === 'docker') return 3;
  if (root === 'kubernetes') return 4;
  return text.startsWith('cloud.instance.') ? 5 : undefined;
}

/** Leaves out the ids of things that have a name: a pod that is replaced keeps its series. */
function withoutIdsOfNamed(candidates: readonly Candidate[]): readonly Candidate[] {
  const named = new Set<string>();
  for (const { identity } of candidates) if (identity?.kind === 'name') named.add(identity.thing);
  if (named.size === 0) return candidates;
  return candidates.filter(({ identity }) => identity?.kind !== 'id' || !named.has(identity.thing));
}

function bounded(candidates: readonly Candidate[]): Dimensions {
  const sorted = candidates.toSorted((a, b) => a.rank - b.rank || compareText(a.name, b.name));
  return boundedDimensions(sorted.map(({ name, value }) => [name, value]));
}

/**
 * Returns the first eight dimensions, and those beyond as one with their hash, so that no document can make a series of
 * unbounded length and no two documents become one series.
 * @param pairs names and values, the most important first
 */
export function boundedDimensions(pairs: readonly (readonly [name: string, value: string])[]): Dimensions {
  if (pairs.length <= dimensionsMax) return Object.fromEntries(pairs);
  // A dimension that has this name itself would be lost under the hash.
  const named = pairs.filter(([name]) => name !== othersName);
  const beyond = [...pairs.filter(([name]) => name === othersName), ...named.slice(dimensionsMax)];
  beyond.sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries([
    ...named.slice(0, dimensionsMax),
    [othersName, hash('sha256', JSON.stringify(beyond), 'hex').slice(0, 16)],
  ]);
}

/**
 * Returns a text as a dimension of at most so many characters. The end of a longer text is its hash, so that two of them
 * remain two.
 */
export function dimensionText(text: string, charactersMax = valueMax): string {
  if (text.length <= charactersMax) return text;
  return `${text.slice(0, charactersMax - 13).toWellFormed()}~${hash('sha256', text, 'hex').slice(0, 12)}`;
}
