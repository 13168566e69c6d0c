/* Counts what OTLP in JSON contains, without the code of the project that reads it. */

type Json = Readonly<Record<string, unknown>>;

/**
 * Returns the number of data points with a value in requests of the metrics signal.
 * @param name the metric to be counted; without it all are
 */
export function countDataPoints(requests: readonly object[], name?: string): number {
  const metrics = requests
    .flatMap((request) => listOf(request, 'resourceMetrics'))
    .flatMap((resource) => listOf(resource, 'scopeMetrics'))
    .flatMap((scope) => listOf(scope, 'metrics'));
  const asked = metrics.filter((metric) => name === undefined || metric.name === name);
  const points = asked.flatMap((metric) =>
    ['gauge', 'sum'].flatMap((kind) => listOf((metric[kind] ?? {}) as Json, 'dataPoints')),
  );
  return points.filter((point) => 'asInt' in point || Number.isFinite(point.asDouble)).length;
}

/** Returns the number of log records in requests of the logs signal. */
export function countLogRecords(requests: readonly object[]): number {
  return requests
    .flatMap((request) => listOf(request, 'resourceLogs'))
    .flatMap((resource) => listOf(resource, 'scopeLogs'))
    .flatMap((scope) => listOf(scope, 'logRecords')).length;
}

function listOf(value: object, name: string): readonly Json[] {
  return ((value as Json)[name] ?? []) as readonly Json[];
}
