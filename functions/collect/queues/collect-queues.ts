import { type ComponentStatus, counted } from '../../shared/domain/component-status.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { MetricData, MetricPeriod, MetricQuery } from '../../shared/ports/metric-data.ts';
import { type CollectionContext, type MetricDocument, metricDocument } from '../metric-document.ts';
import { queueMetrics, type ServiceMetric, topicMetrics } from './metrics.ts';

/** The names of what is collected. */
export interface QueuesAndTopics {
  /** Names of queues of SQS. */
  readonly queues: readonly string[];
  /** Names of topics of SNS. */
  readonly topics: readonly string[];
}

/** The ports and facts that a collection needs. */
export interface CollectQueuesDeps {
  readonly metrics: MetricData;
  readonly region: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly period: MetricPeriod;
  /** The longest time of the whole collection, ms. */
  readonly totalMs: number;
  /** Ends the collection when it aborts. */
  readonly signal?: AbortSignal;
}

/** A document for topic `beats`, in the shape of Metricbeat. Values that CloudWatch does not have are absent. */
export interface QueueDocument extends MetricDocument<'aws'> {
  readonly cloud: { readonly provider: 'aws'; readonly region: string };
  readonly aws: {
    readonly dimensions?: { readonly TopicName: string };
    readonly sqs?: Fields & { readonly queue: { readonly name: string } };
    readonly sns?: Fields;
  };
}

/** The values of a queue or a topic, at the paths of its metrics. */
export type Fields = { readonly [name: string]: number | string | Fields };

/** The findings of a collection. */
export interface QueuesCollection {
  readonly documents: readonly QueueDocument[];
  /** The status of the collection, not of the queues: `unknown` if no metric could be read, `degraded` if some could not. */
  readonly status: ComponentStatus;
}

/** A queue or a topic with its queries. */
interface Thing {
  readonly service: 'sqs' | 'sns';
  readonly name: string;
  readonly metrics: readonly ServiceMetric[];
}

/**
 * Collects the traffic of queues and topics in one period, which CloudWatch must have whole. The documents have the time of its end.
 * A queue or a topic without any value in it, as one that nobody uses for hours, has no document.
 * @throws the reason of `deps.signal` when that aborts
 */
export async function collectQueues(
  { queues, topics }: QueuesAndTopics,
  { metrics, region, clock, period, totalMs, signal: end }: CollectQueuesDeps,
): Promise<QueuesCollection> {
  const limit = AbortSignal.timeout(totalMs);
  const signal = end === undefined ? limit : AbortSignal.any([end, limit]);
  const startedAtMs = clock.nowMs();
  const things: readonly Thing[] = [
    ...queues.map((name) => ({ service: 'sqs', name, metrics: queueMetrics }) as const),
    ...topics.map((name) => ({ service: 'sns', name, metrics: topicMetrics }) as const),
  ];
  const read = metrics.read(things.flatMap(queriesOf), period, signal);
  const { values, failures } = await read.catch((error: unknown) => {
    end?.throwIfAborted();
    if (!limit.aborted) throw error;
    return { values: [], failures: [`CloudWatch did not answer within ${totalMs / 1_000} s`] };
  });
  const name = `cloudwatch.${region}`;
  const context: CollectionContext = {
    ...{ address: name, hostName: name, startedAtMs: period.endMs, periodMs: period.lengthMs },
    durationMs: Math.max(0, clock.nowMs() - startedAtMs),
  };
  let at = 0;
  const documents = things.flatMap((thing) => {
    const own = values.slice(at, at + thing.metrics.length);
    at += thing.metrics.length;
    return own.every((value) => value === undefined) ? [] : [documentOf(thing, own, region, context)];
  });
  return { documents, status: statusOf(failures, documents.length > 0) };
}

const queriesOf = ({ service, name, metrics }: Thing): MetricQuery[] =>
  metrics.map(({ metric, statistic }) => ({
    namespace: service === 'sqs' ? 'AWS/SQS' : 'AWS/SNS',
    metric,
    dimensions: service === 'sqs' ? { QueueName: name } : { TopicName: name },
    statistic,
  }));

function documentOf(
  { service, name, metrics }: Thing,
  values: readonly (number | undefined)[],
  region: string,
  context: CollectionContext,
): QueueDocument {
  const fields = fieldsOf(metrics, values);
  return {
    ...metricDocument('aws', service, context),
    cloud: { provider: 'aws', region },
    aws: service === 'sqs' ? { sqs: { queue: { name }, ...fields } } : { dimensions: { TopicName: name }, sns: fields },
  };
}

/** Values at their paths, while they are filled in. */
type Tree = { [name: string]: number | Tree };

function fieldsOf(metrics: readonly ServiceMetric[], values: readonly (number | undefined)[]): Fields {
  const root: Tree = {};
  for (const [nth, { path }] of metrics.entries()) {
    const value = values[nth];
    if (value === undefined) continue;
    let node = root;
    for (const name of path.slice(0, -1)) {
      const known = node[name];
      const below = typeof known === 'object' ? known : {};
      node[name] = below;
      node = below;
    }
    node[path.at(-1)!] = value;
  }
  return root;
}

function statusOf(failures: readonly string[], hasDocuments: boolean): ComponentStatus {
  const [first] = failures;
  if (first === undefined) return { status: 'ok' };
  const others = failures.length - 1;
  const reason = `${first}${others > 0 ? ` and ${counted(others, 'other failure')}` : ''}`;
  return { status: hasDocuments ? 'degraded' : 'unknown', reason };
}
