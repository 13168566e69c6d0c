import type { Signal } from '../shared/domain/signal.ts';
import type { Effect } from '../shared/log/record.ts';
import { type Applying, applyOldestIfFull } from './apply-anomaly.ts';
import { noteEntity } from './note-entity.ts';
import type { AlertState } from './state.ts';

type EntitySignal = Extract<Signal, { kind: 'entity' }>;

/**
 * Holds the place of an entity under its tick, as anomalies are held, so that the same anomalies are connected whichever
 * detect partition is read first (ONE-ORDER).
 */
export function applyEntity(state: AlertState, { record, tickMs }: EntitySignal, by: Applying): Effect[] {
  const nowMs = state.clocks.now(record.scope);
  if (nowMs !== undefined && tickMs < nowMs) {
    if (tickMs > 0) state.count('entity after its tick');
    noteEntity(state, record, nowMs);
    return [];
  }
  state.holdEntity(record.scope, tickMs, record);
  return applyOldestIfFull(state, by);
}
