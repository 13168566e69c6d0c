import type { Context, SQSEvent } from 'aws-lambda';
import type { KafkaEvent } from '../log/kafka-event.ts';
import type { QueueHandler } from './queue-handler.ts';

/**
 * Returns the handler of a function that reads topics and a queue. It passes each event to the handler of its source: a
 * batch of SQS has the field `Records`, a batch of Kafka `records`.
 */
export function bySource(
  fromTopics: (event: KafkaEvent, context: Context) => Promise<unknown>,
  fromQueue: QueueHandler,
): (event: KafkaEvent | SQSEvent, context: Context) => Promise<unknown> {
  return (event, context) => (isOfQueue(event) ? fromQueue(event, context) : fromTopics(event, context));
}

/** Returns whether an event is a batch of a queue. */
export function isOfQueue(event: unknown): event is SQSEvent {
  return typeof event === 'object' && event !== null && 'Records' in event;
}
