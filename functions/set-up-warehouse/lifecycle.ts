import type { Family } from '../shared/ports/warehouse.ts';
import { keptDays } from '../shared/warehouse/retention.ts';
import { hashOf, patternOf, priorityOf } from './templates.ts';

/** Days after which an index is merged. Only late documents are written to it after one day. */
const mergedAfterDays = 2;

/** A policy of Index State Management. */
export interface Policy {
  readonly policy: Readonly<Record<string, unknown>> & { readonly description: string };
}

/**
 * Returns the policy of each family for Index State Management, with the states hot, merged and deleted. The description
 * of a policy ends with the hash of its content.
 */
export function policies(): ReadonlyMap<Family, Policy> {
  const kept = Object.entries(keptDays) as [keyof typeof keptDays, number][];
  return new Map(kept.map(([family, days]) => [family, policy(family, days)]));
}

function policy(family: Family, days: number): Policy {
  const content = {
    default_state: 'hot',
    states: [
      state('hot', [], 'merged', mergedAfterDays),
      // The age of an index counts from its creation, at the beginning of its day.
      state('merged', [{ ...retried, force_merge: { max_num_segments: 1 } }], 'deleted', days + 1),
      { name: 'deleted', actions: [{ ...retried, delete: {} }], transitions: [] },
    ],
    ism_template: [{ index_patterns: [patternOf(family)], priority: priorityOf(family) }],
  };
  const description = `Offbeat: ${family} is kept for ${days} days (${hashOf(content)})`;
  return { policy: { description, ...content } };
}

const retried = { retry: { count: 5, backoff: 'exponential', delay: '10m' } };

const state = (name: string, actions: readonly object[], next: string, afterDays: number) => ({
  name,
  actions,
  transitions: [{ state_name: next, conditions: { min_index_age: `${afterDays}d` } }],
});
