import { Duration, type RemovalPolicy, Tags } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { functions } from '../functions/functions.ts';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { type Receiver, receiverFacts } from '../functions/shared/domain/receivers/registry.ts';
import { isSecretsManagerReference } from '../functions/shared/domain/secret-reference.ts';
import { defaultSettings } from '../functions/shared/domain/settings.ts';
import { type PartitionCounts, partitionsDefault } from '../functions/shared/log/topics.ts';
import type { SettingsFile } from '../settings/file.ts';
import { OffbeatApi } from './constructs/api.ts';
import { DataHub } from './constructs/data-hub.ts';
import { FanOut } from './constructs/fan-out.ts';
import { type FunctionDefaults, OffbeatFunction } from './constructs/function.ts';
import { type Kafka, type Polling, pollingWord } from './constructs/kafka.ts';
import { Ledger } from './constructs/ledger.ts';
import { ManagedKafka } from './constructs/managed-kafka.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { Network } from './constructs/network.ts';
import { SelfManagedKafka } from './constructs/self-managed-kafka.ts';
import { Stages } from './constructs/stages.ts';
import { Upkeep } from './constructs/upkeep.ts';
import { Warehouse, type WarehouseAccess } from './constructs/warehouse.ts';

/** An existing MSK cluster. Its security group must be one that `network` may add rules to. */
export interface MskCluster {
  /** The ARN of a provisioned cluster, Kafka 3.6 or newer. MSK Serverless is not supported yet. */
  readonly clusterArn: string;
  /**
   * A secret `{"username", "password"}` for SCRAM-SHA-512.
   *
   * @default functions log in by IAM
   */
  readonly secret?: ISecret;
  /**
   * Replicas of each of Offbeat's topics, which are then created.
   *
   * @default the topics exist, and none is created
   */
  readonly replicationFactor?: number;
  /**
   * The cluster's name and number of brokers, for alarms about it.
   *
   * @default no alarms about the cluster are created
   */
  readonly watched?: { readonly clusterName: string; readonly brokers: number };
}

/** A set of existing Kafka brokers that are not of MSK. */
export interface KafkaBrokers {
  /** Addresses, each as `host:port`. */
  readonly brokers: readonly string[];
  /** @default none: the brokers accept every client that reaches them */
  readonly login?: { readonly sasl: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly secret: ISecret };
  /** @default 3 */
  readonly replicationFactor?: number;
}

export interface OffbeatProps {
  /**
   * The settings, as `loadSettings('offbeat.yaml')` returns them. Their part `deployment` is not used: these props take
   * its place.
   *
   * @default the defaults of every setting
   */
  readonly settings?: Pick<SettingsFile, 'settings' | 'written'>;
  /** @default a VPC of two zones without a route to the internet is created */
  readonly network?: Network;
  /**
   * The existing brokers; `network` is then the network that reaches them.
   *
   * @default an MSK cluster of the smallest brokers is created
   */
  readonly kafka?: MskCluster | KafkaBrokers;
  /** @default tables and a bucket are created */
  readonly ledger?: Ledger;
  /**
   * The warehouse; `existingWarehouse` makes one of an existing OpenSearch domain.
   *
   * @default a domain of one of the smallest nodes is created
   */
  readonly warehouse?: WarehouseAccess;
  /**
   * Partitions of each topic, which are fixed for the life of the topic. `recordLayout` records them in a file, and
   * refuses others at a later synth.
   *
   * @default 2 for `beats`, 4 for `samples` and `summaries`, 1 for others: enough for 400,000 series
   */
  readonly partitions?: PartitionCounts;
  /**
   * The time for which pollers gather records before they invoke: 500 ms, or whole seconds up to 300. A beat passes four pollers on
   * its way to a page, and each batch costs a PUT to S3 and two writes to DynamoDB, however few records it has. Heartbeats
   * are as frequent, but at most every 2 s and at least every 10 s.
   *
   * @default Duration.seconds(2)
   */
  readonly window?: Duration;
  /** @default 'on-demand' */
  readonly polling?: Polling;
  /**
   * Reserves a share of the account's concurrency for normalise, detect and alert. A new account has a limit of 10, from
   * which nothing can be reserved.
   *
   * @default true
   */
  readonly reserveConcurrency?: boolean;
  /**
   * An existing SNS topic for alerts.
   *
   * @default a topic is created
   */
  readonly alertTopic?: ITopic;
  /**
   * An existing SNS topic for alarms about Offbeat itself.
   *
   * @default a topic is created
   */
  readonly alarmTopic?: ITopic;
  /**
   * Encrypts stored data and messages; its policy must allow SNS and CloudWatch to use it.
   *
   * @default keys that AWS manages, and keys that are created where a service needs one
   */
  readonly key?: IKey;
  /**
   * Roles that may read the indices and use the dashboards.
   *
   * @default none
   */
  readonly analysts?: readonly IRole[];
  /**
   * Decides which callers may use the HTTP API.
   *
   * @default IAM
   */
  readonly authorizer?: IHttpRouteAuthorizer;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /**
   * Enables traces of invocations by X-Ray.
   *
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * The policy for the state that is created here when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The whole backend. It creates each part that the props do not give. */
export class Offbeat extends Construct {
  readonly network: Network;
  readonly ledger: Ledger;
  readonly warehouse: WarehouseAccess;
  readonly fanOut: FanOut;
  readonly stages: Stages;
  readonly upkeep: Upkeep;
  readonly api: OffbeatApi;
  readonly monitoring: Monitoring;
  /** The MSK cluster; `undefined` where the props give brokers. */
  readonly dataHub: DataHub | undefined;

