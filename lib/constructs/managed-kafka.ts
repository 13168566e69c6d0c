import { type CustomResource, Fn, RemovalPolicy } from 'aws-cdk-lib';
import { type CfnRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ManagedKafkaEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import type { PartitionCounts, Topic } from '../../functions/shared/log/topics.ts';
import { isServerlessKafka, serverlessKafkaRefused } from '../../settings/serverless.ts';
import { customResource } from './custom-resource.ts';
import { accept } from './findings.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';
import { type Kafka, type Reading, sourceProps } from './kafka.ts';
import { loginVariables } from './login.ts';
import { Topics } from './topics.ts';

export interface ManagedKafkaProps extends FunctionDefaults {
  /** The ARN of a provisioned cluster, Kafka 3.6 or newer. */
  readonly clusterArn: string;
  readonly partitions: PartitionCounts;
  /**
   * A secret `{"username", "password"}` that is associated with the cluster, by which functions and pollers log in with
   * SCRAM-SHA-512.
   *
   * @default functions and pollers log in by IAM
   */
  readonly secret?: ISecret;
  /**
   * Replicas of each topic, which are then created here.
   *
   * @default the topics exist, and none is created
   */
  readonly replicationFactor?: number;
  /**
   * Topics that another construct of the same app creates.
   *
   * @default none
   */
  readonly topics?: IDependable;
}

const clusterArnExpected = 'arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/UUID';

/** An MSK cluster. Its brokers are looked up at deployment, and each function gets permissions on single topics. */
export class ManagedKafka extends Construct implements Kafka {
  readonly partitions: PartitionCounts;
  readonly environment: Readonly<Record<string, string>>;
  readonly isReady: DependencyGroup;
  readonly #clusterArn: string;
  readonly #secret: ISecret | undefined;

  /** @throws {Error} at synth, if `clusterArn` is not the ARN of a cluster */
  constructor(scope: Construct, id: string, props: ManagedKafkaProps) {
    super(scope, id);
    const { clusterArn, partitions, secret, replicationFactor } = props;
    if (!/^(arn:[\w-]+:kafka:[\w-]+:\d{12}:cluster\/[^/]+\/[^/]+|\$\{Token.*)$/.test(clusterArn)) {
      throw new Error(`clusterArn: expected ${clusterArnExpected}, got "${clusterArn}"`);
    }
    if (isServerlessKafka(clusterArn)) throw new Error(`clusterArn: ${clusterArn}: ${serverlessKafkaRefused}`);
    this.#clusterArn = clusterArn;
    this.#secret = secret;
    this.partitions = partitions;
    const lookUp = this.#lookUp(props);
    this.isReady = new DependencyGroup(lookUp, ...(props.topics ? [props.topics] : []));
    this.environment = {
      OFFBEAT_KAFKA_BROKERS: lookUp.getAttString('brokers'),
      ...(secret === undefined ? { OFFBEAT_KAFKA_SASL: 'iam' } : loginVariables('scram-sha-512', secret)),
    };
    if (replicationFactor !== undefined) {
      const removalPolicy = RemovalPolicy.RETAIN;
      this.isReady.add(new Topics(this, 'Topics', { clusterArn, partitions, replicationFactor, removalPolicy }));
    }
  }

  #lookUp({ clusterArn, secret, network, deployed, logRetention, tracing }: ManagedKafkaProps): CustomResource {
    const defaults = { network, deployed, logRetention, tracing };
    const lookUp = new OffbeatFunction(this, 'LookUp', { ...defaults, name: 'look-up-brokers' });
    grantLookUp(lookUp, clusterArn);
    const properties = { clusterArn, login: secret === undefined ? 'iam' : 'scram' };
    return customResource(this, 'Brokers', { type: 'Brokers', onEvent: lookUp, properties });
  }

  grantAppend(appender: OffbeatFunction, topics: readonly Topic[]): void {
    if (this.#secret !== undefined) {
      this.#secret.grantRead(appender);
      return;
    }
    appender.addToRolePolicy(clusterStatement(['kafka-cluster:Connect'], [this.#clusterArn]));
    appender.addToRolePolicy(
      clusterStatement(
        ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
        topics.map((topic) => this.#arnOf('topic', topic)),
      ),
    );
  }

  feed(reader: OffbeatFunction, reading: Reading): void {
    const { topic, groupId } = reading;
    reader.addEventSource(
      new ManagedKafkaEventSource({
        ...sourceProps(reading, this.partitions[topic]),
        clusterArn: this.#clusterArn,
        ...(this.#secret && { secret: this.#secret }),
      }),
    );
    // CDK's policy allows to describe every cluster of the account and to write every log. Narrower grants replace it.
    (reader.role!.node.defaultChild as CfnRole).managedPolicyArns = undefined;
    grantLookUp(reader, this.#clusterArn);
    if (this.#secret !== undefined) return;
    // CDK does not grant these. Without them the poller can connect, and cannot read.
    reader.addToRolePolicy(
      clusterStatement(
        ['kafka-cluster:Connect', 'kafka-cluster:DescribeClusterDynamicConfiguration'],
        [this.#clusterArn],
      ),
    );
    reader.addToRolePolicy(
      clusterStatement(['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'], [this.#arnOf('topic', topic)]),
    );
    reader.addToRolePolicy(
      clusterStatement(['kafka-cluster:DescribeGroup', 'kafka-cluster:AlterGroup'], [this.#arnOf('group', groupId)]),
    );
  }

  /** Returns the ARN of a topic or group, which has the same form as the ARN of its cluster. */
  #arnOf(kind: 'topic' | 'group', name: string): string {
    const [before, after] = [0, 1].map((index) => Fn.select(index, Fn.split(':cluster/', this.#clusterArn)));
    return `${before}:${kind}/${after}/${name}`;
  }
}

function grantLookUp(asker: OffbeatFunction, clusterArn: string): void {
  asker.addToRolePolicy(clusterStatement(['kafka:DescribeClusterV2'], [clusterArn]));
  // IAM cannot restrict this action to a cluster: with an ARN the call would be denied.
  asker.addToRolePolicy(clusterStatement(['kafka:GetBootstrapBrokers'], ['*']));
  accept(asker.role!, 'IAM5[Resource::*]', 'IAM cannot restrict kafka:GetBootstrapBrokers to a cluster');
}

function clusterStatement(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
