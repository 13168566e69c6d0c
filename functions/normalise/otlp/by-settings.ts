import type { Facts, MetricKind } from '../../shared/domain/sample.ts';
import type { SourceRules } from '../identity/rules.ts';
import type { Subject } from './identity.ts';
import type { Attributes } from './model.ts';

/* The settings of a dataset of OpenTelemetry: their paths are names of attributes. */

/**
 * Returns the attributes of a resource that become dimensions: those that name a part of its entity, without the ignored ones,
 * and those that the settings name.
 */
export function ruledParts({ dimensions, resource }: Subject, rules: SourceRules): Attributes {
  if (rules.areNone) return dimensions;
  const names = new Set(dimensions.map(([name]) => name));
  const added = resource.filter(([name]) => rules.dimensions.includes(name) && !names.has(name));
  return [...withoutIgnored(dimensions, rules), ...added];
}

/** Returns attributes without the ignored ones. */
export const withoutIgnored = (attributes: Attributes, rules: SourceRules): Attributes =>
  rules.areNone ? attributes : attributes.filter(([name]) => !rules.isIgnored(name));

/** Returns the kind of a measurement: a gauge that the settings call a counter is one. */
export const ruledKind = (metric: string, kind: MetricKind, rules: SourceRules): MetricKind =>
  kind === 'gauge' && rules.isCounter(metric) ? 'counter' : kind;

/** Returns the facts without those that are ignored or are dimensions. */
export function ruledFacts(facts: Facts | undefined, rules: SourceRules): Facts | undefined {
  if (facts === undefined || rules.areNone) return facts;
  const kept = Object.entries(facts).filter(([name]) => !rules.isNoMetric(name));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