  /**
   * @throws {UsageError} at synth, for a receiver whose secret no function can read
   * @throws {Error} at synth, for props that cannot be deployed, naming the prop and the remedy
   */
  constructor(scope: Construct, id: string, props: OffbeatProps = {}) {
    super(scope, id);
    const { settings, written } = props.settings ?? { settings: defaultSettings, written: {} };
    checkSecrets(settings.receivers);
    if (props.kafka !== undefined && props.network === undefined) {
      throw new Error('kafka: a VPC that is created here has no route to existing brokers; give network too');
    }
    const { logRetention = RetentionDays.ONE_MONTH, polling = 'on-demand', key, tracing = false } = props;
    const { partitions = partitionsDefault, window = Duration.seconds(2), removalPolicy, authorizer } = props;
    const stored = { ...(key && { key }), ...(removalPolicy && { removalPolicy }) };

    this.network = props.network ?? new Network(this, 'Network', { logRetention, polling: pollingWord(polling) });
    const { network } = this;
    const deployed = { settings: written, layout: { partitions } };
    const defaults: FunctionDefaults = { network, deployed, logRetention, tracing };
    if (props.kafka === undefined) {
      this.dataHub = new DataHub(this, 'DataHub', { network, partitions, logRetention, ...stored });
    }
    const kafka = this.#kafka(props.kafka ?? { clusterArn: this.dataHub!.clusterArn }, partitions, defaults);
    this.ledger = props.ledger ?? new Ledger(this, 'Ledger', stored);
    this.warehouse = props.warehouse ?? new Warehouse(this, 'Warehouse', { network, logRetention, ...stored });
    this.fanOut = this.#fanOut(props);

    const { ledger, warehouse, fanOut } = this;
    const { reserveConcurrency = true, analysts = [] } = props;
    const reached = { defaults, kafka, ledger, warehouse, fanOut };
    this.stages = new Stages(this, 'Stages', { ...reached, settings, polling, window, reserveConcurrency });
    const { parts } = this.stages;
    this.api = new OffbeatApi(this, 'Api', { defaults, parts, ...(authorizer && { authorizer }) });
    const others = [...this.stages.functions.values(), this.api.function];
    this.upkeep = new Upkeep(this, 'Upkeep', { defaults, parts, window, others, analysts });
    this.#awaitWarehouse(others);
    this.monitoring = this.#monitor(props);
    Tags.of(this).add('offbeat:cluster', settings.cluster.name);
  }

  /** Every function that is deployed. */
  get functions(): readonly OffbeatFunction[] {
    return this.node.findAll().filter((each) => each instanceof OffbeatFunction);
  }

  #kafka(given: MskCluster | KafkaBrokers, partitions: PartitionCounts, defaults: FunctionDefaults): Kafka {
    const common = { ...defaults, partitions };
    if ('brokers' in given) return new SelfManagedKafka(this, 'Kafka', { ...common, ...given });
    const created = this.dataHub === undefined ? {} : { topics: this.dataHub.topics };
    return new ManagedKafka(this, 'Kafka', { ...common, ...created, ...given });
  }

  #fanOut({ key, alertTopic }: OffbeatProps): FanOut {
    return new FanOut(this, 'FanOut', { ...(key && { key }), ...(alertTopic && { topic: alertTopic }) });
  }

  /** Deploys functions after the set-up of the warehouse: earlier, writes would guess mappings and searches would have no role. */
  #awaitWarehouse(users: readonly OffbeatFunction[]): void {
    for (const user of users) {
      const usesWarehouse = functions[user.name].needs.some((need) => need.startsWith('warehouse.'));
      if (usesWarehouse) user.node.addDependency(this.upkeep.isWarehouseReady);
    }
  }

  #monitor({ kafka, alarmTopic, key }: OffbeatProps): Monitoring {
    const { stages, upkeep, fanOut, warehouse, dataHub, api } = this;
    const watched = kafka === undefined ? dataHub : 'clusterArn' in kafka ? kafka.watched : undefined;
    return new Monitoring(this, 'Monitoring', {
      functions: [...stages.functions.values(), ...upkeep.functions.values(), api.function],
      fanOut,
      attempts: stages.attempts,
      upkeep,
      warehouse,
      ...(watched && { brokers: watched }),
      ...(alarmTopic && { alarmTopic }),
      ...(key && { key }),
    });
  }
}

/** A function has neither an operator's environment nor their files. */
function checkSecrets(receivers: readonly Receiver[]): void {
  const problems = receivers.flatMap((receiver) =>
    receiverFacts(receiver)
      .secrets.filter((secret) => !isSecretsManagerReference(secret))
      .map(
        (secret) =>
          `receiver ${receiver.name}: secret ${secret} is of one machine; put it into Secrets Manager and refer to it`,
      ),
  );
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
}
