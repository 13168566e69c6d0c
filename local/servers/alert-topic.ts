import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueName } from '../../functions/function-row.ts';
import { awsError } from '../../functions/shared/adapters/aws/errors.ts';
import { alertTopic, connectPublisher, snsClient } from '../../functions/shared/adapters/sns/connect.ts';
import {
  attemptsQueue,
  connectAttempts,
  connectDeadMessages,
  connectQueue,
  deadLettersQueue,
  notifyQueue,
  sqsClient,
} from '../../functions/shared/adapters/sqs/connect.ts';
import { type SqsQueue, sqsQueue } from '../../functions/shared/adapters/sqs/queue.ts';
import { sqsQueueGauge } from '../../functions/shared/adapters/sqs/queue-gauge.ts';
import { endpointVariable } from '../../functions/shared/environment/aws-endpoints.ts';
import { type Environment, optional } from '../../functions/shared/environment/variables.ts';
import { alertReceiptsMax, attemptReceiptsMax } from '../../functions/shared/handler/queue-limits.ts';
import type { AttemptQueue } from '../../functions/shared/ports/attempt-queue.ts';
import type { DeadMessages } from '../../functions/shared/ports/message-queue.ts';
import type { Publisher } from '../../functions/shared/ports/publisher.ts';
import type { ReadQueue } from '../lambda/stages.ts';
import { awsCredentials, nodeTrust, reachServer } from './unreachable.ts';

/** The alert topic with its queues. */
export interface AlertTopic {
  readonly publisher: Publisher;
  readonly queue: SqsQueue;
  readonly attempts: AttemptQueue;
  /** The queues as their readers see them. */
  readonly queues: Readonly<Record<QueueName, ReadQueue>>;
  readonly deadMessages: DeadMessages;
  close(): void;
}

interface Clients {
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

const attemptsDeadLetters = 'offbeat-attempts-dead-letters';

/**
 * Connects to the alert topic at `OFFBEAT_SNS_ENDPOINT`, its queue, and the queue of dead letters. Makes those that the
 * environment does not name.
 * @throws {UnavailableError} if the server does not answer, or refuses the credentials
 */
export async function openAlertTopic(env: Environment): Promise<AlertTopic> {
  using opened = new DisposableStack();
  const clients = { sns: snsClient(env), sqs: sqsClient(env) };
  opened.defer(() => clients.sns.destroy());
  opened.defer(() => clients.sqs.destroy());
  const server = { variable: endpointVariable('SNS'), credentials: awsCredentials, trust: nodeTrust };
  const { attemptsDeadLettersUrl, ...names } = await reachServer(server, () => provide(env, clients));
  const named = { ...env, ...names };
  const kept = opened.move();
  const queue = connectQueue(named, clients.sqs);
  const attempts = { queueUrl: names[attemptsQueue], deadLettersUrl: attemptsDeadLettersUrl };
  const gaugeOf = (queueUrl: string, deadLettersUrl: string) => sqsQueueGauge(clients.sqs, queueUrl, deadLettersUrl);
  return {
    publisher: connectPublisher(named, clients.sns),
    queue,
    attempts: connectAttempts(named, clients.sqs),
    queues: {
      alerts: { source: queue, gauge: gaugeOf(names[notifyQueue], names[deadLettersQueue]) },
      attempts: {
        source: sqsQueue({ client: clients.sqs, ...attempts }),
        gauge: gaugeOf(attempts.queueUrl, attempts.deadLettersUrl),
      },
    },
    deadMessages: connectDeadMessages(named, clients.sqs),
    close: () => kept.dispose(),
  };
}

async function provide(env: Environment, clients: Clients) {
  try {
    const topicArn = optional(env, alertTopic) ?? (await createTopic(clients));
    const deadLettersUrl = optional(env, deadLettersQueue) ?? (await createQueue(clients, 'offbeat-dead-letters'));
    const queueUrl = optional(env, notifyQueue) ?? (await createSubscribed(clients, topicArn, deadLettersUrl));
    const attemptsDeadLettersUrl = await createQueue(clients, attemptsDeadLetters);
    const attemptsUrl = optional(env, attemptsQueue) ?? (await createAttempts(clients, attemptsDeadLettersUrl));
    return {
      [alertTopic]: topicArn,
      [notifyQueue]: queueUrl,
      [deadLettersQueue]: deadLettersUrl,
      [attemptsQueue]: attemptsUrl,
      attemptsDeadLettersUrl,
    };
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

/** Makes the queue that only the topic may write to. If it exists, it stays the same queue. */
async function createSubscribed(clients: Clients, topicArn: string, deadLettersUrl: string): Promise<string> {
  const queueUrl = await createQueue(clients, 'offbeat-notify');
  const [queueArn, deadLettersArn] = [await arnOf(clients, queueUrl), await arnOf(clients, deadLettersUrl)];
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  };
  const redrive = { deadLetterTargetArn: deadLettersArn, maxReceiveCount: alertReceiptsMax };
  const Attributes = {
    Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    RedrivePolicy: JSON.stringify(redrive),
  };
  await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes }));
  await clients.sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn }));
  return queueUrl;
}

/** Makes the queue that notify sends its attempts to and persist reads. */
async function createAttempts(clients: Clients, deadLettersUrl: string): Promise<string> {
  const queueUrl = await createQueue(clients, 'offbeat-attempts');
  const redrive = { deadLetterTargetArn: await arnOf(clients, deadLettersUrl), maxReceiveCount: attemptReceiptsMax };
  const Attributes = { RedrivePolicy: JSON.stringify(redrive), MessageRetentionPeriod: '1209600' };
  await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes }));
  return queueUrl;
}

async function arnOf({ sqs }: Clients, QueueUrl: string): Promise<string> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return Attributes!.QueueArn!;
}
