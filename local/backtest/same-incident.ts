import type { Alert } from '../../functions/shared/domain/alert.ts';
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
 * Incidents, each known by its anomalies, and by its likely cause and start. Ids of alerts differ between runs, because the first
 * anomaly of an alert may be another one; and its anomalies may begin later under another setting.
 */
export class KnownIncidents {
  readonly #keys = new Set<string>();

  constructor(incidents: Iterable<IncidentKeys>) {
    for (const incident of incidents) {
      for (const id of incident.anomalies) this.#keys.add(id);
      this.#keys.add(placeOf(incident, 0));
    }
  }

  /** Returns whether one of them has an anomaly of this one, or began with the same entity within about 5 minutes. */
  has(incident: IncidentKeys): boolean {
    for (const id of incident.anomalies) if (this.#keys.has(id)) return true;
    return [-1, 0, 1].some((offset) => this.#keys.has(placeOf(incident, offset)));
  }
}

const placeOf = ({ entity, startsAtMs }: Pick<Alert, 'entity' | 'startsAtMs'>, offset: number): string =>
  `${entityPath(entity)} ${Math.floor(startsAtMs / nearMs) + offset}`;
