import { AuthenticationMethod, SelfManagedKafkaEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import type { PartitionCounts, Topic } from '../../functions/shared/log/topics.ts';
import { customResource } from './custom-resource.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';
import { type Kafka, type Reading, sourceProps } from './kafka.ts';
import { loginVariables } from './login.ts';

export interface SelfManagedKafkaProps extends FunctionDefaults {
  /** Addresses, each as `host:port`. */
  readonly brokers: readonly string[];
  readonly partitions: PartitionCounts;
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
  readonly isReady: DependencyGroup;
  readonly #props: SelfManagedKafkaProps;

  /** @throws {Error} at synth, if `brokers` is empty */
  constructor(scope: Construct, id: string, props: SelfManagedKafkaProps) {
    super(scope, id);
    const { brokers, login, partitions } = props;
    if (brokers.length === 0) throw new Error('brokers: expected host:port for each, got none');
    this.#props = props;
    this.partitions = partitions;
    this.environment = {
      OFFBEAT_KAFKA_BROKERS: brokers.join(','),
      ...(login === undefined ? {} : loginVariables(login.sasl, login.secret)),
    };
    this.isReady = new DependencyGroup(this.#makeTopics(props));
  }

  #makeTopics({ network, replicationFactor = 3, deployed, logRetention, tracing }: SelfManagedKafkaProps): IDependable {
    const defaults = { network, deployed, logRetention, tracing };
    const { environment } = this;
    const setUp = new OffbeatFunction(this, 'SetUpTopics', { ...defaults, name: 'set-up-topics', environment });
    this.#props.login?.secret.grantRead(setUp);
    return customResource(this, 'Topics', {
      type: 'Topics',
      onEvent: setUp,
      properties: { replicationFactor: String(replicationFactor), partitions: JSON.stringify(this.partitions) },
    });
  }

  grantAppend(appender: OffbeatFunction, _topics: readonly Topic[]): void {
    this.#props.login?.secret.grantRead(appender);
  }

  feed(reader: OffbeatFunction, reading: Reading): void {
    const { brokers, network, login } = this.#props;
    reader.addEventSource(
      new SelfManagedKafkaEventSource({
        ...sourceProps(reading, this.partitions[reading.topic]),
        bootstrapServers: [...brokers],
        vpc: network.vpc,
        vpcSubnets: network.dataSubnets,
        securityGroup: network.brokers,
        ...(login === undefined ? {} : { secret: login.secret, authenticationMethod: methods[login.sasl] }),
      }),
    );
  }
}
