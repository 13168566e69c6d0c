import { type Flow, flowOf, type Load } from './flow.ts';
import type { Machines } from './machines.ts';
import type { Part } from './month.ts';
import { standingParts } from './standing.ts';
import { usedParts } from './use.ts';

/**
 * The cost of a month, by its parts. This is the one model: docs/deploy.md calls it with the machines that the templates of a
 * deployment make, docs/scale.md with machines that are planned for a scale.
 */
export interface Bill {
  readonly flow: Flow;
  readonly parts: readonly Part[];
  readonly usd: number;
  /** The cost while nothing is shipped: machines, and the use by heartbeats and ticks. */
  readonly idleUsd: number;
}

/** Returns the cost of a month of everything that AWS bills for machines and a load. */
export function billOf(machines: Machines, load: Load): Bill {
  const flow = flowOf(load);
  const standing = standingParts(machines);
  const parts = [...standing, ...usedParts(machines, flow)];
  const idle = usedParts(machines, flowOf({ ...load, series: 0 }));
  return { flow, parts, usd: sum(parts), idleUsd: sum(standing) + sum(idle) };
}

const sum = (parts: readonly Part[]): number => parts.reduce((all, { usd }) => all + usd, 0);
