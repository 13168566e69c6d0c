import type { Facts } from '../shared/domain/sample.ts';
import { murmur2 } from '../shared/log/topics.ts';

/** The most facts of which a case keeps when they were seen. */
const seenMax = 128;
/** The number of close documents that show that several things alternate, if the shipper states its period. */
const lapsNeeded = 3;
/** The same where the period is only learned: documents that come irregularly must not look like that. */
const lapsNeededOfLearned = 8;
/** The share by which two laps may differ. */
const lapTolerance = 0.2;

/** The number of contradictions that are reported although no fact came back. */
const contradictionsNeeded = 4;

/** The evidence about one group in which a collision was seen or is suspected. */
export interface CollisionCase {
  /** The key of the group. */
  readonly group: string;
  /** The time of the newest document, and the hashes of its facts with their values. */
  timestampMs: number;
  facts: readonly number[];
  /** The time at which each fact was last seen with its value, the oldest first. */
  readonly seen: Map<number, number>;
  /** The number of close documents in a row whose facts came back after equal times, and that time. */
  laps: number;
  lapMs: number;
  /** The number of documents that contradicted the one before. */
  contradictions: number;
  /** The number of documents since the case began. */
  documents: number;
  isConfirmed: boolean;
}

/** A document of the group of a case. */
export interface CaseDocument {
  readonly timestampMs: number;
  readonly facts: Facts;
  /** Means that it has another value than the document before, at the same moment. */
  readonly contradicts: boolean;
  /** Means that it came less than half of the usual time after the document before. */
  readonly isClose: boolean;
  /** Means that its shipper states the usual time. */
  readonly hasPeriod: boolean;
}

/** Returns a case that begins with a document. What it differs from is not known: its facts are kept for the next. */
export function openCase(group: string, document: CaseDocument): CollisionCase {
  const begun: CollisionCase = {
    group,
    timestampMs: document.timestampMs,
    facts: [],
    seen: new Map(),
    laps: 0,
    lapMs: 0,
    contradictions: 0,
    documents: 0,
    isConfirmed: false,
  };
  keep(begun, document, hashesOf(document.facts));
  return begun;
}

/**
 * Adds a document of the group to a case.
 *
 * A document that contradicts the one before confirms a collision. One that only comes too soon may be a shipper that was
 * restarted, or a thing that has no period. So the same texts must come back, again and again, after equal times, while
 * other documents come in between: then several things alternate.
 * @returns the names of the facts that tell the two things apart, the surest first; `undefined` if there is no collision
 */
export function addDocument(known: CollisionCase, document: CaseDocument): readonly string[] | undefined {
  const { timestampMs, facts, contradicts, isClose, hasPeriod } = document;
  if (timestampMs < known.timestampMs) return undefined;
  const hashes = hashesOf(facts);
  const names = Object.keys(facts);
  const differing = names.filter((_, nth) => !known.facts.includes(hashes[nth]!));
  const returning = differing.filter((name) => known.seen.has(hashes[names.indexOf(name)]!));
  if (isClose)
    noteLap(known, returning.length > 0 ? timestampMs - known.seen.get(hashes[names.indexOf(returning[0]!)]!)! : 0);
  keep(known, document, hashes);
  if (contradicts || known.laps >= (hasPeriod ? lapsNeeded : lapsNeededOfLearned)) known.isConfirmed = true;
  if (contradicts) {
    known.contradictions += 1;
    // What is new with each document, such as the id of a request, tells no things apart: what comes back is surer.
    if (returning.length === 0 && known.contradictions < contradictionsNeeded) return undefined;
    return [...returning, ...differing.filter((name) => !returning.includes(name))];
  }
  return known.isConfirmed && isClose && returning.length > 0 ? returning : undefined;
}

/** @param lapMs the time after which a fact came back; 0 if none did */
function noteLap(known: CollisionCase, lapMs: number): void {
  const isRegular = known.laps > 0 && Math.abs(lapMs - known.lapMs) <= lapTolerance * known.lapMs;
  known.laps = lapMs === 0 ? 0 : isRegular ? known.laps + 1 : 1;
  if (!isRegular) known.lapMs = lapMs;
}

function keep(known: CollisionCase, { timestampMs }: CaseDocument, hashes: readonly number[]): void {
  known.timestampMs = timestampMs;
  known.facts = hashes;
  known.documents += 1;
  for (const hash of hashes) {
    known.seen.delete(hash);
    known.seen.set(hash, timestampMs);
  }
  for (const [oldest] of known.seen) {
    if (known.seen.size <= seenMax) break;
    known.seen.delete(oldest);
  }
}

/** Returns a hash of each fact with its value, 32 bits, in the order of the facts. */
const hashesOf = (facts: Facts): number[] =>
  Object.entries(facts).map(([name, value]) => murmur2(Buffer.from(`${name}\u0000${value}`)) >>> 0);
