import { hourMs } from '../shared/domain/durations.ts';
import { entityPath } from '../shared/domain/entity.ts';
import { dimensionsText } from '../shared/domain/series-text.ts';
import { wasAhead } from '../shared/time/append-time.ts';
import { addDocument, type CaseDocument, type CollisionCase, openCase } from './collision-case.ts';
import type { Group, GroupIdentity } from './series-group.ts';

/** The name of the state block with the cases. */
export const collisionsBlock = 'collisions';

/** The most datasets with a case. Collisions of further ones are counted and not explained. */
const casesMax = 32;
/** The number of documents after which another group of the dataset may take the place of an unconfirmed case. */
const documentsMax = 64;
/** A case is forgotten this long after its newest collision, ms. A collision is reported at most once in this time. */
const reportEveryMs = hourMs;
/** The most facts that a report names. */
const namesMax = 5;

/** The case of a dataset. */
interface DatasetCase {
  readonly scope: string;
  known: CollisionCase;
  /** The append times of the newest collision or suspicion, and of the newest report; 0 if there was none. Ms. */
  newestMs: number;
  reportedMs: number;
}

/** The outcome of one document. */
export interface CollisionOutcome {
  /** Means that the document came too close to one of another thing. One that contradicts it is counted by its values. */
  readonly isTooClose: boolean;
  /** The detail of the dead letter to send. */
  readonly report: string | undefined;
}

const nothing: CollisionOutcome = { isTooClose: false, report: undefined };

/**
 * The collisions of a partition: documents of several things that come as one series, because nothing tells them apart.
 * One group of each scope and dataset is looked into at a time, so that the facts of all other groups need no memory.
 */
export class Collisions {
  readonly #cases = new Map<string, DatasetCase>();
  readonly #groups = new Set<string>();
  #isChanged = false;

  constructor(bytes?: Uint8Array) {
    if (bytes === undefined) return;
    for (const [key, stored] of JSON.parse(Buffer.from(bytes).toString()) as StoredCase[]) {
      const known = { ...stored.known, seen: new Map(stored.known.seen) };
      this.#cases.set(key, { ...stored, known });
      this.#groups.add(known.group);
    }
  }

  /** Returns whether the documents of a group are compared with each other. */
  follows({ key }: Group): boolean {
    return this.#groups.size > 0 && this.#groups.has(key);
  }

  /**
   * Notes a document that contradicts the one before or is close to it, or that belongs to a group that is looked into.
   * @param appendedMs its append time
   */
  note(group: Group, document: CaseDocument, appendedMs: number): CollisionOutcome {
    const key = `${group.identity.scope}\u0000${group.identity.dataset}`;
    const found = this.#cases.get(key);
    const isSuspicious = document.contradicts || document.isClose;
    if (found?.known.group !== group.key) {
      if (isSuspicious && this.#mayBegin(found, document, appendedMs)) this.#begin(key, group, document, appendedMs);
      return nothing;
    }
    this.#isChanged = true;
    if (isSuspicious) found.newestMs = appendedMs;
    const names = addDocument(found.known, document);
    if (names === undefined) return nothing;
    const isDue =
      found.reportedMs === 0 ||
      appendedMs - found.reportedMs >= reportEveryMs ||
      wasAhead(found.reportedMs, appendedMs);
    if (isDue) found.reportedMs = appendedMs;
    return { isTooClose: !document.contradicts, report: isDue ? reportOf(group.identity, names) : undefined };
  }

  /** Returns whether another group's case may begin: a contradiction is surer than documents that are only close. */
  #mayBegin(found: DatasetCase | undefined, { contradicts }: CaseDocument, appendedMs: number): boolean {
    if (found === undefined) return this.#cases.size < casesMax;
    if (found.known.isConfirmed) return appendedMs - found.newestMs >= reportEveryMs;
    return contradicts || found.known.documents >= documentsMax;
  }

  #begin(key: string, group: Group, document: CaseDocument, appendedMs: number): void {
    const before = this.#cases.get(key);
    if (before !== undefined) this.#groups.delete(before.known.group);
    this.#groups.add(group.key);
    this.#isChanged = true;
    this.#cases.set(key, {
      scope: group.identity.scope,
      known: openCase(group.key, document),
      newestMs: appendedMs,
      reportedMs: before?.reportedMs ?? 0,
    });
  }

  /** Forgets the cases without a collision since an append time, ms. */
  forgetBefore(appendedMs: number): void {
    this.#forget(({ newestMs }) => newestMs < appendedMs);
  }

  /** Forgets the cases of a replay that is over. */
  forgetScope(scope: string): void {
    this.#forget((each) => each.scope === scope);
  }

  #forget(isOver: (each: DatasetCase) => boolean): void {
    for (const [key, each] of this.#cases) {
      if (!isOver(each)) continue;
      this.#cases.delete(key);
      this.#groups.delete(each.known.group);
      this.#isChanged = true;
    }
  }

  /** @returns the block to store if it changed since the last call; `null` if there is no case any more */
  takeChangedBlock(): Uint8Array | null | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    if (this.#cases.size === 0) return null;
    const stored = [...this.#cases].map(([key, each]): StoredCase => {
      return [key, { ...each, known: { ...each.known, seen: [...each.known.seen] } }];
    });
    return Buffer.from(JSON.stringify(stored));
  }
}

/** The time after which a case without collisions is forgotten, ms. */
export const forgetCaseAfterMs = reportEveryMs;

type StoredCase = readonly [
  key: string,
  Omit<DatasetCase, 'known'> & {
    readonly known: Omit<CollisionCase, 'seen'> & { readonly seen: readonly (readonly [number, number])[] };
  },
];

/**
 * Returns the detail of the dead letter of a collision.
 * @param names the facts that tell the things apart, the surest first
 */
function reportOf(identity: GroupIdentity, names: readonly string[]): string {
  const { dataset, dimensions } = identity;
  const what = `${entityPath(identity.entity)} ${dataset}${dimensionsText(dimensions)}: documents of several things come as one series`;
  const [first] = names;
  if (first === undefined) {
    return `${what}; no text tells them apart: two shippers may send the same, or the documents have no time of their own`;
  }
  const differ = names.slice(0, namesMax).join(', ');
  const setting = `sources: [{match: {dataset: ${quoted(dataset)}}, dimensions: [${quoted(first)}]}]`;
  return `${what}; they differ in ${differ}; to tell them apart, add to the settings: ${setting}`;
}

/** Returns a text as YAML reads it within brackets. */
const quoted = (text: string): string => (/^[A-Za-z_][\w./-]*$/.test(text) ? text : JSON.stringify(text));
