import type { Facts, MetricKind } from '../../shared/domain/sample.ts';
import type { SourceRules } from '../identity/rules.ts';
import type { Attributes } from './model.ts';

/* What the settings say about a dataset of OpenTelemetry: their paths are names of attributes. */

/**
 * Returns the attributes that become dimensions: those found, without the ignored ones, and those of the resource that the
 * settings name.
 */
export function ruledAttributes(found: Attributes, resource: Attributes, rules: SourceRules): Attributes {
  const names = new Set(found.map(([name]) => name));
  const added = resource.filter(([name]) => rules.dimensions.includes(name) && !names.has(name));
  return [...found.filter(([name]) => !rules.isIgnored(name)), ...added];
}

/** Returns the kind of a measurement: a gauge that the settings call a counter is one. */
export const ruledKind = (metric: string, kind: MetricKind, rules: SourceRules): MetricKind =>
  kind === 'gauge' && rules.isCounter(metric) ? 'counter' : kind;

/** Returns the facts without those that are ignored or are dimensions. */
export function ruledFacts(facts: Facts | undefined, rules: SourceRules): Facts | undefined {
  if (facts === undefined || rules.areNone) return facts;
  const kept = Object.entries(facts).filter(([name]) => !rules.isNoMetric(name));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
