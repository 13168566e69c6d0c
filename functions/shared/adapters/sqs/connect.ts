import { SQSClient } from '@aws-sdk/client-sqs';
import { rejectedAlertsUrl } from '../../environment/server-variables.ts';
import { type Environment, isNone, required } from '../../environment/variables.ts';
import { type AttemptQueue, noAttemptQueue } from '../../ports/attempt-queue.ts';
import type { DeadLetters, QueuedLetters } from '../../ports/dead-letters.ts';
import type { DocumentQueue } from '../../ports/document-queue.ts';
import type { DeadMessages } from '../../ports/message-queue.ts';
import { clientConfig } from '../aws/client-config.ts';
import { awsOptionsOf } from '../aws/connect.ts';
import { sqsAttemptQueue } from './attempt-queue.ts';
import { sqsDeadLetters } from './dead-letters.ts';
import { SqsDeadMessages } from './dead-messages.ts';
import { sqsDocumentQueue } from './document-queue.ts';
import { type SqsQueue, sqsQueue } from './queue.ts';
import { sqsQueuedLetters } from './queued-letters.ts';

/** The environment variables that contain the URLs of the queues. */
export const notifyQueue = 'OFFBEAT_QUEUE_URL';
export const deadLettersQueue = 'OFFBEAT_DEAD_LETTERS_URL';
export const attemptsQueue = 'OFFBEAT_ATTEMPTS_QUEUE_URL';
export const documentsQueue = 'OFFBEAT_DOCUMENTS_QUEUE_URL';

export function sqsClient(env: Environment): SQSClient {
  return new SQSClient(clientConfig(awsOptionsOf(env, 'SQS')));
}

/**
 * Returns the queue of notify that the environment names.
 * @throws {UsageError} if it names no queue or no dead-letter queue
 */
export function connectQueue(env: Environment, client = sqsClient(env)): SqsQueue {
  return sqsQueue({ client, ...urlsOf(env) });
}

/**
 * Returns the dead letters of the queue that the environment names.
 * @throws {UsageError} if it names no queue or no dead-letter queue
 */
export function connectDeadMessages(env: Environment, client = sqsClient(env)): DeadMessages {
  return new SqsDeadMessages({ client, ...urlsOf(env) });
}

/**
 * Returns the queue of attempts that the environment names. If the variable is `none`, as in a deployment with
 * `warehouse: none`, it returns a queue that drops them.
 * @throws {UsageError} if the variable is not set
 */
export function connectAttempts(env: Environment, client = sqsClient(env)): AttemptQueue {
  if (isNone(env, attemptsQueue)) return noAttemptQueue;
  return sqsAttemptQueue(client, required(env, attemptsQueue, 'the URL of the queue that carries attempts to persist'));
}

/**
 * Returns the queue of documents that the environment names, which carries them to a function that appends them.
 * @throws {UsageError} if it names none
 */
export function connectDocumentQueue(env: Environment, client = sqsClient(env)): DocumentQueue {
  return sqsDocumentQueue(client, required(env, documentsQueue, 'the URL of the queue that carries documents'));
}

/**
 * Returns the dead letters of publish: the queue of rejected alerts that the environment names.
 * @throws {UsageError} if it names none
 */
export function connectRejectedAlerts(env: Environment, client = sqsClient(env)): DeadLetters {
  return sqsDeadLetters(client, required(env, rejectedAlertsUrl, 'the URL of the queue of rejected alerts'));
}

/**
 * Returns the rejected alerts in the queue that the environment names, for a redrive.
 * @throws {UsageError} if it names none
 */
export function connectQueuedLetters(env: Environment, client = sqsClient(env)): QueuedLetters {
  return sqsQueuedLetters(client, required(env, rejectedAlertsUrl, 'the URL of the queue of rejected alerts'));
}

function urlsOf(env: Environment) {
  return {
    queueUrl: required(env, notifyQueue, 'the URL of the queue behind the alert topic'),
    deadLettersUrl: required(env, deadLettersQueue, "the dead letters' queue URL"),
  };
}
