import { Duration, type RemovalPolicy, Tags } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { stagesOfTopics } from '../functions/pipeline.ts';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { type Receiver, receiverFacts } from '../functions/shared/domain/receivers/registry.ts';
import { isSecretsManagerReference } from '../functions/shared/domain/secret-reference.ts';
import type { PartitionCounts } from '../functions/shared/log/topics.ts';
import { partitionsDefault } from '../settings/deployment.ts';
import { loadSettingsFile } from '../settings/file.ts';
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
import { recordLayout } from './recorded-layout.ts';

/** An MSK cluster that is there. Its security group must be one that `network` may add rules to. */
export interface MskCluster {
  /** Of a provisioned cluster, Kafka 3.6 or newer. MSK Serverless is not supported yet. */
  readonly clusterArn: string;
  /** `{"username", "password"}`, for SCRAM-SHA-512. @default functions log in by IAM */
  readonly secret?: ISecret;
  /** How many replicas Offbeat's topics get. @default none are made: they are there */
  readonly replicationFactor?: number;
  /** What its alarms are to watch. @default its owner watches it */
  readonly watched?: { readonly clusterName: string; readonly brokers: number };
}

/** Kafka that is not MSK's. */
export interface KafkaBrokers {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** @default none: brokers let in whoever reaches them */
  readonly login?: { readonly sasl: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly secret: ISecret };
  /** @default 3 */
  readonly replicationFactor?: number;
}

export interface OffbeatProps {
  /**
   * Path of `offbeat.yaml`, of which `deployment` is not read here: these props are in its place.
   *
   * @default the defaults of every setting
   */
  readonly settingsFile?: string;
  /** @default a VPC of two zones without a way to the internet */
  readonly network?: Network;
  /**
   * Brokers that are there; `network` is then the one that reaches them.
   *
   * @default an MSK cluster of its own, of the smallest brokers
   */
  readonly kafka?: MskCluster | KafkaBrokers;
  /** @default tables and a bucket of its own */
  readonly ledger?: Ledger;
  /** @default a domain of its own, of the smallest node; `broughtWarehouse` makes one of a domain that is there */
  readonly warehouse?: WarehouseAccess;
  /**
   * Partitions of each topic: fixed for its life, which `layoutFile` sees to.
   *
   * @default enough for 400,000 series
   */
  readonly partitions?: PartitionCounts;
  /**
   * Where partitions are written down at the first synth, to be committed; a later synth with others fails.
   *
   * @default 'offbeat.layout.json' where the app is started
   */
  readonly layoutFile?: string;
  /**
   * How long pollers gather before they invoke: 500 ms, or whole seconds up to 300. A page is four hops away from its
   * document, and each batch costs a PUT to S3 and two writes to DynamoDB, however few records it has. Heartbeats come as
   * often, every 2 to 10 s.
   *
   * @default Duration.seconds(2)
   */
  readonly window?: Duration;
  /** @default 'on-demand' */
  readonly polling?: Polling;
  /**
   * Whether normalise, detect and alert hold a share of the account's concurrency. An account whose limit is that of a new one
   * (10) has none to give.
   *
   * @default true
   */
  readonly reserveConcurrency?: boolean;
  /** A topic for alerts that is there. @default one is made */
  readonly alertTopic?: ITopic;
  /** A topic for alarms about Offbeat that is there. @default one is made */
  readonly alarmTopic?: ITopic;
  /** Encrypts what is kept and sent; its policy must let SNS and CloudWatch use it. @default keys of AWS, and its own */
  readonly key?: IKey;
  /** May read the indices, and use the dashboards. @default nobody */
  readonly analysts?: readonly IRole[];
  /** Who may call the HTTP API. @default who is allowed to by IAM */
  readonly authorizer?: IHttpRouteAuthorizer;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /** X-Ray. @default false */
  readonly tracing?: boolean;
  /**
   * What becomes of state that is made here when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The whole backend. What is not given it makes for itself. */
export class Offbeat extends Construct {
  readonly network: Network;
  readonly ledger: Ledger;
  readonly warehouse: WarehouseAccess;
  readonly fanOut: FanOut;
  readonly stages: Stages;
  readonly upkeep: Upkeep;
  readonly api: OffbeatApi;
  readonly monitoring: Monitoring;
  /** The cluster that was made. */
  readonly dataHub: DataHub | undefined;

