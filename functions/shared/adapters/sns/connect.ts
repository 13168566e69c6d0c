import { SNSClient } from '@aws-sdk/client-sns';
import { awsOptionsOf } from '../../environment/aws-endpoints.ts';
import { type Environment, required } from '../../environment/variables.ts';
import type { Publisher } from '../../ports/publisher.ts';
import { clientConfig } from '../aws/client-config.ts';
import { snsPublisher } from './publisher.ts';

/** The variable that names the topic. */
export const alertTopic = 'OFFBEAT_ALERT_TOPIC_ARN';

export function snsClient(env: Environment): SNSClient {
  return new SNSClient(clientConfig(awsOptionsOf(env, 'SNS')));
}

/** @throws {UsageError} if the topic is not named */
export function connectPublisher(env: Environment, client = snsClient(env)): Publisher {
  return snsPublisher({ client, topicArn: required(env, alertTopic, "the alert topic's ARN") });
}
