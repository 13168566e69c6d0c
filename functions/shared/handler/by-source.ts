import type { Context, SQSEvent } from 'aws-lambda';
import type { KafkaEvent } from '../log/kafka-event.ts';
import type { QueueHandler } from './queue-handler.ts';

/**
 * The handler of a function that reads topics and a queue: passes each event to the handler of its source. A batch of
 * SQS has `Records`, one of Kafka `records`.
 */
export function bySource(
  fromTopics: (event: KafkaEvent, context: Context) => Promise<unknown>,
  fromQueue: QueueHandler,
): (event: KafkaEvent | SQSEvent, context: Context) => Promise<unknown> {
  return (event, context) => (isOfQueue(event) ? fromQueue(event, context) : fromTopics(event, context));
}

/** Whether an event is a batch of a queue. */
export function isOfQueue(event: unknown): event is SQSEvent {
  return typeof event === 'object' && event !== null && 'Records' in event;
}
