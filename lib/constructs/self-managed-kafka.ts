import { AuthenticationMethod, SelfManagedKafkaEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, DependencyGroup } from 'constructs';
import { type KafkaNames, kafkaNames } from '../../functions/shared/log/kafka-names.ts';
import type { PartitionCounts, Topic } from '../../functions/shared/log/topics.ts';
import type { FunctionDefaults, OffbeatFunction } from './function.ts';
import { type Kafka, prefixVariable, type Reading, sourceProps } from './kafka.ts';
import { setUpKafka } from './kafka-set-up.ts';
import { grantLogin, loginVariables } from './login.ts';

export interface SelfManagedKafkaProps extends FunctionDefaults {
  /** Addresses, each as `host:port`. */
  readonly brokers: readonly string[];
  readonly partitions: PartitionCounts;
  /** The consumer groups of the deployment, by their logical names. */
  readonly consumerGroups: readonly string[];
  /**
   * The prefix of topics and groups on the brokers.
   *
   * @default none
   */
  readonly prefix?: string | undefined;
  /** @default none: the brokers accept every client that reaches them */
  readonly login?: { readonly sasl: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly secret: ISecret };
  /**
   * Replicas of each topic.
   *
   * @default 3
   */
  readonly replicationFactor?: number;
}

const methods = {
  plain: AuthenticationMethod.BASIC_AUTH,
  'scram-sha-256': AuthenticationMethod.SASL_SCRAM_256_AUTH,
  'scram-sha-512': AuthenticationMethod.SASL_SCRAM_512_AUTH,
} as const;

/** Brokers that are not of MSK. A function creates the topics; ACLs of the brokers decide what functions may do there. */
export class SelfManagedKafka extends Construct implements Kafka {
  readonly partitions: PartitionCounts;
  readonly environment: Readonly<Record<string, string>>;
  readonly readerEnvironment: Readonly<Record<string, string>>;
  readonly isReady: DependencyGroup;
  readonly #props: SelfManagedKafkaProps;
  readonly #names: KafkaNames;

  /** @throws {Error} at synth, if `brokers` is empty */
  constructor(scope: Construct, id: string, props: SelfManagedKafkaProps) {
    super(scope, id);
    const { brokers, login, partitions, consumerGroups } = props;
    if (brokers.length === 0) throw new Error('brokers: expected host:port for each, got none');
    this.#props = props;
    this.#names = kafkaNames(props.prefix);
    this.partitions = partitions;
    this.readerEnvironment = prefixVariable(this.#names);
    this.environment = {
      OFFBEAT_KAFKA_BROKERS: brokers.join(','),
      ...(login === undefined ? {} : loginVariables(login.sasl, login.secret)),
      ...this.readerEnvironment,
    };
    const { replicationFactor = 3 } = props;
    const { environment } = this;
    const grant = (setUp: OffbeatFunction) => this.#grantLogin(setUp);
    const setUp = { ...props, environment, replicationFactor, groups: consumerGroups, grant };
    this.isReady = new DependencyGroup(setUpKafka(this, setUp));
  }

  grantAppend(appender: OffbeatFunction, _topics: readonly Topic[]): void {
    this.#grantLogin(appender);
  }

  /** Grants nothing: the rights are those of the user who logs in, whom `grantAppend` lets the function be. */
  grantCount(_counter: OffbeatFunction, _topics: readonly Topic[]): void {}

  #grantLogin(grantee: OffbeatFunction): void {
    const { login } = this.#props;
    if (login !== undefined) grantLogin(login.secret, grantee);
  }

  feed(reader: OffbeatFunction, reading: Reading): void {
    const { brokers, network, login } = this.#props;
    reader.addEventSource(
      new SelfManagedKafkaEventSource({
        ...sourceProps(reading, this.partitions[reading.topic], this.#names),
        // CDK makes the mapping's logical id of the list, so another order would be another mapping.
        bootstrapServers: brokers.toSorted(),
        vpc: network.vpc,
        vpcSubnets: network.dataSubnets,
        securityGroup: network.brokers,
        ...(login === undefined ? {} : { secret: login.secret, authenticationMethod: methods[login.sasl] }),
      }),
    );
    this.#grantLogin(reader);
  }
}
