import { randomUUID } from 'node:crypto';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { PublishedMessage, Publisher } from '../../functions/shared/ports/publisher.ts';

const topicName = 'offbeat-alerts';

/**
 * A topic with one subscriber, the queue. Each message has the format in which SNS sends it to SQS.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export class SqlitePublisher implements Publisher {
  readonly name = topicName;
  readonly #queue: { send(body: string, alertId: string): void };
  readonly #clock: Clock;

  constructor(queue: { send(body: string, alertId: string): void }, clock: Clock) {
    this.#queue = queue;
    this.#clock = clock;
  }

  async publish(message: PublishedMessage, signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      throw new UnavailableError(`${message.id}: stopped before it was published`, { cause: signal.reason });
    }
    this.#queue.send(JSON.stringify(notification(message, this.#clock.nowMs())), message.group);
  }
}

function notification({ subject, body, attributes }: PublishedMessage, nowMs: number): unknown {
  const typed = Object.entries(attributes).map(([name, Value]) => [name, { Type: 'String', Value }]);
  return {
    Type: 'Notification',
    MessageId: randomUUID(),
    TopicArn: `arn:aws:sns:embedded:000000000000:${topicName}`,
    Subject: subject,
    Message: body,
    Timestamp: new Date(nowMs).toISOString(),
    MessageAttributes: Object.fromEntries(typed),
  };
}
