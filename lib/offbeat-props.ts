import type { Duration } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { PartitionCounts } from '../functions/shared/log/topics.ts';
import type { SettingsFile } from '../settings/file.ts';
import type { WatchedBrokers } from './constructs/broker-alarms.ts';
import type { DataRemoval } from './constructs/data-removal.ts';
import type { Polling } from './constructs/kafka.ts';
import type { Ledger } from './constructs/ledger.ts';
import type { Network } from './constructs/network.ts';
import type { PageUsers } from './constructs/users.ts';
import type { WarehouseAccess } from './constructs/warehouse.ts';

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
   * Replicas of each of Offbeat's topics, which are then created if they do not exist.
   *
   * @default the topics exist, and none is created
   */
  readonly replicationFactor?: number;
  /**
   * The user with which shippers log in by SCRAM: ACLs then allow it to append to the topic of beats, and forbid the rest.
   *
   * @default no ACLs are set
   */
  readonly shipper?: string;
  /**
   * The ARN of the shippers' secret. A deployment fails unless the secret is associated with the cluster.
   *
   * @default no association is checked
   */
  readonly shipperSecretArn?: string;
  /**
   * The cluster's name and number of brokers, for alarms about it.
   *
   * @default no alarms about the cluster are created
   */
  readonly watched?: WatchedBrokers;
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
   * The warehouse; `existingWarehouse` makes one of an existing OpenSearch domain. With `'none'` there is no OpenSearch:
   * alerts are sent, and the API knows open alerts, silences and deliveries (docs/deploy.md, Without a warehouse). A
   * `network` that is given then has `domain: 'none'` too, or it has a security group that nothing uses.
   *
   * @default a domain of one of the smallest nodes is created
   */
  readonly warehouse?: WarehouseAccess | 'none';
  /**
   * Partitions of each topic, which are fixed for the life of the topic. `recordLayout` records them in a file, and
   * refuses others at a later synth.
   *
   * @default 1 for each topic: enough for 40,000 series
   */
  readonly partitions?: PartitionCounts;
  /**
   * The prefix of topics and groups on the brokers: with `team-a` beats are shipped to `team-a.offbeat.beats`. At most 32
   * lower-case letters, digits and hyphens. It is fixed for the life of the topics, and two deployments of one account or
   * cluster need different ones. A `DataHub` that is given as `kafka` needs the same. The deployment's own metrics are in the
   * namespace `Offbeat/team-a`.
   *
   * @default none
   */
  readonly prefix?: string | undefined;
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
   * Reserves a share of the account's concurrency for normalise, detect and alert. AWS refuses a reservation that leaves
   * less than 100 for other functions, and a new account has a limit of 10. Without one, the partitions still limit the
   * concurrency of each stage, but a busy function of the account may use it up.
   *
   * @default false
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
   * @default keys that AWS manages, and one that is created, in the scope of the network, where a service needs another
   */
  readonly key?: IKey;
  /**
   * Roles that may read the indices and use the dashboards. With `warehouse: 'none'` there are neither.
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
  /**
   * The page, on an origin of its own, and the people who sign in to it: `'cognito'` creates a user pool, `new Users(…)` one in
   * another stack, and `existingUsers(…)` names one. Members of its group `operator` may act, all others read.
   *
   * @default 'none'
   */
  readonly page?: 'none' | 'cognito' | PageUsers;
  /**
   * The counters and gauges of which CloudWatch makes metrics, each of which is billed: those that an alarm or the dashboard
   * reads, or all. The log contains all of them in either case.
   *
   * @default 'all'
   */
  readonly metrics?: 'alarmed' | 'all';
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
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: DataRemoval;
  /**
   * Protects the tables that are created here from deletion. Set it after the first deployment has succeeded.
   *
   * @default false
   */
  readonly deletionProtection?: boolean;
}
