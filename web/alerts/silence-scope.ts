import { globOf } from '../../functions/shared/domain/glob.ts';
import type { Suspect } from '../api/alert-types.ts';
import { componentTitle, metricTitle } from '../format/names.ts';
import { counted, listed } from '../format/words.ts';

/** A part of an alert that can be silenced: a component with the metric that is off. */
export type Silenced = Pick<Suspect, 'entity'> & { readonly series: Pick<Suspect['series'], 'metric'> };

/** The extent of a silence: all of each component, or the measures that are off. */
export type SilenceScope = 'component' | 'measure';

export type Matchers = Readonly<Record<string, string>>;

/** The most components that a sentence names. */
const namedMax = 3;

/**
 * Returns the matchers of the silences that together mute what an alert names: one for each of its components, because the alert
 * stage mutes an alert only when each of its anomalies is matched.
 */
export function silencedMatchers(parts: readonly Silenced[], scope: SilenceScope): Matchers[] {
  const all = parts.map(({ entity: { kind, name }, series: { metric } }) => ({
    kind,
    name: globOf(name),
    ...(scope === 'measure' && { metric: globOf(metric) }),
  }));
  return [...new Map(all.map((matchers) => [JSON.stringify(matchers), matchers])).values()];
}

/** Returns what such silences mute, within a sentence: `every alert of node-a and node-b`. */
export function silencedWords(parts: readonly Silenced[], scope: SilenceScope): string {
  const words = parts.map(({ entity: { kind, name }, series: { metric } }) => {
    const component = componentTitle(kind, name);
    return scope === 'component' ? component : `${metricTitle(metric).toLowerCase()} of ${component}`;
  });
  const distinct = [...new Set(words)];
  const named = distinct.length <= namedMax ? distinct : [...distinct.slice(0, namedMax - 1), rest(distinct.length)];
  return `${scope === 'component' ? 'every alert of ' : ''}${listed(named)}`;
}

const rest = (count: number): string => counted(count - namedMax + 1, 'other component');
