import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { UnavailableError } from '../../domain/errors.ts';
import type { PublishedMessage, Publisher } from '../../ports/publisher.ts';
import { awsError } from '../aws/errors.ts';

export interface SnsPublisherOptions {
  readonly client: SNSClient;
  /** The ARN of the topic; that of a FIFO topic ends in `.fifo`. */
  readonly topicArn: string;
}

const fifoSuffix = '.fifo';

/**
 * Returns a publisher to an SNS topic. A FIFO topic keeps the transitions of each alert in order and drops a message that is
 * repeated within five minutes. A standard topic does neither.
 *
 * `publish` throws {@link UnavailableError} if a later try may succeed, and if its signal aborts; the message may have arrived
 * nevertheless. An error by which SNS refuses a policy or a name is thrown unchanged.
 */
export function snsPublisher({ client, topicArn }: SnsPublisherOptions): Publisher {
  const topic = topicArn.slice(topicArn.lastIndexOf(':') + 1);
  const isFifo = topic.endsWith(fifoSuffix);
  const doing = (id: string): string => `SNS (${topic}), publish ${id}`;
  return {
    // The name has no suffix: when a topic of one kind replaces one of the other, it does not send everything again.
    name: isFifo ? topic.slice(0, -fifoSuffix.length) : topic,
    async publish(message, signal) {
      if (signal.aborted) {
        throw new UnavailableError(`${doing(message.id)}: stopped before it was sent`, { cause: signal.reason });
      }
      const { id, group } = message;
      const command = new PublishCommand({
        TopicArn: topicArn,
        Subject: message.subject,
        Message: message.body,
        MessageAttributes: attributesOf(message),
        ...(isFifo ? { MessageGroupId: group, MessageDeduplicationId: id } : {}),
      });
      try {
        await client.send(command, { abortSignal: signal });
      } catch (error) {
        throw awsError(doing(id), error);
      }
    },
  };
}

/**
 * Returns the attributes as SNS needs them. Empty values are left out, because SNS refuses them; a filter cannot match
 * them anyway.
 */
function attributesOf({ attributes }: PublishedMessage) {
  const given = Object.entries(attributes).filter(([, value]) => value !== '');
  return Object.fromEntries(given.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));
}
