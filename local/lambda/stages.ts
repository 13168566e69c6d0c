import type { SQSEvent } from 'aws-lambda';
import type { SourceHealth, StageHealth } from '../../functions/api/health.ts';
import type { QueueName } from '../../functions/function-row.ts';
import { type FunctionName, timeoutMsOf } from '../../functions/functions.ts';
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

/**
 * Milliseconds that a received message stays hidden: longer than its function may run. AWS advises six times the time-out,
 * because Lambda's poller may be throttled. This poller never is, and a page that a killed process had received should
 * not wait for so long.
 */
const visibilityMsOf = (stage: FunctionName): number => timeoutMsOf(stage) + 30_000;

/**
 * The number of batches of a queue that may be in progress at once. A batch of alerts takes as long as its slowest
 * receiver, and the next batch must not wait for that, as it does not on Lambda. The delivery of an alert keeps the order
 * of its revisions; the queue does not.
 */
const batchesAtOnce: Readonly<Record<QueueName, number>> = { alerts: 8, attempts: 1 };

/** A stage with its function and its sources. */
export interface OpenStage extends PolledStage {
  /** Returns whether an event has the shape of this stage's source: a function may read topics and a queue. */
  accepts(event: unknown): boolean;
  /** Invokes the function once, with any event, outside the poller. */
  invoke(event: unknown): Promise<unknown>;
  health(): Promise<StageHealth>;
}

/** A queue as its reader sees it, with the gauge that counts its messages. */
export interface ReadQueue {
  readonly source: QueueSource;
  readonly gauge: QueueGauge;
}

export interface OpenStageOptions {
  readonly ports: Ports;
  readonly broker: Pick<StageBroker, 'source'>;
  readonly queues: Readonly<Record<QueueName, ReadQueue>>;
  /**
   * Milliseconds that the stage gathers records for a batch.
   *
   * @default the window in `functions/pipeline.ts`
   */
  readonly windowMs?: number | undefined;
}

/** Makes the function of a stage, with a partition poller for each assigned partition, or with a queue poller. */
export function openStage(stage: Stage, { ports, broker, queues, windowMs }: OpenStageOptions): OpenStage {
  if (isFedByQueue(stage)) return openQueueStage(stage, ports, queues[stage.source.queue]);
  return openTopicStage(stage, ports, broker.source(stage.name), windowMs ?? stage.windowMs);
}

const isFedByQueue = (stage: Stage): stage is QueueStage => stage.source.kind === 'queue';

/**
 * The most records of a batch. Lambda passes more, and has a processor for each batch. Here no other work of the process
 * runs while a stage computes.
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
    get sources() {
      return assigned.pollers;
    },
    onRecords: (listener) => source.onRecords?.(listener),
    accepts: (event) => !isOfQueue(event),
    invoke: (event) => invoke(event as KafkaEvent),
    async health() {
      const { trouble } = source;
      return { name, ...(trouble === undefined ? {} : { trouble }), sources: assigned.pollers.map(sourceHealth) };
    },
  };
}

function openQueueStage(stage: QueueStage, ports: Ports, { source, gauge }: ReadQueue): OpenStage {
  const { name, batchSize } = stage;
  const { queue } = stage.source;
  const handler = stage.create(ports);
  let isEnding = false;
  const invoke = (event: SQSEvent) => {
    const context = lambdaContext(name, timeoutMsOf(name), ports.clock);
    const getRemainingTimeInMillis = (): number => (isEnding ? 0 : context.getRemainingTimeInMillis());
    return handler(event, { ...context, getRemainingTimeInMillis });
  };
  const options = { batchSize, visibilityMs: visibilityMsOf(name), invoke };
  const poller = new QueuePoller(options, source, ports.clock, ports.telemetry);
  return {
    name,
    sources: [poller],
    batchesAtOnce: batchesAtOnce[queue],
    // A receiver may take its whole time-out for each message. Without time left, only the one that is being sent is waited for.
    setEnding: (ends) => {
      isEnding = ends;
    },
    accepts: isOfQueue,
    invoke: (event) => invoke(event as SQSEvent),
    health: async () => ({ name, sources: [await queueHealth(queue, gauge)] }),
  };
}

/** Returns the health of a queue. One that does not answer is in trouble, and the number of its messages is not known. */
async function queueHealth(queue: QueueName, gauge: QueueGauge): Promise<SourceHealth> {
  try {
    return { queue, ...(await gauge.depth()) };
  } catch (error) {
    const message = messageOf(error);
    return { queue, waiting: 0, deadLetters: 0, trouble: { message, failures: 1, permanent: false } };
  }
}

function sourceHealth(poller: PartitionPoller): SourceHealth {
  const { options, lagRecords, trouble } = poller;
  const { topic, partition } = options;
  if (trouble === undefined) return { topic, partition, lagRecords };
  const { error, failures, permanent } = trouble;
  const message = messageOf(error);
  return { topic, partition, lagRecords, trouble: { message, failures, permanent } };
}
