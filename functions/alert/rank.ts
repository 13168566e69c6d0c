import type { Suspect } from '../shared/domain/alert.ts';
import { entityPath } from '../shared/domain/entity.ts';
import { printable } from '../shared/domain/printable.ts';
import { earliestOnsetMs, type Member, severityRank } from './cluster-state.ts';
import { depthOf } from './topology.ts';

/**
 * Milliseconds within which onsets count as equal: two collections of 10 s, because a finer order does not show a
 * cause.
 */
const onsetStepMs = 20_000;
const suspectsMax = 10;

/**
 * Ranks the entities that may have caused an incident: by the earliest onset (in steps of 20 s), then by strength
 * (severity, then score), then by topology, upstream first. Each entity is named once, by its anomaly of the highest
 * rank.
 * @param members at least one
 * @returns at most 10 suspects, the likely cause first, each with the reason for its rank
 */
export function rankSuspects(members: readonly Member[]): Suspect[] {
  const firstMs = earliestOnsetMs({ members: [...members] });
  const ranked = [...members].sort(
    (a, b) =>
      stepOf(a, firstMs) - stepOf(b, firstMs) ||
      severityRank[b.severity] - severityRank[a.severity] ||
      b.score - a.score ||
      depthOf(a.series.entity.kind) - depthOf(b.series.entity.kind) ||
      (a.id < b.id ? -1 : 1),
  );
  const byEntity = new Map<string, Member>();
  for (const member of ranked) {
    const path = entityPath(member.series.entity);
    if (!byEntity.has(path)) byEntity.set(path, member);
  }
  const [cause, ...others] = [...byEntity.values()].slice(0, suspectsMax);
  return [
    suspect(cause!, whyFirst(cause!, others[0], firstMs)),
    ...others.map((member) => suspect(member, whyAfter(member, cause!, firstMs))),
  ];
}

function stepOf({ startsAtMs }: Member, firstMs: number): number {
  return Math.floor((startsAtMs - firstMs) / onsetStepMs);
}

function suspect({ id, series, startsAtMs, score, reason }: Member, why: string): Suspect {
  return { entity: series.entity, anomalyId: id, series, startsAtMs, score, why: printable(`${why}: ${reason}`) };
}

function whyFirst(cause: Member, next: Member | undefined, firstMs: number): string {
  if (next === undefined) return 'the only entity with an anomaly';
  if (stepOf(next, firstMs) > stepOf(cause, firstMs)) return 'began first';
  return `began with the first, ${strength(cause, next)}`;
}

function whyAfter(member: Member, cause: Member, firstMs: number): string {
  if (stepOf(member, firstMs) === stepOf(cause, firstMs)) return `began with the first, ${strength(member, cause)}`;
  return `began ${Math.round((member.startsAtMs - firstMs) / 1000)} s later`;
}

function strength(member: Member, other: Member): string {
  const difference = severityRank[member.severity] - severityRank[other.severity] || member.score - other.score;
  if (difference !== 0) return difference > 0 ? 'strongest' : 'weaker';
  return depthOf(member.series.entity.kind) <= depthOf(other.series.entity.kind) ? 'upstream' : 'downstream';
}
