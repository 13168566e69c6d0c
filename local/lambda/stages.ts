import type { SQSEvent } from 'aws-lambda';
import type { SourceHealth, StageHealth } from '../../functions/api/health.ts';
import type { QueueName } from '../../functions/function-row.ts';
import { type FunctionName, functions } from '../../functions/functions.ts';
import type { QueueStage, Stage, TopicStage } from '../../functions/pipeline.ts';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import { isOfQueue } from '../../functions/shared/handler/by-source.ts';
import type { KafkaEvent } from '../../functions/shared/log/kafka-event.ts';
import type { QueueGauge } from '../../functions/shared/ports/attempt-queue.ts';
import type { StageSource } from '../../functions/shared/ports/broker.ts';
import type { Ports } from '../../functions/shared/ports/index.ts';
import type { QueueSource } from '../../functions/shared/ports/message-queue.ts';
import { AssignedPollers } from './assigned-pollers.ts';
import { lambdaContext } from './lambda-context.ts';
import type { PartitionPoller } from './partition-poller.ts';
import type { PolledStage } from './poller.ts';
import { QueuePoller } from './queue-poller.ts';
import type { StageBroker } from './stage-broker.ts';

/** Returns the time-out of a stage's function in milliseconds, which is the same as in a deployment. */
const timeoutMsOf = (stage: FunctionName): number => functions[stage].timeoutSeconds * 1_000;
/**
 * A message must stay hidden while its function may still run. AWS advises six times the time-out, because its poller
 * may be throttled; this one never is, and a page that a killed process had in hand should not wait for so long.
 */
const visibilityMsOf = (stage: FunctionName): number => timeoutMsOf(stage) + 30_000;

/**
 * A batch of alerts takes as long as its slowest receiver; the next one must not wait for that, as it does not on Lambda.
 * The order of an alert's revisions is kept by its delivery, not by the queue.
 */
const batchesAtOnce: Readonly<Record<QueueName, number>> = { alerts: 8, attempts: 1 };

/** A stage with its function made and its sources attached. */
export interface OpenStage extends PolledStage {
  /** Whether an event comes from this source: a function may read topics and a queue. */
  takes(event: unknown): boolean;
  /** One Lambda invocation with any event, outside the poller. */
  invoke(event: unknown): Promise<unknown>;
  health(): Promise<StageHealth>;
}

/** A queue with its reader's side, and how much it holds. */
export interface ReadQueue {
  readonly source: QueueSource;
  readonly gauge: QueueGauge;
}

/**
 * Makes the stage's function over `ports` and attaches one lane for each partition that is its own, or one for
 * its queue.
 * @param windowMs in place of the stage's own batching window
 */
export function openStage(
  stage: Stage,
  ports: Ports,
  broker: Pick<StageBroker, 'source'>,
  queues: Readonly<Record<QueueName, ReadQueue>>,
  windowMs = stage.windowMs,
): OpenStage {
  if (isFedByQueue(stage)) return openQueueStage(stage, ports, queues[stage.source.queue]);
  return openTopicStage(stage, ports, broker.source(stage.name), windowMs);
}

const isFedByQueue = (stage: Stage): stage is QueueStage => stage.source.kind === 'queue';

/**
 * Fewer than Lambda hands over at once, which has a processor for each batch: here nothing else of the process runs while
 * the pure part of a stage works on one.
 */
const batchRecordsMax = 2_000;

function openTopicStage(stage: TopicStage, ports: Ports, source: StageSource, windowMs: number): OpenStage {
  const { name, batchSize } = stage;
  const handler = stage.create(ports);
  const invoke = (event: KafkaEvent) => handler(event, lambdaContext(name, timeoutMsOf(name), ports.clock));
  const assigned = new AssignedPollers(
    source,
    { group: name, batchSize: Math.min(batchSize, batchRecordsMax), windowMs, bisect: true, invoke },
    ports.clock,
  );
  return {
    name,
    get lanes() {
      return assigned.lanes;
    },
    onRecords: (listener) => source.onRecords?.(listener),
    takes: (event) => !isOfQueue(event),
    invoke: (event) => invoke(event as KafkaEvent),
    async health() {
      const { trouble } = source;
      return { name, ...(trouble === undefined ? {} : { trouble }), sources: assigned.lanes.map(sourceHealth) };
    },
  };
}

function openQueueStage(stage: QueueStage, ports: Ports, { source, gauge }: ReadQueue): OpenStage {
  const { name, batchSize } = stage;
  const { queue } = stage.source;
  const handler = stage.create(ports);
  const invoke = (event: SQSEvent) => handler(event, lambdaContext(name, timeoutMsOf(name), ports.clock));
  const lane = new QueuePoller(
    { batchSize, visibilityMs: visibilityMsOf(name), invoke },
    source,
    ports.clock,
    ports.telemetry,
  );
  return {
    name,
    lanes: [lane],
    batchesAtOnce: batchesAtOnce[queue],
    takes: isOfQueue,
    invoke: (event) => invoke(event as SQSEvent),
    health: async () => ({ name, sources: [await queueHealth(queue, gauge)] }),
  };
}

/** A queue that does not answer has trouble of its own; how much it holds is not known then. */
async function queueHealth(queue: QueueName, gauge: QueueGauge): Promise<SourceHealth> {
  try {
    return { queue, ...(await gauge.depth()) };
  } catch (error) {
    const message = messageOf(error);
    return { queue, waiting: 0, deadLetters: 0, trouble: { message, failures: 1, permanent: false } };
  }
}

function sourceHealth(lane: PartitionPoller): SourceHealth {
  const { options, lagRecords, trouble } = lane;
  const { topic, partition } = options;
  if (trouble === undefined) return { topic, partition, lagRecords };
  const { error, failures, permanent } = trouble;
  const message = messageOf(error);
  return { topic, partition, lagRecords, trouble: { message, failures, permanent } };
}
