import { canaryName } from '../shared/domain/canary.ts';

/**
 * Returns a document in the form of Metricbeat, about a service with a constant value. It passes through the same stages as
 * other documents, and cannot cause an anomaly.
 */
export const canaryDocument = (timeMs: number) => ({
  '@timestamp': new Date(timeMs).toISOString(),
  event: { module: 'offbeat', dataset: 'offbeat.canary' },
  metricset: { name: 'canary' },
  agent: { type: 'offbeat' },
  service: { type: 'offbeat', address: canaryName },
  offbeat: { canary: { up: 1 } },
});
