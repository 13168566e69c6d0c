import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { awsError } from '../../functions/shared/adapters/aws/errors.ts';
import type { SqsQueue } from '../../functions/shared/adapters/sqs/queue.ts';
import { endpointVariable } from '../../functions/shared/connect/aws.ts';
import { type Environment, optional } from '../../functions/shared/connect/environment.ts';
import { alertTopic, connectPublisher, snsClient } from '../../functions/shared/connect/sns.ts';
import {
  connectDeadMessages,
  connectQueue,
  deadLettersQueue,
  notifyQueue,
  sqsClient,
} from '../../functions/shared/connect/sqs.ts';
import type { DeadMessages } from '../../functions/shared/ports/message-queue.ts';
import type { Publisher } from '../../functions/shared/ports/publisher.ts';
import { awsCredentials, nodeTrust, reach } from './unreachable.ts';

export interface AlertTopic {
  readonly publisher: Publisher;
  readonly queue: SqsQueue;
  readonly deadMessages: DeadMessages;
  close(): void;
}

interface Clients {
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

/** As lib/constructs/fan-out.ts has it. */
const receiptsMax = 200;

/**
 * The alert topic at `OFFBEAT_SNS_ENDPOINT`, the queue behind it and that of its dead letters, made unless the
 * environment names them.
 * @throws {UnavailableError} if it does not answer, or refuses the credentials
 */
export async function openAlertTopic(env: Environment): Promise<AlertTopic> {
  using opened = new DisposableStack();
  const clients = { sns: snsClient(env), sqs: sqsClient(env) };
  opened.defer(() => clients.sns.destroy());
  opened.defer(() => clients.sqs.destroy());
  const server = { variable: endpointVariable('SNS'), credentials: awsCredentials, trust: nodeTrust };
  const names = await reach(server, () => provide(env, clients));
  const named = { ...env, ...names };
  const kept = opened.move();
  return {
    publisher: connectPublisher(named, clients.sns),
    queue: connectQueue(named, clients.sqs),
    deadMessages: connectDeadMessages(named, clients.sqs),
    close: () => kept.dispose(),
  };
}

async function provide(env: Environment, clients: Clients): Promise<Readonly<Record<string, string>>> {
  try {
    const topicArn = optional(env, alertTopic) ?? (await createTopic(clients));
    const deadLettersUrl = optional(env, deadLettersQueue) ?? (await createQueue(clients, 'offbeat-dead-letters'));
    const queueUrl = optional(env, notifyQueue) ?? (await createFed(clients, topicArn, deadLettersUrl));
    return { [alertTopic]: topicArn, [notifyQueue]: queueUrl, [deadLettersQueue]: deadLettersUrl };
  } catch (error) {
    throw awsError('the alert topic and its queues', error);
  }
}

async function createTopic({ sns }: Clients): Promise<string> {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'offbeat-alerts' }));
  return TopicArn!;
}

async function createQueue({ sqs }: Clients, QueueName: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
  return QueueUrl!;
}

/** A queue that the topic, and nobody else, may write to. Made again it is the same one. */
async function createFed(clients: Clients, topicArn: string, deadLettersUrl: string): Promise<string> {
  const queueUrl = await createQueue(clients, 'offbeat-notify');
  const [queueArn, deadLettersArn] = [await arnOf(clients, queueUrl), await arnOf(clients, deadLettersUrl)];
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  };
  const redrive = { deadLetterTargetArn: deadLettersArn, maxReceiveCount: receiptsMax };
  const Attributes = {
    Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    RedrivePolicy: JSON.stringify(redrive),
  };
  await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes }));
  await clients.sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn }));
  return queueUrl;
}

async function arnOf({ sqs }: Clients, QueueUrl: string): Promise<string> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return Attributes!.QueueArn!;
}
