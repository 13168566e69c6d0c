import { Duration, Tags } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';
import { consumerGroupsOf } from '../functions/deployed-functions.ts';
import { functions } from '../functions/functions.ts';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { type Receiver, receiverFacts } from '../functions/shared/domain/receivers/registry.ts';
import { isSecretsManagerReference } from '../functions/shared/domain/secret-reference.ts';
import { defaultSettings } from '../functions/shared/domain/settings.ts';
import { pageUrlVariable } from '../functions/shared/environment/page-url.ts';
import type { WrittenMetrics } from '../functions/shared/handler/written-metrics.ts';
import { type PartitionCounts, partitionsDefault } from '../functions/shared/log/topics.ts';
import type { GaugeDimensions, GaugeName, MetricName } from '../functions/shared/ports/metric-names.ts';
import { checkTargets } from './check-targets.ts';
import type { OwnNames } from './constructs/account-access.ts';
import { alarmedMetrics } from './constructs/alarmed-metrics.ts';
import { OffbeatApi } from './constructs/api.ts';
import { Collections } from './constructs/collections.ts';
import { createLast } from './constructs/create-last.ts';
import { DataHub } from './constructs/data-hub.ts';
import { FanOut } from './constructs/fan-out.ts';
import { FlowMetrics } from './constructs/flow-metrics.ts';
import { type FunctionDefaults, OffbeatFunction } from './constructs/function.ts';
import { type Kafka, pollingWord } from './constructs/kafka.ts';
import { Ledger } from './constructs/ledger.ts';
import { ManagedKafka } from './constructs/managed-kafka.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { checkReachesDomain, Network, type NetworkProps } from './constructs/network.ts';
import { offeredAge, offeredCounter } from './constructs/offered-metrics.ts';
import { letServicesUse, letTopicUse, ownKey } from './constructs/own-key.ts';
import { OffbeatPage } from './constructs/page.ts';
import { SelfManagedKafka } from './constructs/self-managed-kafka.ts';
import { Stages } from './constructs/stages.ts';
import { Upkeep } from './constructs/upkeep.ts';
import { Users } from './constructs/users.ts';
import { Warehouse, type WarehouseAccess, type WarehouseProps } from './constructs/warehouse.ts';
import type { KafkaBrokers, MskCluster, OffbeatProps } from './offbeat-props.ts';
import { checkPrefix } from './prefix.ts';
import { checkShared } from './shared-groups.ts';

/** The values that both kinds of Kafka share. */
type CommonOfKafka = FunctionDefaults &
  Pick<OffbeatProps, 'prefix'> & { readonly partitions: PartitionCounts; readonly consumerGroups: readonly string[] };

/** The whole backend. It creates each part that the props do not give. */
export class Offbeat extends Construct {
  readonly network: Network;
  readonly ledger: Ledger;
  /** The warehouse; `undefined` where the props say `'none'`. */
  readonly warehouse: WarehouseAccess | undefined;
  readonly fanOut: FanOut;
  readonly stages: Stages;
  readonly upkeep: Upkeep;
  /** The collections of targets; `undefined` where the settings name none. */
  readonly collections: Collections | undefined;
  readonly api: OffbeatApi;
  /** The page; `undefined` where the props do not ask for it. */
  readonly page: OffbeatPage | undefined;
  readonly monitoring: Monitoring;
  /** Partitions of each topic. */
  readonly partitions: PartitionCounts;
  /** The prefix of topics and groups on the brokers, if there is one. */
  readonly prefix: string | undefined;
  /** The ARN of the MSK cluster; `undefined` where the props give brokers that are not of MSK. */
  readonly clusterArn: string | undefined;
  /** The MSK cluster; `undefined` where the props give brokers. */
  readonly dataHub: DataHub | undefined;
  readonly #flow: FlowMetrics;
  readonly #written: WrittenMetrics;

