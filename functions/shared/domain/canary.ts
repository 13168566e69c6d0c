import type { Entity } from './entity.ts';

/** The name of the service that a canary is about: a document that `self-check` sends to see that it arrives in the warehouse. */
export const canaryName = 'offbeat-canary';

/** Returns the entity that normalise gives a canary, in the cluster of documents that name no host. */
export const canaryEntity = (cluster: string): Entity => ({ cluster, kind: 'service', name: canaryName });
