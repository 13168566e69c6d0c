import { SNSClient } from '@aws-sdk/client-sns';
import { type Environment, required } from '../../environment/variables.ts';
import type { Publisher } from '../../ports/publisher.ts';
import { clientConfig } from '../aws/client-config.ts';
import { awsOptionsOf } from '../aws/connect.ts';
import { snsPublisher } from './publisher.ts';

/** The environment variable that contains the ARN of the topic. */
export const alertTopic = 'OFFBEAT_ALERT_TOPIC_ARN';

export function snsClient(env: Environment): SNSClient {
  return new SNSClient(clientConfig(awsOptionsOf(env, 'SNS')));
}

/**
 * Returns the publisher to the topic that the environment names.
 * @throws {UsageError} if it names none
 */
export function connectPublisher(env: Environment, client = snsClient(env)): Publisher {
  return snsPublisher({ client, topicArn: required(env, alertTopic, "the alert topic's ARN") });
}
