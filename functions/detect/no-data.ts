import type { Anomaly } from '../shared/domain/anomaly.ts';
import { secondMs } from '../shared/domain/durations.ts';
import { type Entity, entityPath } from '../shared/domain/entity.ts';
import { anomalyId } from '../shared/domain/ids.ts';
import { compareText } from '../shared/domain/order.ts';
import { printable } from '../shared/domain/printable.ts';
import type { Series } from '../shared/domain/series.ts';
import type { ClosedBecause } from './episode.ts';
import { longText } from './reason.ts';
import type { Quietness } from './silent-entities.ts';

/** The name of the state block with the open anomalies. */
export const noDataBlock = 'no-data';

/** The metric and the dataset of these anomalies. */
const noData = 'offbeat.no_data';

/** The open anomaly of an entity that ships no samples, or of many at once. */
export interface Absence {
  readonly scope: string;
  readonly series: Series;
  readonly startsAtMs: number;
  revision: number;
  reportedAtMs: number;
  /** The time from which on the silence is an anomaly, ms. */
  readonly limitMs: number;
  readonly severity: Anomaly['severity'];
  /** The silent entities in words, without the time. */
  readonly subject: string;
  /** The usual interval, in words. */
  readonly usual: string;
}

/** The open anomalies of a partition for what ships no samples any more. */
export class NoData {
  readonly #absences: Map<string, Absence>;
  #isChanged = false;

  constructor(bytes?: Uint8Array) {
    this.#absences = new Map(bytes === undefined ? [] : JSON.parse(Buffer.from(bytes).toString()));
  }

  get size(): number {
    return this.#absences.size;
  }

  get(key: string): Absence | undefined {
    return this.#absences.get(key);
  }

  /** Returns the absences of a scope, in the order of their keys. */
  ofScope(scope: string): [string, Absence][] {
    return [...this.#absences].filter(([, absence]) => absence.scope === scope).sort(([a], [b]) => compareText(a, b));
  }

  /** Opens an absence. @returns its first record */
  open(key: string, absence: Absence, stageMs: number): Anomaly {
    this.#absences.set(key, absence);
    return this.report(absence, stageMs);
  }

  /** Returns the next record of an open absence. */
  report(absence: Absence, stageMs: number): Anomaly {
    this.#isChanged = true;
    return { ...nextReport(absence, stageMs), state: 'open' };
  }

  /** Removes an absence. @returns its last record */
  close(key: string, absence: Absence, stageMs: number, because: ClosedBecause): Anomaly {
    this.#isChanged = true;
    this.#absences.delete(key);
    const endsAtMs = Math.max(absence.startsAtMs, stageMs);
    return { ...nextReport(absence, stageMs), state: 'closed', endsAtMs, closedBecause: because };
  }

  /** @returns the block to store if it changed since the last call; `null` if nothing is absent any more */
  takeChangedBlock(): Uint8Array | null | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    if (this.#absences.size === 0) return null;
    return Buffer.from(JSON.stringify([...this.#absences].sort(([a], [b]) => compareText(a, b))));
  }
}

/** Returns the absence of one entity. @param nowMs stage time */
export function absenceOf(scope: string, { entity, forMs, cadenceMs, limitMs }: Quietness, nowMs: number): Absence {
  return {
    scope,
    series: { entity, metric: noData, dimensions: {} },
    startsAtMs: nowMs - forMs,
    revision: 0,
    reportedAtMs: 0,
    limitMs,
    severity: 'warning',
    subject: entityPath(entity),
    usual: `usually every ${longText(cadenceMs)}`,
  };
}

/** The number of entities that the absence of many names. */
const namesMax = 3;

/**
 * Returns the absence of many entities of a cluster at once: their shipper, their network or their way to Offbeat is at
 * fault, and not each of them.
 * @param of the number of entities of the cluster in the partition that are missed
 */
export function absenceOfMany(
  scope: string,
  silent: readonly Quietness[],
  { of, partition, nowMs }: { readonly of: number; readonly partition: number; readonly nowMs: number },
): Absence {
  const { cluster } = silent[0]!.entity;
  const shippers: Entity = { cluster, kind: 'service', name: 'shippers' };
  const names = silent.slice(0, namesMax).map(({ entity }) => `${entity.kind} ${entity.name}`);
  const others = silent.length > namesMax ? ` and ${silent.length - namesMax} more` : '';
  return {
    scope,
    series: { entity: shippers, metric: noData, dimensions: { partition: String(partition) } },
    startsAtMs: nowMs - Math.max(...silent.map(({ forMs }) => forMs)),
    revision: 0,
    reportedAtMs: 0,
    limitMs: Math.min(...silent.map(({ limitMs }) => limitMs)),
    severity: 'critical',
    subject: `${silent.length} of ${of} entities`,
    usual: `${names.join(', ')}${others}: what ships them, or the way from there, is at fault`,
  };
}

function nextReport(absence: Absence, stageMs: number): Omit<Anomaly, 'state'> {
  const { scope, series, startsAtMs, limitMs, severity, subject, usual } = absence;
  const forMs = Math.max(0, stageMs - startsAtMs);
  absence.revision += 1;
  absence.reportedAtMs = stageMs;
  return {
    id: anomalyId(series, startsAtMs, 'no data'),
    revision: absence.revision,
    kind: 'no data',
    series,
    dataset: noData,
    startsAtMs,
    updatedAtMs: stageMs,
    peak: forMs / secondMs,
    upper: limitMs / secondMs,
    unit: 's',
    score: 1,
    direction: 'up',
    detector: 'no data',
    severity,
    reason: printable(`no data from ${subject} for ${longText(forMs)}; ${usual}`),
    scope,
  };
}
