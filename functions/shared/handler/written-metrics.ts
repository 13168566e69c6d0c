import { UsageError } from '../domain/errors.ts';
import { isMetricNamespace, metricNamespaceOf } from '../domain/metric-namespace.ts';
import { type Environment, oneOf, optional } from '../environment/variables.ts';

/** A metric as an alarm or the dashboard reads it. A dimension that it leaves out is summed over all values. */
export interface AlarmedMetric {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The choice of what CloudWatch makes metrics of. Every counter and gauge is in the log in either case. */
export interface WrittenMetrics {
  /** The namespace of the deployment's metrics in CloudWatch. */
  readonly namespace: string;
  /** A word: `alarmed` for what alarms and the dashboard read and no more, `all` for each set of values of dimensions as well. */
  readonly write: (typeof writeWords)[number];
  readonly alarmed: readonly AlarmedMetric[];
}

export const writeWords = ['alarmed', 'all'] as const;

const namespaceVariable = 'OFFBEAT_METRICS_NAMESPACE';
const writeVariable = 'OFFBEAT_METRICS';
const alarmedVariable = 'OFFBEAT_ALARMED_METRICS';

/** Returns the variables of a function that writes these metrics. */
export const metricsEnvironment = ({
  namespace,
  write,
  alarmed,
}: WrittenMetrics): Readonly<Record<string, string>> => ({
  [namespaceVariable]: namespace,
  [writeVariable]: write,
  [alarmedVariable]: JSON.stringify(alarmed.map(({ name, dimensions }) => [name, dimensions])),
});

/**
 * Returns the metrics to write. Without the variables, as in `npx offbeat invoke`, all are written, in the namespace of a
 * deployment without a prefix.
 * @throws {UsageError} naming the variable that has another form
 */
export function writtenMetrics(env: Environment): WrittenMetrics {
  return {
    namespace: namespaceIn(optional(env, namespaceVariable)),
    write: oneOf(env, writeVariable, writeWords) ?? 'all',
    alarmed: alarmedIn(optional(env, alarmedVariable)),
  };
}

function namespaceIn(text: string | undefined): string {
  if (text === undefined) return metricNamespaceOf();
  if (isMetricNamespace(text)) return text;
  throw new UsageError(
    `${namespaceVariable}: expected ${metricNamespaceOf()}, or ${metricNamespaceOf('PREFIX')} with the prefix of the deployment, got ${text}`,
  );
}

function alarmedIn(text: string | undefined): readonly AlarmedMetric[] {
  if (text === undefined) return [];
  let listed: unknown;
  try {
    listed = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${alarmedVariable}: expected a list in JSON, got ${text}`, { cause: error });
  }
  if (!Array.isArray(listed) || !listed.every(isEntry)) {
    throw new UsageError(`${alarmedVariable}: expected a list of [name, {dimension: value}], got ${text}`);
  }
  return listed.map(([name, dimensions]) => ({ name, dimensions }));
}

const isEntry = (entry: unknown): entry is [string, Readonly<Record<string, string>>] =>
  Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'object' && entry[1] !== null;

/** The name and unit of a metric, as a line in the embedded metric format has it. */
interface MetricUnitName {
  readonly Name: string;
}

/** A set of names of dimensions, and the metrics that CloudWatch makes with their values in the line. */
export interface DimensionSet<Metric> {
  readonly names: readonly string[];
  readonly metrics: readonly Metric[];
}

/**
 * Returns the sets of dimensions with which CloudWatch makes metrics of a line, each with its metrics.
 * @param dimensions the dimensions of all metrics of the line, with their values
 * @param metrics the metrics of the line
 * @returns none where no metric of the line is written: it is then a line of the log alone
 */
export function dimensionSetsOf<Metric extends MetricUnitName>(
  dimensions: Readonly<Record<string, string>>,
  metrics: readonly Metric[],
  { write, alarmed }: Pick<WrittenMetrics, 'write' | 'alarmed'>,
): readonly DimensionSet<Metric>[] {
  const sets = new Map<string, { readonly names: readonly string[]; readonly metrics: Map<string, Metric> }>();
  const add = (names: readonly string[], metric: Metric): void => {
    const key = JSON.stringify([...names].sort());
    const set = sets.get(key) ?? { names, metrics: new Map() };
    sets.set(key, set);
    set.metrics.set(metric.Name, metric);
  };
  for (const metric of metrics) {
    if (write === 'all') add(Object.keys(dimensions), metric);
    for (const read of alarmed) {
      const values = Object.entries(read.dimensions);
      const isRead = read.name === metric.Name && values.every(([name, value]) => dimensions[name] === value);
      if (isRead) add(Object.keys(read.dimensions), metric);
    }
  }
  return [...sets.values()].map((set) => ({ names: set.names, metrics: [...set.metrics.values()] }));
}
