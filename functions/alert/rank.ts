import type { Suspect } from '../shared/domain/alert.ts';
import { seriesFacts } from '../shared/domain/catalogue/catalogue.ts';
import type { EntityKind } from '../shared/domain/entity.ts';
import { printable } from '../shared/domain/printable.ts';
import { metricWords, type Series } from '../shared/domain/series.ts';
import { pathOf } from './alert-index.ts';
import { earliestOnsetMs, type Member, severityRank } from './cluster-state.ts';
import { KnownEntities } from './known-entities.ts';
import { depthOf } from './topology.ts';

/**
 * Milliseconds within which onsets count as equal: two collections of 10 s, because a finer order does not show a
 * cause.
 */
const onsetStepMs = 20_000;
const suspectsMax = 10;
/** The score that stands for all above it. */
const scoreMax = 0.999;
/** The smallest share of a change that is worth a word. */
const shareMin = 0.5;
const noEntities = new KnownEntities();

/** One entity of an alert, by its anomaly of the highest rank, and what speaks for it as the cause. */
interface Candidate {
  readonly member: Member;
  readonly path: string;
  /** The steps of {@link onsetStepMs} from the first onset to its own. */
  readonly step: number;
  /** The entities of the alert that need it, directly or through others. */
  downstream: number;
  /** The entity's share of the change of its quantity in one direction, over all entities of the alert, in [0, 1]. */
  readonly share: number;
  /** The number of entities that have that change. */
  readonly sharers: number;
  /** The number of other known entities of its kind, if none of them has an anomaly here; else 0. */
  readonly finePeers: number;
}

/**
 * Ranks the entities that may have caused an incident, by these rules in this order:
 *
 * 1. the earliest onset, in steps of 20 s;
 * 2. the severity;
 * 3. upstream: the number of the alert's entities that need it, along edges;
 * 4. the score, where one is twice as far off as the other, in steps of a factor of two;
 * 5. its share of the change of its metric, or of all bytes that are moved, in tenths;
 * 6. the score;
 * 7. its peers are fine;
 * 8. the kind: what runs on hosts comes after them.
 *
 * Each entity is named once, by its anomaly of the highest rank.
 * @param members  at least one
 * @param entities the known entities of the cluster, with their edges
 * @returns at most 10 suspects, the likely cause first, each with the reason for its rank
 */
export function rankSuspects(members: readonly Member[], entities: KnownEntities = noEntities): Suspect[] {
  const firstMs = earliestOnsetMs({ members: [...members] });
  const candidates = candidatesOf(members, firstMs, entities);
  countDownstream(candidates, entities);
  const [cause, ...others] = candidates.sort(byRank).slice(0, suspectsMax);
  return [
    suspect(cause!, whyFirst(cause!, others[0])),
    ...others.map((candidate) => suspect(candidate, whyAfter(candidate, cause!, firstMs))),
  ];
}

function byRank(a: Candidate, b: Candidate): number {
  return (
    a.step - b.step ||
    severityRank[b.member.severity] - severityRank[a.member.severity] ||
    b.downstream - a.downstream ||
    scoreStep(b) - scoreStep(a) ||
    shareStep(b) - shareStep(a) ||
    b.member.score - a.member.score ||
    Number(b.finePeers > 0) - Number(a.finePeers > 0) ||
    depthOf(a.member.series.entity.kind) - depthOf(b.member.series.entity.kind) ||
    (a.member.id < b.member.id ? -1 : 1)
  );
}

/** Returns the multiple of the usual variation that a score stands for, as a power of two: less of a difference is chance. */
const scoreStep = ({ member: { score } }: Candidate): number => {
  const most = Math.min(score, scoreMax);
  return Math.floor(Math.log2(most / (1 - most)));
};

const shareStep = ({ share }: Candidate): number => Math.round(10 * share);

/** Returns a candidate for each entity, by its anomaly of the highest rank. */
function candidatesOf(members: readonly Member[], firstMs: number, entities: KnownEntities): Candidate[] {
  const stepOf = ({ startsAtMs }: Member): number => Math.floor((startsAtMs - firstMs) / onsetStepMs);
  const best = new Map<string, Member>();
  for (const member of members) {
    const path = pathOf(member);
    const known = best.get(path);
    if (known === undefined || isAbove(member, known, stepOf)) best.set(path, member);
  }
  const changes = changesOf(members);
  const kinds = new Map<EntityKind, number>();
  for (const { series } of best.values()) kinds.set(series.entity.kind, (kinds.get(series.entity.kind) ?? 0) + 1);
  return [...best].map(([path, member]) => {
    const { total, by } = changes.get(changeKey(member)) ?? { total: 0, by: new Map<string, number>() };
    const { kind } = member.series.entity;
    return {
      member,
      path,
      step: stepOf(member),
      downstream: 0,
      share: total > 0 ? (by.get(path) ?? 0) / total : 0,
      sharers: by.size,
      finePeers: kinds.get(kind) === 1 ? Math.max(0, entities.countOf(kind) - 1) : 0,
    };
  });
}

