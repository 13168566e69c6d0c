import { Fn } from 'aws-cdk-lib';
import { CfnTopic } from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import { topicSpecs } from '../../functions/shared/adapters/kafka/topics.ts';
import type { PartitionCounts } from '../../functions/shared/log/topics.ts';
import { applyDataRemoval, type DataRemoval } from './data-removal.ts';

export interface TopicsProps {
  readonly clusterArn: string;
  readonly partitions: PartitionCounts;
  /**
   * The prefix of the topics' names on the brokers.
   *
   * @default none
   */
  readonly prefix?: string | undefined;
  readonly replicationFactor: number;
  readonly removalPolicy: DataRemoval;
}

/** The topics of Offbeat on a provisioned MSK cluster of Kafka 3.6 or newer, created through the API of MSK. */
export class Topics extends Construct {
  constructor(scope: Construct, id: string, props: TopicsProps) {
    super(scope, id);
    const { clusterArn, partitions, prefix, replicationFactor, removalPolicy } = props;
    const specs = topicSpecs(partitions, replicationFactor, prefix);
    for (const { topic, name, partitions: partitionCount, configs } of specs) {
      const made = new CfnTopic(this, topic.replace('.', '-'), {
        clusterArn,
        topicName: name,
        partitionCount,
        replicationFactor,
        configs: Fn.base64(JSON.stringify(configs)),
      });
      applyDataRemoval(removalPolicy, made);
    }
  }
}