  /**
   * @throws {UsageError} at synth, for a receiver whose secret no function can read
   * @throws {Error} at synth, for props that cannot be deployed, naming the prop and the remedy
   */
  constructor(scope: Construct, id: string, props: OffbeatProps = {}) {
    super(scope, id);
    const { settings, written } = props.settings ?? { settings: defaultSettings, written: {} };
    checkSecrets(settings.receivers);
    checkTargets(settings.collect);
    checkPrefix(props.prefix);
    if (props.warehouse === 'none' && props.analysts?.length) {
      throw new Error("analysts: with warehouse: 'none' there are no indices that they could read; leave them out");
    }
    if (props.kafka !== undefined && props.network === undefined) {
      throw new Error('kafka: a VPC that is created here has no route to existing brokers; give network too');
    }
    const { logRetention = RetentionDays.ONE_MONTH, polling = 'on-demand', key, tracing = false } = props;
    const { prefix, partitions = partitionsDefault, window = Duration.seconds(2), removalPolicy, authorizer } = props;
    const { deletionProtection = false, metrics: write = 'all' } = props;
    this.partitions = partitions;
    this.prefix = prefix;
    const stored = { ...(key && { key }), ...(removalPolicy && { removalPolicy }) };

    const hasWarehouse = props.warehouse !== 'none';
    this.#flow = new FlowMetrics(prefix);
    this.#written = { namespace: this.#flow.namespace, write, alarmed: alarmedMetrics(hasWarehouse) };
    this.network = props.network ?? this.#network(props, { logRetention, polling: pollingWord(polling) });
    const { network } = this;
    const deployed = { settings: written, layout: { partitions } };
    const defaults: FunctionDefaults = { network, deployed, logRetention, tracing, metrics: this.#written };
    if (props.kafka === undefined) {
      this.dataHub = new DataHub(this, 'DataHub', { network, partitions, prefix, logRetention, ...stored });
    }
    const given = props.kafka ?? clusterOf(this.dataHub!);
    this.clusterArn = 'brokers' in given ? undefined : given.clusterArn;
    checkShared(
      this,
      this.node.root.node.findAll().filter((each) => each instanceof Offbeat && each !== this) as Offbeat[],
    );
    const kafka = this.#kafka(given, {
      ...defaults,
      partitions,
      prefix,
      consumerGroups: consumerGroupsOf(hasWarehouse),
    });
    this.ledger = props.ledger ?? new Ledger(this, 'Ledger', { ...stored, deletionProtection });
    this.warehouse = this.#warehouse(props, { network, logRetention, ...stored });
    this.fanOut = this.#fanOut(props);

    const { ledger, warehouse, fanOut } = this;
    const { reserveConcurrency = false, analysts = [] } = props;
    const reached = { defaults, kafka, ledger, fanOut, ...(warehouse && { warehouse }) };
    this.stages = new Stages(this, 'Stages', { ...reached, settings, polling, window, reserveConcurrency });
    const { parts } = this.stages;
    const targets = settings.collect;
    this.api = new OffbeatApi(this, 'Api', { defaults, parts, ...(authorizer && { authorizer }) });
    this.page = this.#page(props, defaults);
    const others = [...this.stages.functions.values(), this.api.function];
    this.upkeep = new Upkeep(this, 'Upkeep', { defaults, parts, window, others, analysts });
    const { missed } = this.upkeep;
    this.collections =
      targets.length > 0
        ? new Collections(this, 'Collections', { defaults, parts, targets, missed, own: this.#ownNames() })
        : undefined;
    this.#awaitWarehouse(others);
    this.monitoring = this.#monitor(props);
    // Until then nothing writes an object, and CloudFormation can delete the bucket again if the first create fails.
    createLast(this.stages.beatsMapping, [this, ...givenParts(props)]);
    Tags.of(this).add('offbeat:cluster', settings.cluster.name);
  }

  /** Every function that is deployed. */
  get functions(): readonly OffbeatFunction[] {
    return this.node.findAll().filter((each) => each instanceof OffbeatFunction);
  }

  /**
   * Returns a counter of docs/metrics.md, summed over all values of its dimensions, of this deployment alone: its metrics
   * have a namespace of their own.
   * @throws {UsageError} at synth, for a name that is no counter's and, with `metrics: 'alarmed'`, for a counter that no alarm
   *   reads in this way
   */
  metricCounter(counter: MetricName, period?: Duration): IMetric {
    return offeredCounter(this.#flow, this.#written, counter, period);
  }

  /**
   * Returns a gauge of docs/metrics.md, in seconds: the greatest age of each minute, of this deployment alone.
   * @param dimensions a value for each dimension of the gauge: the `stage` of `stage_age_seconds`
   * @throws {UsageError} at synth, for a gauge that this deployment does not write, naming those that it writes
   */
  metricAge<Name extends GaugeName>(gauge: Name, dimensions?: GaugeDimensions<Name>): IMetric {
    return offeredAge(this.#flow, this.#written, gauge, dimensions);
  }

  /**
   * Returns the time in seconds since Offbeat's own document reached the warehouse: the whole flow, end to end.
   * @throws {UsageError} at synth, without a warehouse, which it is measured by
   */
  metricCanaryAge(): IMetric {
    if (this.warehouse === undefined) {
      throw new UsageError(
        "metricCanaryAge: with warehouse: 'none' nothing measures it; the path of pages ends at metricAge('stage_age_seconds', { stage: 'alert' })",
      );
    }
    return this.metricAge('canary_age_seconds');
  }

  /** Returns the names of the queues and topics that exist so far, all but those of collections. */
  #ownNames(): OwnNames {
    const queues = this.node.findAll().filter((each): each is Queue => each instanceof Queue);
    return { queues: queues.map(({ queueName }) => queueName), topics: [this.fanOut.topic.topicName] };
  }

  #kafka(given: MskCluster | KafkaBrokers, common: CommonOfKafka): Kafka {
    if ('brokers' in given) return new SelfManagedKafka(this, 'Kafka', { ...common, ...given });
    const created = this.dataHub === undefined ? {} : { topics: this.dataHub.topics };
    return new ManagedKafka(this, 'Kafka', { ...common, ...created, ...given });
  }

  #network({ warehouse }: OffbeatProps, common: NetworkProps): Network {
    return new Network(this, 'Network', { ...common, ...(warehouse === 'none' && { domain: 'none' }) });
  }

