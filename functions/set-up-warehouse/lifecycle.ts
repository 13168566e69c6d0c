import type { Family } from '../shared/ports/warehouse.ts';
import { hashOf } from './templates.ts';

/**
 * Days for which documents are kept at least. The inventory is one index, which stays.
 *
 * An index grows old from its making, at the beginning of its day, so that it is kept for a day longer.
 */
export const keptDays: Readonly<Record<Exclude<Family, 'offbeat-inventory'>, number>> = {
  'offbeat-samples': 2,
  'offbeat-summaries': 30,
  'offbeat-summaries-1h': 396,
  'offbeat-anomalies': 396,
  'offbeat-alerts': 396,
  'offbeat-deliveries': 90,
};

/** A day is written to for one more day at most, but for what was long on its way. */
const mergedAfterDays = 2;

export interface Policy {
  readonly policy: Readonly<Record<string, unknown>> & { readonly description: string };
}

/** A policy per family for Index State Management: hot, merged, deleted. Its description ends with its content's name. */
export function policies(): ReadonlyMap<Family, Policy> {
  const kept = Object.entries(keptDays) as [keyof typeof keptDays, number][];
  return new Map(kept.map(([family, days]) => [family, policy(family, days)]));
}

function policy(family: Family, days: number): Policy {
  const content = {
    default_state: 'hot',
    states: [
      state('hot', [], 'merged', mergedAfterDays),
      state('merged', [{ ...retried, force_merge: { max_num_segments: 1 } }], 'deleted', days + 1),
      { name: 'deleted', actions: [{ ...retried, delete: {} }], transitions: [] },
    ],
    // The pattern of the minutes takes in the hours: the longer name wins.
    ism_template: [{ index_patterns: [`${family}-*`], priority: 200 + family.length }],
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
