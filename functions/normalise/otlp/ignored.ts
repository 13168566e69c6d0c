/**
 * The reasons why a part of a record of OpenTelemetry becomes no sample: exemplars and spans are not read, a data point may
 * state that it has no value, a resource may name no entity, and a sample may be refused beside others that are not.
 */
export const ignoredParts = ['exemplar', 'span', 'no recorded value', 'no entity', 'sample refused'] as const;
export type IgnoredPart = (typeof ignoredParts)[number];

/** The numbers of the parts that became no sample, by the reason. */
export type IgnoredParts = Readonly<Partial<Record<IgnoredPart, number>>>;
