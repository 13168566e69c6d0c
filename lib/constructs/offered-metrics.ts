import type { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { AlarmedMetric, WrittenMetrics } from '../../functions/shared/handler/written-metrics.ts';
import {
  type GaugeDimensions,
  type GaugeName,
  gauges,
  type MetricName,
  metrics,
} from '../../functions/shared/ports/metric-names.ts';
import type { FlowMetrics } from './flow-metrics.ts';

/*
 * The metrics that a deployment offers for alarms and dashboards of a user's own. A metric that nothing writes is refused:
 * an alarm on it would stay silent.
 */

/**
 * Returns a counter, summed over all values of its dimensions.
 * @throws {UsageError} for a name that is no counter's, and for a counter whose sum is not written
 */
export function offeredCounter(
  flow: FlowMetrics,
  { write, alarmed }: WrittenMetrics,
  counter: MetricName,
  period?: Duration,
): IMetric {
  checkCounter(counter, alarmed);
  if (write === 'all') return flow.counter(counter, period);
  const read = alarmed.filter(({ name }) => name === counter);
  if (read.some(({ dimensions }) => Object.keys(dimensions).length === 0)) return flow.total(counter, period);
  const inLog =
    read.length === 0
      ? `"${counter}" is in the log only, because metrics is 'alarmed'`
      : `the sum of "${counter}" is in the log only, because metrics is 'alarmed': CloudWatch has it with ${choicesOf(read)}`;
  throw new UsageError(`metricCounter: ${inLog}; set metrics: 'all', or sum it up in the log (docs/metrics.md)`);
}

/** Checks at synth what only the compiler checks otherwise: a gauge summed up, or an unknown name, would be a metric without values. */
function checkCounter(counter: string, alarmed: readonly AlarmedMetric[]): void {
  if (Object.hasOwn(metrics, counter)) return;
  const gauge = alarmed.find(({ name }) => name === counter);
  const remedy =
    gauge === undefined
      ? `there is no counter "${counter}"`
      : `"${counter}" is a gauge, which is not summed up; use ${ageCallOf(gauge)}`;
  throw new UsageError(`metricCounter: ${remedy}. The counters are in docs/metrics.md, Counters`);
}

/**
 * Returns the greatest value of a gauge, with these values of its dimensions. An alarm reads each gauge with each of its
 * values, so that it is written with `metrics: 'alarmed'` too.
 * @throws {UsageError} for a gauge, or values of its dimensions, that this deployment does not write
 */
export function offeredAge<Name extends GaugeName>(
  flow: FlowMetrics,
  { alarmed }: WrittenMetrics,
  gauge: Name,
  dimensions?: GaugeDimensions<Name>,
): IMetric {
  const given: Readonly<Record<string, string>> = { ...dimensions };
  const written = alarmed.filter(({ name }) => Object.hasOwn(gauges, name));
  if (written.some((each) => each.name === gauge && isSame(each.dimensions, given))) return flow.age(gauge, given);
  throw new UsageError(
    `metricAge: this deployment writes no ${ageCallOf({ name: gauge, dimensions: given })}; it has ${written.map(ageCallOf).join(', ')}`,
  );
}

const isSame = (a: AlarmedMetric['dimensions'], b: AlarmedMetric['dimensions']): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);

const choicesOf = (read: readonly AlarmedMetric[]): string =>
  read.map(({ dimensions }) => literalOf(dimensions)).join(' and with ');

const literalOf = (dimensions: AlarmedMetric['dimensions']): string =>
  `{ ${Object.entries(dimensions)
    .map(([name, value]) => `${name}: '${value}'`)
    .join(', ')} }`;

/** Returns the call by which a user gets a gauge, as text. */
const ageCallOf = ({ name, dimensions }: AlarmedMetric): string =>
  Object.keys(dimensions).length === 0 ? `metricAge('${name}')` : `metricAge('${name}', ${literalOf(dimensions)})`;