  /**
   * @throws {UsageError} at synth, for settings: file, line, key, what was expected, what came
   * @throws {Error} at synth, for props that cannot be deployed, naming the prop and the remedy
   */
  constructor(scope: Construct, id: string, props: OffbeatProps = {}) {
    super(scope, id);
    const { settings, written } = loadSettingsFile(props.settingsFile);
    checkSecrets(settings.receivers);
    if (props.kafka !== undefined && props.network === undefined) {
      throw new Error('kafka: a VPC that is made here has no way to brokers that are there; give network too');
    }
    const partitions = props.partitions ?? partitionsDefault;
    recordLayout(props.layoutFile ?? 'offbeat.layout.json', this.node.path, partitions);
    const { logRetention = RetentionDays.ONE_MONTH, polling = 'on-demand', key, removalPolicy } = props;
    const window = props.window ?? Duration.seconds(2);
    const defaults: FunctionDefaults = {
      deployed: { settings: written, layout: { partitions } },
      logRetention,
      tracing: props.tracing ?? false,
    };
    const kept = { ...(key && { key }), ...(removalPolicy && { removalPolicy }) };

    this.network = props.network ?? new Network(this, 'Network', { logRetention, polling: pollingWord(polling) });
    const { network } = this;
    if (props.kafka === undefined) {
      this.dataHub = new DataHub(this, 'DataHub', { network, partitions, logRetention, ...kept });
    }
    const kafka = this.#kafka(props.kafka ?? { clusterArn: this.dataHub!.clusterArn }, partitions, defaults);
    this.ledger = props.ledger ?? new Ledger(this, 'Ledger', kept);
    this.warehouse = props.warehouse ?? new Warehouse(this, 'Warehouse', { network, logRetention, ...kept });
    this.fanOut = new FanOut(this, 'FanOut', {
      ...(key && { key }),
      ...(props.alertTopic && { topic: props.alertTopic }),
    });
    const { ledger, warehouse, fanOut } = this;

    const parts = { defaults, network, kafka, ledger, warehouse };
    const reserveConcurrency = props.reserveConcurrency ?? true;
    this.stages = new Stages(this, 'Stages', { ...parts, settings, fanOut, polling, window, reserveConcurrency });
    this.api = new OffbeatApi(this, 'Api', {
      ...parts,
      ...(props.authorizer && { authorizer: props.authorizer }),
    });
    const [writers, readers] = [[this.stages.functions.get('persist')!], [this.api.function]];
    this.upkeep = new Upkeep(this, 'Upkeep', {
      ...parts,
      window,
      writers,
      readers,
      analysts: props.analysts ?? [],
    });
    // Nothing is written before an index can have its mapping, and nothing is searched without a role.
    for (const user of [...writers, ...readers]) user.node.addDependency(this.upkeep.isWarehouseReady);
    this.monitoring = this.#monitor(props);
    Tags.of(this).add('offbeat:cluster', settings.cluster.name);
  }

  /** All that are deployed. */
  get functions(): readonly OffbeatFunction[] {
    return this.node.findAll().filter((each) => each instanceof OffbeatFunction);
  }

  #kafka(given: MskCluster | KafkaBrokers, partitions: PartitionCounts, defaults: FunctionDefaults): Kafka {
    const common = { ...defaults, partitions };
    if ('brokers' in given) return new SelfManagedKafka(this, 'Kafka', { ...common, ...given, network: this.network });
    const made = this.dataHub === undefined ? {} : { topics: this.dataHub.topics };
    return new ManagedKafka(this, 'Kafka', { ...common, ...made, ...given });
  }

  #monitor({ kafka, alarmTopic, key }: OffbeatProps): Monitoring {
    const { stages, upkeep, fanOut, warehouse, dataHub } = this;
    const watched = kafka === undefined ? dataHub : 'clusterArn' in kafka ? kafka.watched : undefined;
    return new Monitoring(this, 'Monitoring', {
      functions: new Map([...stages.functions, ...upkeep.functions, ['api', this.api.function]]),
      readers: stagesOfTopics.map(({ stage }) => stage),
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