function isAbove(a: Member, b: Member, stepOf: (member: Member) => number): boolean {
  const difference = stepOf(a) - stepOf(b) || severityRank[b.severity] - severityRank[a.severity] || b.score - a.score;
  return difference === 0 ? a.id < b.id : difference < 0;
}

interface Change {
  total: number;
  /** The largest change of each entity. */
  readonly by: Map<string, number>;
}

/** Returns the changes of each quantity in each direction, by entity. */
function changesOf(members: readonly Member[]): ReadonlyMap<string, Change> {
  const changes = new Map<string, Change>();
  for (const member of members) {
    if (member.change === undefined) continue;
    const change = changes.get(changeKey(member)) ?? { total: 0, by: new Map<string, number>() };
    const before = change.by.get(pathOf(member)) ?? 0;
    const size = Math.max(before, Math.abs(member.change));
    change.by.set(pathOf(member), size);
    change.total += size - before;
    changes.set(changeKey(member), change);
  }
  return changes;
}

const changeKey = ({ series, direction }: Member): string => `${direction} ${quantityOf(series)}`;

/** Returns what a change is counted in: who sends most is the cause of what others receive, and write. */
function quantityOf(series: Series): string {
  const facts = seriesFacts(series);
  return facts?.kind === 'counter' && facts.unit === 'By' ? 'bytes' : metricWords(series.metric);
}

/** Counts, for each candidate, the other ones that need it. */
function countDownstream(candidates: readonly Candidate[], entities: KnownEntities): void {
  if (candidates.length === 1 || entities.size === 0) return;
  const { graph } = entities;
  const byPath = new Map(candidates.map((candidate) => [candidate.path, candidate]));
  for (const { path } of candidates) {
    for (const upstream of graph.upstreamOf(path)) {
      const candidate = byPath.get(upstream);
      if (candidate !== undefined) candidate.downstream += 1;
    }
  }
}

function suspect({ member }: Candidate, why: string): Suspect {
  const { id, series, startsAtMs, score, reason } = member;
  return { entity: series.entity, anomalyId: id, series, startsAtMs, score, why: printable(`${why}: ${reason}`) };
}

function whyFirst(cause: Candidate, next: Candidate | undefined): string {
  if (next === undefined) return ['the only entity with an anomaly', ...evidence(cause)].join(', ');
  if (next.step > cause.step) return ['began first', ...evidence(cause)].join(', ');
  return ['began with the first', ...strength(cause, next), ...evidence(cause)].join(', ');
}

function whyAfter(candidate: Candidate, cause: Candidate, firstMs: number): string {
  const began =
    candidate.step === cause.step
      ? ['began with the first', ...strength(candidate, cause)]
      : [`began ${Math.round((candidate.member.startsAtMs - firstMs) / 1000)} s later`];
  return [...began, ...evidence(candidate)].join(', ');
}

/** Returns what decided between two candidates that began together. */
function strength(candidate: Candidate, other: Candidate): string[] {
  const [member, than] = [candidate.member, other.member];
  const severity = severityRank[member.severity] - severityRank[than.severity];
  if (severity !== 0) return [severity > 0 ? 'strongest' : 'weaker'];
  if (candidate.downstream !== other.downstream) return candidate.downstream > other.downstream ? [] : ['downstream'];
  const isByShare = scoreStep(candidate) === scoreStep(other) && shareStep(candidate) !== shareStep(other);
  if (isByShare) return [];
  if (member.score !== than.score) return [member.score > than.score ? 'strongest' : 'weaker'];
  if (candidate.finePeers > 0 !== other.finePeers > 0) return [];
  return [depthOf(member.series.entity.kind) <= depthOf(than.series.entity.kind) ? 'upstream' : 'downstream'];
}

/** Returns what speaks for a candidate, whatever the others are. */
function evidence({ member, downstream, share, sharers, finePeers }: Candidate): string[] {
  const { kind } = member.series.entity;
  return [
    ...(downstream > 0 ? [`upstream of ${downstream} of the others`] : []),
    ...(sharers > 1 && share >= shareMin
      ? [`${Math.round(100 * share)} % of the change in ${quantityOf(member.series)}`]
      : []),
    ...(finePeers > 0 ? [`${finePeers === 1 ? 'its peer is' : `its ${finePeers} peers are`} fine (${kind})`] : []),
  ];
}
