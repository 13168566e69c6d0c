import { Stack, Stage, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { UsageError } from '../functions/shared/domain/errors.ts';

/** A deployment in an app, by what decides whether it shares topics or consumer groups with another one. */
export interface KafkaUser extends IConstruct {
  readonly prefix: string | undefined;
  /** The ARN of the MSK cluster, or a token; `undefined` with brokers that are not of MSK. */
  readonly clusterArn: string | undefined;
}

/**
 * Refuses a deployment with the prefix of another one in the same app, if both are on one cluster, where they would share
 * topics, or in one account and region: Lambda requires that a consumer group is unique among all event sources there,
 * whichever cluster they read.
 * @throws {UsageError} naming both constructs and the remedy
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-consumer-group-id.html
 */
export function checkShared(user: KafkaUser, others: readonly KafkaUser[]): void {
  for (const other of others.filter(({ prefix }) => prefix === user.prefix)) {
    const isOneCluster = !Token.isUnresolved(user.clusterArn) && user.clusterArn === other.clusterArn;
    if (!isOneCluster && placeOf(other) !== placeOf(user)) continue;
    const have = user.prefix === undefined ? 'have no prefix' : `have the prefix ${user.prefix}`;
    const shared = isOneCluster ? 'topics and consumer groups' : 'consumer groups';
    throw new UsageError(
      `prefix: ${other.node.path} and ${user.node.path} both ${have}, and would share ${shared}; give one of them another prefix`,
    );
  }
}

/** Returns the account and region of a construct; where its stack leaves them open, those of every such stack of its stage. */
function placeOf(construct: IConstruct): string {
  const { account, region } = Stack.of(construct);
  const isOpen = Token.isUnresolved(account) || Token.isUnresolved(region);
  return isOpen ? `stage ${Stage.of(construct)?.node.path}` : `${account}/${region}`;
}