  #warehouse({ warehouse }: OffbeatProps, common: WarehouseProps): WarehouseAccess | undefined {
    if (warehouse === 'none') return undefined;
    if (warehouse !== undefined) checkReachesDomain(common.network);
    return warehouse ?? new Warehouse(this, 'Warehouse', common);
  }

  #fanOut({ key: given, alertTopic }: OffbeatProps): FanOut {
    if (given !== undefined) letServicesUse(given);
    const key = given ?? ownKey(this.network);
    if (alertTopic !== undefined) letTopicUse(key, alertTopic);
    return new FanOut(this, 'FanOut', { key, ...(alertTopic && { topic: alertTopic }) });
  }

  #page({ page = 'none', settings, ...props }: OffbeatProps, defaults: FunctionDefaults): OffbeatPage | undefined {
    if (page === 'none') return undefined;
    const { removalPolicy, deletionProtection = false } = props;
    const users =
      page === 'cognito'
        ? new Users(this, 'Users', { ...(removalPolicy && { removalPolicy }), deletionProtection })
        : page;
    const { publicUrl } = settings?.settings ?? defaultSettings;
    const common = { defaults, api: this.api.function, users };
    const made = new OffbeatPage(this, 'Page', { ...common, ...(publicUrl !== undefined && { publicUrl }) });
    if (publicUrl === undefined) this.stages.functions.get('alert')!.addEnvironment(pageUrlVariable, made.url);
    return made;
  }

  /** Deploys functions after the set-up of the warehouse: earlier, writes would guess mappings and searches would have no role. */
  #awaitWarehouse(users: readonly OffbeatFunction[]): void {
    const { isWarehouseReady } = this.upkeep;
    if (isWarehouseReady === undefined) return;
    for (const user of users) {
      const usesWarehouse = functions[user.name].needs.some((need) => need.startsWith('warehouse.'));
      if (usesWarehouse) user.node.addDependency(isWarehouseReady);
    }
  }

  #monitor({ kafka, alarmTopic }: OffbeatProps): Monitoring {
    const { stages, upkeep, collections, fanOut, warehouse, dataHub, api, page } = this;
    const others = [collections, page].flatMap((each) => (each === undefined ? [] : [each.function]));
    const watched = kafka === undefined ? dataHub : 'clusterArn' in kafka ? kafka.watched : undefined;
    return new Monitoring(this, 'Monitoring', {
      flow: this.#flow,
      functions: [...stages.functions.values(), ...upkeep.functions.values(), ...others, api.function],
      fanOut,
      upkeep,
      ...(stages.attempts && { attempts: stages.attempts }),
      ...(warehouse && { warehouse }),
      ...(watched && { brokers: watched }),
      ...(this.prefix !== undefined && { prefix: this.prefix }),
      ...(alarmTopic && { alarmTopic }),
      key: fanOut.key,
    });
  }
}

/** Returns a created cluster as the one that functions use. */
export const clusterOf = (hub: DataHub): MskCluster => ({
  clusterArn: hub.clusterArn,
  shipper: hub.shipper,
  shipperSecretArn: hub.shipperSecret.secretArn,
  watched: hub,
});

/** The constructs among the props, which may be in the same stack. */
function givenParts({ network, ledger, warehouse }: OffbeatProps): IConstruct[] {
  return [network, ledger, warehouse].filter((each) => each instanceof Construct);
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
