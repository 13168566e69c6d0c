import type { Entity } from '../shared/domain/entity.ts';

const name = 'offbeat-canary';

/** Returns the entity that normalise gives {@link canaryDocument}, in the cluster of documents that name no host. */
export const canaryEntity = (cluster: string): Entity => ({ cluster, kind: 'service', name });

/**
 * Returns a document in the form of Metricbeat, about a service with a constant value. It passes through the same stages as
 * other documents, and cannot cause an anomaly.
 */
export const canaryDocument = (timeMs: number) => ({
  '@timestamp': new Date(timeMs).toISOString(),
  event: { module: 'offbeat', dataset: 'offbeat.canary' },
  metricset: { name: 'canary' },
  agent: { type: 'offbeat' },
  service: { type: 'offbeat', address: name },
  offbeat: { canary: { up: 1 } },
});
