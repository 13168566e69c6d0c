import { type Family, keptDays } from '../shared/ports/warehouse.ts';
import { hashOf, patternOf, priorityOf } from './templates.ts';

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
      // It grows old from its making, at the beginning of its day.
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
