import { Logger, type LogItem } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { byKey } from '../domain/order.ts';
import { printable, printableJson } from '../domain/printable.ts';
import { withoutPaths } from '../domain/withheld.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { logDetails } from './log-details.ts';
import { dimensionSetsOf, type WrittenMetrics, writtenMetrics } from './written-metrics.ts';

export interface PowertoolsOptions {
  /** The function's name, `detect`; each line contains it as `service`. */
  readonly service: string;
  /**
   * Writes a line, which is passed without its end.
   * @default the standard output, which Lambda sends to CloudWatch
   */
  readonly write?: (line: string) => void;
  /**
   * The metrics that CloudWatch makes of counters and gauges, and their namespace.
   * @default those that the environment names
   */
  readonly written?: WrittenMetrics;
}

/** The sums of counters and the values of gauges with the same dimensions. */
interface Gathered {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly sums: Map<string, number>;
  readonly seconds: Map<string, number>;
}

/**
 * Returns a telemetry that writes JSON lines for CloudWatch: each log at once, and, at the end of an invocation, the sums of
 * its counters and its gauges, in the embedded metric format where CloudWatch is to make metrics of them. A function has one
 * of it, for one invocation at a time.
 * @throws {UsageError} if a variable of the environment has a wrong value
 */
export function powertoolsTelemetry(options: PowertoolsOptions): Required<Telemetry> {
  const { service, write = writeLine, written = writtenMetrics(process.env) } = options;
  // Powertools' own middy middlewares are not used: they need a Logger and a Metrics, where the handlers know only the
  // port, and they publish one set of dimensions in an invocation, where Offbeat has many.
  const logger = lineLogger(service, write);
  const metrics = new Metrics({ namespace: written.namespace, serviceName: service, logger });
  // Only the dimensions of the counter are used: each further one would make another metric, which costs money.
  metrics.clearDefaultDimensions();
  const gathered = new Map<string, Gathered>();
  let request: Readonly<Record<string, string>> = {};

  const publish = ({ dimensions, sums, seconds }: Gathered): void => {
    // The set is added even if it is empty: without any set, CloudWatch would make no metric.
    metrics.addDimensions({ ...dimensions });
    for (const [name, sum] of sums) metrics.addMetric(name, MetricUnit.Count, sum);
    for (const [name, value] of seconds) metrics.addMetric(name, MetricUnit.Seconds, value);
    for (const [name, value] of Object.entries({ service, ...request })) metrics.addMetadata(name, value);
    write(printableJson(withDimensionSets(metrics.serializeMetrics(), dimensions, written)));
    metrics.clearMetrics();
    metrics.clearDimensions();
  };

  return {
    count(metric, by = 1, dimensions) {
      const { sums } = setOf(gathered, dimensions ?? {});
      sums.set(metric, (sums.get(metric) ?? 0) + by);
    },
    gauge(metric, seconds, dimensions) {
      setOf(gathered, dimensions ?? {}).seconds.set(metric, seconds);
    },
    // In a field of their own, details cannot replace the message, the level or the time of the line.
    info: (message, details) => logger.info(withoutPaths(message), { details: logDetails(details) }),
    warn: (message, details) => logger.warn(withoutPaths(message), { details: logDetails(details) }),
    error: (message, details) => logger.error(withoutPaths(message), { details: logDetails(details) }),
    begin(context: Context) {
      logger.addContext(context);
      request = { function_name: context.functionName, function_request_id: context.awsRequestId };
    },
    flush() {
      const sets = [...gathered.values()];
      gathered.clear();
      for (const set of sets) publish(set);
    },
  };
}

type EmfLine = ReturnType<Metrics['serializeMetrics']>;

/** Returns a line of which CloudWatch makes the metrics that are written, with their dimensions, and no other. */
function withDimensionSets(line: EmfLine, dimensions: Gathered['dimensions'], written: WrittenMetrics) {
  const { _aws: aws, ...values } = line;
  const directives = aws.CloudWatchMetrics.flatMap(({ Namespace, Metrics: all }) =>
    dimensionSetsOf(dimensions, all, written).map((set) => ({
      Namespace,
      Dimensions: [set.names],
      Metrics: set.metrics,
    })),
  );
  return directives.length === 0 ? values : { _aws: { ...aws, CloudWatchMetrics: directives }, ...values };
}

function setOf(gathered: Map<string, Gathered>, dimensions: Readonly<Record<string, string>>): Gathered {
  const key = JSON.stringify(Object.entries(dimensions).sort(byKey));
  const known = gathered.get(key);
  if (known !== undefined) return known;
  const fresh: Gathered = { dimensions, sums: new Map(), seconds: new Map() };
  gathered.set(key, fresh);
  return fresh;
}

/** Returns a logger that writes through `write`. Powertools has no option for it, only this method for subclasses. */
function lineLogger(serviceName: string, write: (line: string) => void): Logger {
  class LineLogger extends Logger {
    protected override printLog(_level: number, item: LogItem): void {
      item.prepareForPrint();
      // `aws logs tail` prints the line as it is.
      write(printable(JSON.stringify(item.getAttributes(), this.getJsonReplacer())));
    }
  }
  return new LineLogger({ serviceName });
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
