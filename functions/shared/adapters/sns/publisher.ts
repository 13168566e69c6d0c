import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { UnavailableError } from '../../domain/errors.ts';
import type { PublishedMessage, Publisher } from '../../ports/publisher.ts';
import { awsError } from '../aws/errors.ts';

export interface SnsPublisherOptions {
  readonly client: SNSClient;
  /** A FIFO topic's ends in `.fifo`. */
  readonly topicArn: string;
}

const fifoSuffix = '.fifo';

/**
 * An SNS topic. A FIFO one keeps each alert's transitions in order and drops a second try within five minutes; a
 * standard one does neither.
 *
 * `publish` throws {@link UnavailableError} where a later try may succeed or it was told to stop (the message may have
 * arrived all the same), and what SNS refuses for a policy or a name as it is.
 */
export function snsPublisher({ client, topicArn }: SnsPublisherOptions): Publisher {
  const topic = topicArn.slice(topicArn.lastIndexOf(':') + 1);
  const isFifo = topic.endsWith(fifoSuffix);
  const doing = (id: string): string => `SNS (${topic}), publish ${id}`;
  return {
    // Without the suffix: what one kind of topic has sent, its successor of the other kind need not send again.
    name: isFifo ? topic.slice(0, -fifoSuffix.length) : topic,
    async publish(message, signal) {
      if (signal.aborted) {
        throw new UnavailableError(`${doing(message.id)}: told to stop before it was sent`, { cause: signal.reason });
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

/** SNS takes no empty value; a filter finds nothing by it either way. */
function attributesOf({ attributes }: PublishedMessage) {
  const given = Object.entries(attributes).filter(([, value]) => value !== '');
  return Object.fromEntries(given.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));
}
