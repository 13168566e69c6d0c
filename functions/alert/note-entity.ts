import { hourMs } from '../shared/domain/durations.ts';
import { clusterOf, type EntityRecord } from '../shared/domain/edge.ts';
import type { Settings } from '../shared/domain/settings.ts';
import type { ClusterState } from './cluster-state.ts';
import type { AlertState } from './state.ts';

/** Milliseconds without a record after which the place of an entity is forgotten: detect reports it every hour. */
export const forgetEntityMs = 24 * hourMs;

/** Notes the place of an entity in its cluster. @param atMs stage time, ms */
export function noteEntity(state: AlertState, record: EntityRecord, atMs: number): void {
  state.cluster(record.scope, record.entity.cluster).entities.note(record, atMs);
}

/** Notes the edges of a cluster that the settings declare. */
export function noteDeclared({ name, entities }: ClusterState, { edges }: Settings): void {
  if (edges.length === 0 && entities.declared.length === 0) return;
  entities.declare(edges.filter(({ from }) => clusterOf(from) === name));
}
