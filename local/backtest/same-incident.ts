import { minuteMs } from '../../functions/shared/domain/durations.ts';
import { type Entity, entityPath } from '../../functions/shared/domain/entity.ts';

/** The fields of an alert that distinguish its incident. */
export interface IncidentKeys {
  readonly anomalies: Iterable<string>;
  /** The entity of the likely cause. */
  readonly entity: Entity;
  /** The start, ms since the epoch. */
  readonly startsAtMs: number;
}

const nearMs = 5 * minuteMs;

/**
 * Returns which incident of one list is which of another: those with an anomaly in common; and of the rest, those with the same
 * likely cause whose starts are at most 5 minutes apart, the earliest first. Each belongs to one of the others at most. Ids of
 * alerts differ between runs, because the first anomaly of an alert may be another one, and begin later under another setting.
 */
export function pairIncidents<One extends IncidentKeys, Other extends IncidentKeys>(
  ones: readonly One[],
  others: readonly Other[],
): ReadonlyMap<One, Other> {
  const pairs = new Map<One, Other>();
  const left = new Set(others);
  const join = (one: One, other: Other | undefined): void => {
    if (other === undefined) return;
    pairs.set(one, other);
    left.delete(other);
  };
  const byAnomaly = new Map(others.flatMap((other) => [...other.anomalies].map((id) => [id, other] as const)));
  for (const one of ones) {
    const found = [...one.anomalies].map((id) => byAnomaly.get(id));
    join(
      one,
      found.find((other) => other !== undefined && left.has(other)),
    );
  }
  const byCause = Map.groupBy(left, ({ entity }) => entityPath(entity));
  for (const same of byCause.values()) same.sort(byStart);
  for (const one of [...ones].sort(byStart)) {
    if (pairs.has(one)) continue;
    const same = byCause.get(entityPath(one.entity)) ?? [];
    join(
      one,
      same.find((other) => left.has(other) && Math.abs(other.startsAtMs - one.startsAtMs) <= nearMs),
    );
  }
  return pairs;
}

const byStart = (a: IncidentKeys, b: IncidentKeys): number => a.startsAtMs - b.startsAtMs;
