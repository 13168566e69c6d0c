import type { CustomResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { PartitionCounts } from '../../functions/shared/log/topics.ts';
import { customResource } from './custom-resource.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';

export interface KafkaSetUpProps extends FunctionDefaults {
  /** The environment variables by which the function reaches the brokers. */
  readonly environment: Readonly<Record<string, string>>;
  readonly partitions: PartitionCounts;
  /**
   * The replicas of each topic, which the function then creates.
   *
   * @default no topics are created
   */
  readonly replicationFactor?: number;
  /**
   * The user of the shippers, whose ACLs the function then sets.
   *
   * @default no ACLs are set
   */
  readonly shipper?: string;
  /**
   * The consumer groups of the deployment, by their logical names. The first deployment fails if one of them has members.
   *
   * @default no groups are looked at
   */
  readonly groups?: readonly string[];
  /** Lets the function log in, and do what the other props ask for. */
  grant(setUp: OffbeatFunction): void;
}

/**
 * Creates the custom resource that creates topics and ACLs on brokers, and refuses brokers on which another deployment reads
 * with the same groups. With `groups` every event source mapping must depend on it, or it would refuse their members.
 *
 * Topics and ACLs are kept when the stack is deleted: they cost nothing by themselves, and a next deployment finds them and
 * continues with them.
 */
export function setUpKafka(scope: Construct, props: KafkaSetUpProps): CustomResource {
  const { network, deployed, logRetention, tracing, environment, partitions, groups } = props;
  const { replicationFactor, shipper } = props;
  const { OFFBEAT_KAFKA_PREFIX: prefix } = environment;
  const defaults = { network, deployed, logRetention, tracing };
  const setUp = new OffbeatFunction(scope, 'SetUpKafka', { ...defaults, name: 'set-up-kafka', environment });
  props.grant(setUp);
  return customResource(scope, 'SetUp', {
    type: 'Kafka',
    onEvent: setUp,
    properties: {
      ...(replicationFactor !== undefined && {
        replicationFactor: String(replicationFactor),
        partitions: JSON.stringify(partitions),
      }),
      ...(shipper !== undefined && { shipper }),
      ...(groups !== undefined && { groups }),
      // CloudFormation runs the function again only for properties that changed.
      ...(prefix !== undefined && { prefix }),
    },
  });
}
