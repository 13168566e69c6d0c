import { minuteMs } from '../shared/domain/durations.ts';
import type { Effect } from '../shared/log/record.ts';
import { scopedPath } from './capacity.ts';
import { closeSeries, openSeries } from './close-series.ts';
import { anomalyEffect } from './emit.ts';
import { repeatMs } from './episode.ts';
import { type Absence, absenceOf, absenceOfMany } from './no-data.ts';
import type { GroupIdentity } from './series-group.ts';
import { type NoDataRule, type Quietness, quietnessOf } from './silent-entities.ts';
import type { DetectState } from './state.ts';

/** The share of a cluster's entities in a partition, and their least number, that are one anomaly if they fall silent at once. */
const shareOfMany = 0.5;
const manyFrom = 3;

/** A scope, the partition of `detect`, the settings, and the scope's time before and now, ms. */
export interface Missing {
  readonly scope: string;
  readonly partition: number;
  readonly rule: NoDataRule;
  readonly beforeMs: number | undefined;
  readonly nowMs: number;
}

/**
 * Reports entities that ship no samples any more, once a minute of stage time. The open anomalies of such an entity close,
 * after it was reported: nothing is known of them. Where more than half of a cluster's entities fall silent at once, they are one
 * anomaly.
 */
export function missEntities(state: DetectState, missing: Missing, effects: Effect[]): void {
  const { scope, rule, beforeMs, nowMs } = missing;
  if (beforeMs === undefined || Math.floor(beforeMs / minuteMs) >= Math.floor(nowMs / minuteMs)) return;
  const known = new Map(
    state.table
      .entities(scope)
      .flatMap(([key, groups]): [string, Quietness][] => {
        const quietness = quietnessOf(groups, state.clocks, rule);
        return quietness === undefined ? [] : [[key, quietness]];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  forgetGone(state, known, missing, effects);
  const byCluster = Map.groupBy(known, ([, { entity }]) => entity.cluster);
  for (const [cluster, entities] of byCluster) missInCluster(state, cluster, { entities, missing }, effects);
  for (const [, absence] of state.noData.ofScope(scope)) {
    if (Math.abs(nowMs - absence.reportedAtMs) >= repeatMs) {
      effects.push(anomalyEffect(state.noData.report(absence, nowMs)));
    }
  }
}

/** Closes the anomaly of an entity that ships samples again. */
export function noteReturn(state: DetectState, identity: GroupIdentity, stageMs: number, effects: Effect[]): void {
  if (state.noData.size === 0) return;
  const key = scopedPath(identity);
  const absence = state.noData.get(key);
  if (absence !== undefined) effects.push(anomalyEffect(state.noData.close(key, absence, stageMs, 'data again')));
}

/** Closes all anomalies of a replay that ended. */
export function endAbsences(state: DetectState, scope: string, stageMs: number, effects: Effect[]): void {
  for (const [key, absence] of state.noData.ofScope(scope)) {
    effects.push(anomalyEffect(state.noData.close(key, absence, stageMs, 'replay ended')));
  }
}

const keyOfMany = (scope: string, cluster: string): string => `${scope}\u0000${cluster}`;
const isOfMany = ({ series }: Absence): boolean => Object.hasOwn(series.dimensions, 'partition');

/** Closes the anomalies of entities that are ignored now or whose series were forgotten, and of clusters without entities. */
function forgetGone(
  state: DetectState,
  known: ReadonlyMap<string, Quietness>,
  { scope, nowMs }: Missing,
  effects: Effect[],
): void {
  const clusters = new Set([...known.values()].map(({ entity }) => keyOfMany(scope, entity.cluster)));
  const kept = new Set(state.table.entities(scope).map(([key]) => key));
  for (const [key, absence] of state.noData.ofScope(scope)) {
    const isKnown = isOfMany(absence) ? clusters.has(key) : known.has(key);
    const because = kept.has(key) ? 'ignored by settings' : 'series forgotten';
    if (!isKnown) effects.push(anomalyEffect(state.noData.close(key, absence, nowMs, because)));
  }
}

interface InCluster {
  readonly entities: readonly (readonly [string, Quietness])[];
  readonly missing: Missing;
}

function missInCluster(state: DetectState, cluster: string, { entities, missing }: InCluster, effects: Effect[]): void {
  const { scope, partition, nowMs } = missing;
  // Entities that have been silent for long, such as hosts that were switched off, do not fall silent together with others.
  const present = entities.filter(([key]) => state.noData.get(key) === undefined);
  const overdue = present.filter(([, { isOverdue }]) => isOverdue);
  const silent = overdue.filter(([, { isSilent }]) => isSilent);
  const areMany = isMany(overdue.length, present.length);
  const key = keyOfMany(scope, cluster);
  const many = state.noData.get(key);
  const stillOverdue = present.filter(([, { staysOverdue }]) => staysOverdue);
  if (many !== undefined && isMany(stillOverdue.length, present.length)) return;
  if (many !== undefined) effects.push(anomalyEffect(state.noData.close(key, many, nowMs, 'data again')));
  if (silent.length > 0 && areMany) {
    const found = overdue.map(([, quietness]) => quietness);
    const absence = absenceOfMany(scope, found, { of: present.length, partition, nowMs });
    effects.push(anomalyEffect(state.noData.open(key, absence, nowMs)));
    return;
  }
  for (const [entityKey, quietness] of silent) {
    effects.push(anomalyEffect(state.noData.open(entityKey, absenceOf(scope, quietness, nowMs), nowMs)));
    closeAll(state, quietness, nowMs, effects);
  }
}

const isMany = (count: number, of: number): boolean => count >= manyFrom && count > shareOfMany * of;

/** Closes the open anomalies of the series of an entity that is silent. */
function closeAll(state: DetectState, { groups }: Quietness, stageMs: number, effects: Effect[]): void {
  for (const group of [...groups].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const open = openSeries(group);
    for (const index of open) closeSeries(group, index, { stageMs, because: 'no data' }, effects);
    if (open.length > 0) state.table.markChanged(group);
  }
}
