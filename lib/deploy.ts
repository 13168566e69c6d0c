import { type App, CfnOutput, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type DeploymentSettings, partitionCounts, portOf } from '../settings/deployment.ts';
import { loadSettingsFile } from '../settings/file.ts';
import { DataHub } from './constructs/data-hub.ts';
import { Ledger } from './constructs/ledger.ts';
import { Network } from './constructs/network.ts';
import { Warehouse, type WarehouseAccess } from './constructs/warehouse.ts';
import { analystsOf, groupOf, kafkaOf, keyOf, peerOf, topicOf, vpcOf, warehouseOf } from './existing.ts';
import { Offbeat } from './offbeat.ts';
import { sizes } from './sizes.ts';

export interface DeployOptions {
  /** Path of `offbeat.yaml`. @default its defaults */
  readonly settingsFile?: string;
  /** @see OffbeatProps.layoutFile */
  readonly layoutFile?: string;
  /** Begins the names of the stacks. @default 'Offbeat' */
  readonly name?: string;
}

/** Stacks by what becomes of them: those that are kept, each by itself, and the one that can be made again. */
export interface Deployment {
  readonly network: Stack;
  /** Absent where Kafka is there. */
  readonly dataHub?: Stack;
  readonly state: Stack;
  readonly functions: Stack;
  readonly offbeat: Offbeat;
}

/**
 * The stacks that `offbeat.yaml` asks for, without a fixed account or region.
 * @throws {UsageError} for settings: file, line, key, what was expected, what came
 * @throws {Error} for what cannot be deployed, naming the key and the remedy
 */
export function deploy(app: App, options: DeployOptions = {}): Deployment {
  return new Deploying(app, options).all();
}

class Deploying {
  readonly #app: App;
  readonly #options: DeployOptions;
  readonly #settings: DeploymentSettings;
  readonly #removalPolicy: RemovalPolicy;

