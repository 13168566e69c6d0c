import { type CustomResource, Fn } from 'aws-cdk-lib';
import { type CfnRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ManagedKafkaEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import { type KafkaNames, kafkaNames } from '../../functions/shared/log/kafka-names.ts';
import { type PartitionCounts, type Topic, topics } from '../../functions/shared/log/topics.ts';
import { isServerlessKafka, serverlessKafkaRefused } from '../../settings/serverless.ts';
import { customResource } from './custom-resource.ts';
import { accept } from './findings.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';
import { type Kafka, prefixVariable, type Reading, sourceProps } from './kafka.ts';
import { setUpKafka } from './kafka-set-up.ts';
import { grantLogin, loginVariables } from './login.ts';

export interface ManagedKafkaProps extends FunctionDefaults {
  /** The ARN of a provisioned cluster, Kafka 3.6 or newer. */
  readonly clusterArn: string;
  readonly partitions: PartitionCounts;
  /** The consumer groups of the deployment, by their logical names. */
  readonly consumerGroups: readonly string[];
  /**
   * The prefix of topics and groups on the brokers.
   *
   * @default none
   */
  readonly prefix?: string | undefined;
  /**
   * A secret `{"username", "password"}` that is associated with the cluster, by which functions and pollers log in with
   * SCRAM-SHA-512.
   *
   * @default functions and pollers log in by IAM
   */
  readonly secret?: ISecret;
  /**
   * Replicas of each topic, which are then created here if they do not exist.
   *
   * @default the topics exist, and none is created
   */
  readonly replicationFactor?: number;
  /**
   * The user with which shippers log in by SCRAM, on a cluster of the deployment: its ACLs are then set here. Functions log
   * in by IAM there, and ACLs do not apply to them.
   *
   * @default no ACLs are set: those of an existing cluster are its owner's
   */
  readonly shipper?: string;
  /**
   * The ARN of the shippers' secret, which must be associated with the cluster: CloudFormation may not notice that MSK
   * refused it.
   *
   * @default no association is checked
   */
  readonly shipperSecretArn?: string;
  /**
   * Topics that another construct of the same app creates, with the association of the shippers' secret.
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
  readonly readerEnvironment: Readonly<Record<string, string>>;
  readonly isReady: DependencyGroup;
  readonly #clusterArn: string;
  readonly #names: KafkaNames;
  readonly #secret: ISecret | undefined;

  /** @throws {Error} at synth, if `clusterArn` is not the ARN of a cluster */
  constructor(scope: Construct, id: string, props: ManagedKafkaProps) {
    super(scope, id);
    const { clusterArn, partitions, secret, replicationFactor, shipper } = props;
    if (!/^(arn:[\w-]+:kafka:[\w-]+:\d{12}:cluster\/[^/]+\/[^/]+|\$\{Token.*)$/.test(clusterArn)) {
      throw new Error(`clusterArn: expected ${clusterArnExpected}, got "${clusterArn}"`);
    }
    if (isServerlessKafka(clusterArn)) throw new Error(`clusterArn: ${clusterArn}: ${serverlessKafkaRefused}`);
    this.#clusterArn = clusterArn;
    this.#names = kafkaNames(props.prefix);
    this.#secret = secret;
    this.partitions = partitions;
    const lookUp = this.#lookUp(props);
    this.isReady = new DependencyGroup(lookUp, ...(props.topics ? [props.topics] : []));
    this.readerEnvironment = prefixVariable(this.#names);
    this.environment = {
      OFFBEAT_KAFKA_BROKERS: lookUp.getAttString('brokers'),
      ...(secret === undefined ? { OFFBEAT_KAFKA_SASL: 'iam' } : loginVariables('scram-sha-512', secret)),
      ...this.readerEnvironment,
    };
    const { environment } = this;
    const grant = (setUp: OffbeatFunction) => this.#grantSetUp(setUp, props);
    const setUp = setUpKafka(this, { ...props, environment, grant, ...groupsIn(props) });
    // On an existing cluster it creates the topics, and must look at the groups before a mapping adds members to them.
    if (shipper === undefined || replicationFactor !== undefined) this.isReady.add(setUp);
  }

  /** @see https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html */
  #grantSetUp(setUp: OffbeatFunction, props: ManagedKafkaProps): void {
    const { replicationFactor, shipper } = props;
    if (this.#secret !== undefined) {
      grantLogin(this.#secret, setUp);
      return;
    }
    // AlterCluster is what Kafka needs to create ACLs; MSK requires DescribeCluster with it.
    const acls = shipper === undefined ? [] : ['kafka-cluster:DescribeCluster', 'kafka-cluster:AlterCluster'];
    setUp.addToRolePolicy(clusterStatement(['kafka-cluster:Connect', ...acls], [this.#clusterArn]));
    const { groups } = groupsIn(props);
    if (groups !== undefined) {
      const arns = groups.map((group) => this.#arnOf('group', this.#names.group(group)));
      setUp.addToRolePolicy(clusterStatement(['kafka-cluster:DescribeGroup'], arns));
    }
    if (replicationFactor === undefined) return;
    setUp.addToRolePolicy(
      clusterStatement(
        ['kafka-cluster:CreateTopic', 'kafka-cluster:DescribeTopic', 'kafka-cluster:DescribeTopicDynamicConfiguration'],
        Object.values(topics).map((topic) => this.#arnOf('topic', this.#names.topic(topic))),
      ),
    );
  }

  #lookUp({ clusterArn, secret, shipperSecretArn, topics, ...common }: ManagedKafkaProps): CustomResource {
    const { network, deployed, logRetention, tracing } = common;
    const defaults = { network, deployed, logRetention, tracing };
    const lookUp = new OffbeatFunction(this, 'LookUp', { ...defaults, name: 'look-up-brokers' });
    grantLookUp(lookUp, clusterArn);
    const login = secret === undefined ? 'iam' : 'scram';
    const shippers = shipperSecretArn === undefined ? {} : { shipperSecret: shipperSecretArn };
    if (shipperSecretArn !== undefined) {
      lookUp.addToRolePolicy(clusterStatement(['kafka:ListScramSecrets'], [clusterArn]));
    }
    const properties = { clusterArn, login, ...shippers };
    const brokers = customResource(this, 'Brokers', { type: 'Brokers', onEvent: lookUp, properties });
    if (topics !== undefined) brokers.node.addDependency(topics);
    return brokers;
  }

  grantAppend(appender: OffbeatFunction, topics: readonly Topic[]): void {
    if (this.#secret !== undefined) {
      grantLogin(this.#secret, appender);
      return;
    }
    appender.addToRolePolicy(clusterStatement(['kafka-cluster:Connect'], [this.#clusterArn]));
    appender.addToRolePolicy(
      clusterStatement(
        ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
        topics.map((topic) => this.#arnOf('topic', this.#names.topic(topic))),
      ),
    );
  }

  grantCount(counter: OffbeatFunction, topics: readonly Topic[]): void {
    // With a secret, the rights are those of its user.
    if (this.#secret !== undefined) return;
    const arns = topics.map((topic) => this.#arnOf('topic', this.#names.topic(topic)));
    counter.addToRolePolicy(clusterStatement(['kafka-cluster:DescribeTopic'], arns));
  }

  feed(reader: OffbeatFunction, reading: Reading): void {
    const { topic, groupId } = reading;
    reader.addEventSource(
      new ManagedKafkaEventSource({
        ...sourceProps(reading, this.partitions[topic], this.#names),
        clusterArn: this.#clusterArn,
        ...(this.#secret && { secret: this.#secret }),
      }),
    );
    // CDK's policy allows to describe every cluster of the account and to write every log. Narrower grants replace it.
    (reader.role!.node.defaultChild as CfnRole).managedPolicyArns = undefined;
    grantLookUp(reader, this.#clusterArn);
    if (this.#secret !== undefined) {
      grantLogin(this.#secret, reader);
      return;
    }
    // CDK does not grant these. Without them the poller can connect, and cannot read.
    reader.addToRolePolicy(
      clusterStatement(
        ['kafka-cluster:Connect', 'kafka-cluster:DescribeClusterDynamicConfiguration'],
        [this.#clusterArn],
      ),
    );
    reader.addToRolePolicy(
      clusterStatement(
        ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'],
        [this.#arnOf('topic', this.#names.topic(topic))],
      ),
    );
    reader.addToRolePolicy(
      clusterStatement(
        ['kafka-cluster:DescribeGroup', 'kafka-cluster:AlterGroup'],
        [this.#arnOf('group', this.#names.group(groupId))],
      ),
    );
  }

  /** Returns the ARN of a topic or group by its name on the brokers, which has the same form as the ARN of its cluster. */
  #arnOf(kind: 'topic' | 'group', name: string): string {
    const [before, after] = [0, 1].map((index) => Fn.select(index, Fn.split(':cluster/', this.#clusterArn)));
    return `${before}:${kind}/${after}/${name}`;
  }
}

/** Returns the groups that another deployment may read with: on a cluster of the deployment there is no other. */
const groupsIn = ({ shipper, consumerGroups }: ManagedKafkaProps): { readonly groups?: readonly string[] } =>
  shipper === undefined ? { groups: consumerGroups } : {};

function grantLookUp(asker: OffbeatFunction, clusterArn: string): void {
  asker.addToRolePolicy(clusterStatement(['kafka:DescribeClusterV2'], [clusterArn]));
  // IAM cannot restrict this action to a cluster: with an ARN the call would be denied.
  asker.addToRolePolicy(clusterStatement(['kafka:GetBootstrapBrokers'], ['*']));
  accept(asker.role!, 'IAM5[Resource::*]', 'IAM cannot restrict kafka:GetBootstrapBrokers to a cluster');
}

function clusterStatement(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
