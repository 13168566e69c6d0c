import type { MetricKind } from '../../shared/domain/sample.ts';

import { inSnakeCase } from './words.ts';

/**
 * Matches the last word of numbers that name a thing and are never measured: `process.pid`, `InstanceId`,
 * `kafka.consumergroup.partition`.
 */
const naming =
  /(^|[._])(id|uuid|guid|oid|pid|ppid|pgid|tid|uid|gid|port|inode|partition|instance|shard|device|interface)$/;

/** Units of metrics that the catalogue does not describe, by the end of the metric's name. */
const unitsBySuffix: readonly (readonly [suffix: RegExp, unit: string])[] = [
  [/(^|[._])bytes_per_sec$/, 'By/s'],
  [/(^|[._])per_sec$/, '1/s'],
  [/(^|[._])bytes$/, 'By'],
  [/(^|[._])ms$/, 'ms'],
  [/(^|[._])us$/, 'us'],
  [/(^|[._])ns$/, 'ns'],
];

/** Returns whether a number at a path names a thing and measures nothing. */
export function namesThing(path: string): boolean {
  return naming.test(path) || naming.test(inSnakeCase(path.slice(path.lastIndexOf('.') + 1)));
}

/** Returns the unit that the end of a metric's name tells, UCUM-like. */
export function unitOf(metric: string): string | undefined {
  return unitsBySuffix.find(([suffix]) => suffix.test(metric))?.[1];
}

/**
 * Returns the kind that the name of a metric tells: Metricbeat's module `prometheus` with `use_types` calls counters so, and
 * their increase since its last document `rate`.
 */
export function kindOf(metric: string): MetricKind | undefined {
  const [, ending] = /^(?:prometheus|openmetrics)\..*\.(counter|rate)$/.exec(metric) ?? [];
  if (ending === undefined) return undefined;
  return ending === 'counter' ? 'counter' : 'delta';
}