  constructor(app: App, options: DeployOptions) {
    this.#app = app;
    this.#options = options;
    this.#settings = loadSettingsFile(options.settingsFile).deployment;
    this.#removalPolicy = this.#settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  }

  all(): Deployment {
    const network = this.#network();
    const hub = this.#settings.kafka === undefined ? this.#dataHub(network) : undefined;
    const [ledger, warehouse] = this.#state(network);
    const offbeat = this.#offbeat(network, hub, ledger, warehouse);
    return {
      network: Stack.of(network),
      ...(hub && { dataHub: Stack.of(hub) }),
      state: Stack.of(ledger),
      functions: Stack.of(offbeat),
      offbeat,
    };
  }

  #network(): Network {
    const { size, egress, polling, kafka, domain, shippers } = this.#settings;
    const stack = this.#stack('Network', 'network');
    const isManaged = kafka === undefined || 'cluster' in kafka;
    const brokers = groupOf(stack, 'BrokersGroup', kafka?.securityGroup);
    const domainGroup = groupOf(stack, 'DomainGroup', domain?.securityGroup);
    const addresses = isManaged ? [] : kafka.brokers;
    return new Network(stack, 'Network', {
      ...vpcOf(stack, this.#settings),
      zones: sizes[size].zones,
      egress,
      polling,
      readsSecrets: kafka?.secret !== undefined,
      shippers: shippers.map(peerOf),
      ...(!isManaged && { brokerPorts: [...new Set(addresses.map(portOf))] }),
      ...(!isManaged && kafka.securityGroup === undefined && { brokersBeyond: addresses }),
      ...(brokers && { brokers }),
      ...(domainGroup && { domain: domainGroup }),
    });
  }

  #dataHub(network: Network): DataHub {
    const { size, disks } = this.#settings;
    const stack = this.#stack('DataHub', 'Kafka');
    const hub = new DataHub(stack, 'DataHub', {
      network,
      partitions: partitionCounts(this.#settings.partitions),
      removalPolicy: this.#removalPolicy,
      ...sizes[size].kafka,
      ...(disks.kafka && { volumeGiB: disks.kafka }),
      ...keyOf(stack, this.#settings),
    });
    say(stack, 'ClusterArn', 'Ask for its brokers: aws kafka get-bootstrap-brokers --cluster-arn', hub.clusterArn);
    say(
      stack,
      'ShipperSecret',
      'User name and password of Metricbeat, Filebeat and collectd',
      hub.shipperSecret.secretArn,
    );
    return hub;
  }

  #state(network: Network): [Ledger, WarehouseAccess] {
    const stack = this.#stack('State', 'what is kept');
    const kept = { removalPolicy: this.#removalPolicy, ...keyOf(stack, this.#settings) };
    const { size, disks, restoreDays } = this.#settings;
    const volume = disks.warehouse === undefined ? {} : { volumeGiB: disks.warehouse };
    const made = () => new Warehouse(stack, 'Warehouse', { network, ...sizes[size].warehouse, ...volume, ...kept });
    return [new Ledger(stack, 'Ledger', { restoreDays, ...kept }), warehouseOf(stack, this.#settings) ?? made()];
  }

  #offbeat(network: Network, hub: DataHub | undefined, ledger: Ledger, warehouse: WarehouseAccess): Offbeat {
    const { settingsFile, layoutFile } = this.#options;
    const { alertTopic, alarmTopic, polling, tracing, reserveConcurrency, partitions, window } = this.#settings;
    const stack = this.#stack(undefined, 'functions');
    const [alerts, alarms] = [topicOf(stack, 'AlertTopic', alertTopic), topicOf(stack, 'AlarmTopic', alarmTopic)];
    const offbeat = new Offbeat(stack, 'Offbeat', {
      ...(settingsFile && { settingsFile }),
      ...(layoutFile && { layoutFile }),
      network,
      kafka: kafkaOf(stack, this.#settings) ?? { clusterArn: hub!.clusterArn, watched: hub! },
      ledger,
      warehouse,
      partitions: partitionCounts(partitions),
      polling: polling === 'on-demand' ? polling : { minimumPollers: 1, maximumPollers: pollersMax },
      window: Duration.millis(window),
      reserveConcurrency,
      ...(alerts && { alertTopic: alerts }),
      ...(alarms && { alarmTopic: alarms }),
      ...keyOf(stack, this.#settings),
      analysts: analystsOf(stack, this.#settings),
      logRetention: RetentionDays.ONE_MONTH,
      tracing,
      removalPolicy: this.#removalPolicy,
    });
    const { fanOut, api, monitoring } = offbeat;
    say(stack, 'AlertsTopic', 'Subscribe e-mail or SMS here', fanOut.topic.topicArn);
    say(stack, 'AlarmsTopic', 'Subscribe who looks after Offbeat itself', monitoring.alarmTopic.topicArn);
    say(stack, 'ApiUrl', 'The HTTP API of docs/api.md', api.httpApi.apiEndpoint);
    say(stack, 'GivenUpQueue', 'Deliveries that were given up on', fanOut.deadLetters.queueUrl);
    return offbeat;
  }

  /** @param part `undefined`: the one without a part in its name, which keeps nothing */
  #stack(part: string | undefined, what: string): Stack {
    const { name = 'Offbeat' } = this.#options;
    const stack = new Stack(this.#app, part === undefined ? name : `${name}-${part}`, {
      description: `Offbeat, alerts from the beats of a cluster: ${what}`,
      terminationProtection: part !== undefined && this.#settings.keepData,
    });
    // Not the cluster's name: a stack that keeps something does not change for that.
    Tags.of(stack).add('offbeat:deployment', name);
    return stack;
  }
}

/** Of each event source mapping; it gets no more than there are partitions. */
const pollersMax = 10;

function say(stack: Stack, id: string, description: string, value: string): void {
  new CfnOutput(stack, id, { description, value });
}
