import type { SQSEvent } from 'aws-lambda';
import type { SourceHealth, StageHealth } from '../functions/api/health.ts';
import type { QueueStage, Stage, TopicStage } from '../functions/pipeline.ts';
import type { KafkaEvent } from '../functions/shared/domain/kafka-event.ts';
import type { StageSource } from '../functions/shared/ports/broker.ts';
import type { Ports } from '../functions/shared/ports/index.ts';
import type { QueueSource } from '../functions/shared/ports/message-queue.ts';
import { AssignedLanes } from './assigned-lanes.ts';
import { lambdaContext } from './lambda-context.ts';
import type { Lane } from './lane.ts';
import type { PolledStage } from './poller.ts';
import { QueueLane } from './queue-lane.ts';
import type { StageBroker } from './stage-broker.ts';

/** A function's time-out, as its deployment has it. */
const functionTimeoutMs = 60_000;
/**
 * A message must stay hidden while its function may still run. AWS advises six times the time-out, because its poller
 * may be throttled; this one never is, and a page that a killed process had in hand should not wait for so long.
 */
const visibilityMs = functionTimeoutMs + 30_000;

/** A stage with its function made and its sources attached. */
export interface OpenStage extends PolledStage {
  /** One Lambda invocation with any event, outside the poller. */
  invoke(event: unknown): Promise<unknown>;
  health(): StageHealth;
}

/**
 * Makes the stage's function over `ports` and attaches one lane for each partition that is its own, or one for the queue.
 * @param windowMs in place of the stage's own batching window
 */
export function openStage(
  stage: Stage,
  ports: Ports,
  broker: Pick<StageBroker, 'source'>,
  queue: QueueSource,
  windowMs = stage.windowMs,
): OpenStage {
  return stage.source.kind === 'topics'
    ? openTopicStage(stage as TopicStage, ports, broker.source(stage.name), windowMs)
    : openQueueStage(stage as QueueStage, ports, queue);
}

function openTopicStage(stage: TopicStage, ports: Ports, source: StageSource, windowMs: number): OpenStage {
  const { name, batchSize } = stage;
  const handler = stage.create(ports);
  const invoke = (event: KafkaEvent) => handler(event, lambdaContext(name, functionTimeoutMs, ports.clock));
  const assigned = new AssignedLanes(source, { group: name, batchSize, windowMs, bisect: true, invoke }, ports.clock);
  return {
    name,
    get lanes() {
      return assigned.lanes;
    },
    onRecords: (listener) => source.onRecords?.(listener),
    invoke: (event) => invoke(event as KafkaEvent),
    health() {
      const { trouble } = source;
      return { name, ...(trouble === undefined ? {} : { trouble }), sources: assigned.lanes.map(sourceHealth) };
    },
  };
}

function openQueueStage(stage: QueueStage, ports: Ports, queue: QueueSource): OpenStage {
  const { name, batchSize } = stage;
  const handler = stage.create(ports);
  const invoke = (event: SQSEvent) => handler(event, lambdaContext(name, functionTimeoutMs, ports.clock));
  const lane = new QueueLane({ batchSize, visibilityMs, invoke }, queue, ports.clock, ports.telemetry);
  return {
    name,
    lanes: [lane],
    invoke: (event) => invoke(event as SQSEvent),
    health: () => ({ name, sources: [] }),
  };
}

function sourceHealth(lane: Lane): SourceHealth {
  const { options, lagRecords, trouble } = lane;
  const { topic, partition } = options;
  if (trouble === undefined) return { topic, partition, lagRecords };
  const { error, failures, permanent } = trouble;
  const message = error instanceof Error ? error.message : String(error);
  return { topic, partition, lagRecords, trouble: { message, failures, permanent } };
}
