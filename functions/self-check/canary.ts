import type { Entity } from '../shared/domain/entity.ts';

const name = 'offbeat-canary';

/** What normalise makes of {@link canaryDocument}: its cluster is that of everything that names no host. */
export const canaryEntity = (cluster: string): Entity => ({ cluster, kind: 'service', name });

/**
 * A document as Metricbeat ships them, of a service that is always the same: it goes the way of all others, and
 * nothing about it can be off.
 */
export const canaryDocument = (timeMs: number) => ({
  '@timestamp': new Date(timeMs).toISOString(),
  event: { module: 'offbeat', dataset: 'offbeat.canary' },
  metricset: { name: 'canary' },
  agent: { type: 'offbeat' },
  service: { type: 'offbeat', address: name },
  offbeat: { canary: { up: 1 } },
});
