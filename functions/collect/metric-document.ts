import type { Clock } from '../shared/ports/clock.ts';

/** The facts that all documents of a collection have in common. */
export interface CollectionContext {
  /** The address of what is collected, as the target names it: `10.77.0.20:9092`. */
  readonly address: string;
  /** The host that the documents are shipped under. It is the key of their records, which keeps their order. */
  readonly hostName: string;
  /** The time at which the collection began, ms since 1970. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** The time between two collections, ms; absent for one that was asked for by hand. */
  readonly periodMs?: number;
}

/**
 * Begins a collection.
 * @param address of what is collected
 * @returns a function that returns the facts of the collection, with the time that it has taken so far
 */
export function beginCollection(
  address: string,
  {
    clock,
    hostName,
    periodMs,
  }: Pick<CollectionContext, 'hostName' | 'periodMs'> & { readonly clock: Pick<Clock, 'nowMs'> },
): () => CollectionContext {
  const startedAtMs = clock.nowMs();
  return () => ({
    address,
    hostName,
    startedAtMs,
    durationMs: Math.max(0, clock.nowMs() - startedAtMs),
    ...(periodMs === undefined ? {} : { periodMs }),
  });
}

/** The fields that all documents have, in the shape of Metricbeat. */
export interface MetricDocument<Module extends string> {
  readonly '@timestamp': string;
  readonly agent: { readonly type: 'offbeat'; readonly name: 'collect' };
  readonly ecs: { readonly version: string };
  /** The duration is in ns, as in all documents of Beats. */
  readonly event: { readonly dataset: string; readonly module: Module; readonly duration: number };
  readonly host: { readonly name: string };
  readonly metricset: { readonly name: string; readonly period?: number };
  readonly service: { readonly type: Module; readonly address: string };
}

/**
 * Returns the fields that a document of a dataset begins with.
 * @param name the name of the metric set: `partition` of dataset `kafka.partition`
 */
export const metricDocument = <Module extends string>(
  module: Module,
  name: string,
  { address, hostName, startedAtMs, durationMs, periodMs }: CollectionContext,
): MetricDocument<Module> => ({
  '@timestamp': new Date(startedAtMs).toISOString(),
  agent: { type: 'offbeat', name: 'collect' },
  ecs: { version: '8.0.0' },
  event: { dataset: `${module}.${name}`, module, duration: Math.round(durationMs * 1e6) },
  host: { name: hostName },
  metricset: { name, ...(periodMs === undefined ? {} : { period: periodMs }) },
  service: { type: module, address },
});
