import type { Family } from '../shared/ports/warehouse.ts';
import { deletedAfterDays, type KeptFamily, keptDays, longestDays, periodOf } from '../shared/warehouse/retention.ts';
import { hashOf, patternOf, priorityOf } from './templates.ts';

/**
 * Days after the end of its period when an index is merged. What is written to it by then is late, or the end of an alert or
 * silence of the period before.
 */
const mergedAfterDays = 1;

/**
 * The actions that merge an index. Merging blocks writes, and Index State Management does not remove the block by itself: a later
 * write would be refused for ever, and persist would stand still.
 * @see https://github.com/opendistro-for-elasticsearch/index-management/pull/79
 */
const merge = [{ force_merge: { max_num_segments: 1 } }, { read_write: {} }];

/** A policy of Index State Management. */
export interface Policy {
  readonly policy: Readonly<Record<string, unknown>> & { readonly description: string };
}

/**
 * Returns the policy of each family for Index State Management, with the states hot, merged and deleted. The description
 * of a policy ends with the hash of its content.
 */
export function policies(): ReadonlyMap<Family, Policy> {
  const kept = Object.keys(keptDays) as KeptFamily[];
  return new Map(kept.map((family) => [family, policy(family)]));
}

function policy(family: KeptFamily): Policy {
  const merged = longestDays[periodOf[family]] + mergedAfterDays;
  const content = {
    default_state: 'hot',
    states: [
      state('hot', [], 'merged', merged),
      state('merged', merge, 'deleted', deletedAfterDays(family)),
      state('deleted', [{ delete: {} }]),
    ],
    ism_template: [{ index_patterns: [patternOf(family)], priority: priorityOf(family) }],
  };
  const description = `Offbeat: ${family} is kept for ${keptDays[family]} days (${hashOf(content)})`;
  return { policy: { description, ...content } };
}

const retried = { retry: { count: 5, backoff: 'exponential', delay: '10m' } };

const state = (name: string, actions: readonly object[], next?: string, afterDays?: number) => ({
  name,
  actions: actions.map((action) => ({ ...retried, ...action })),
  transitions: next === undefined ? [] : [{ state_name: next, conditions: { min_index_age: `${afterDays}d` } }],
});
