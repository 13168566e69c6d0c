import { Fn, type RemovalPolicy } from 'aws-cdk-lib';
import { CfnTopic } from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import { topicSpecs } from '../../functions/shared/adapters/kafka/topics.ts';
import type { PartitionCounts } from '../../functions/shared/log/topics.ts';

export interface TopicsProps {
  readonly clusterArn: string;
  readonly partitions: PartitionCounts;
  readonly replicationFactor: number;
  readonly removalPolicy: RemovalPolicy;
}

/** The topics of Offbeat on a provisioned MSK cluster of Kafka 3.6 or newer, created through the API of MSK. */
export class Topics extends Construct {
  constructor(scope: Construct, id: string, props: TopicsProps) {
    super(scope, id);
    const { clusterArn, partitions, replicationFactor, removalPolicy } = props;
    for (const { topic, partitions: partitionCount, configs } of topicSpecs(partitions, replicationFactor)) {
      const made = new CfnTopic(this, topic.replace('.', '-'), {
        clusterArn,
        topicName: topic,
        partitionCount,
        replicationFactor,
        configs: Fn.base64(JSON.stringify(configs)),
      });
      made.applyRemovalPolicy(removalPolicy);
    }
  }
}
