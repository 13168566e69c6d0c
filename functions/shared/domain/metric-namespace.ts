import { isPrefix } from './kafka-prefix.ts';

const base = 'Offbeat';

/**
 * Returns the namespace of a deployment's own metrics in CloudWatch. Each deployment of an account has one of its own, or one
 * would count and age for the alarms of another: no dimension names the deployment.
 * @param prefix of the deployment's topics and groups, which is unique in the account
 * @example
 * metricNamespaceOf('team-a'); // => 'Offbeat/team-a'
 */
export const metricNamespaceOf = (prefix?: string): string => (prefix === undefined ? base : `${base}/${prefix}`);

/** Returns whether a text is the namespace of some deployment. */
export const isMetricNamespace = (text: string): boolean =>
  text === base || (text.startsWith(`${base}/`) && isPrefix(text.slice(base.length + 1)));
