import { type App, CfnOutput, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { PartitionCounts } from '../functions/shared/log/topics.ts';
import { type DeploymentSettings, partitionCounts, portOf } from '../settings/deployment.ts';
import { loadSettingsFile, type SettingsFile } from '../settings/file.ts';
import { DataHub } from './constructs/data-hub.ts';
import { Ledger } from './constructs/ledger.ts';
import { Network } from './constructs/network.ts';
import { Warehouse, type WarehouseAccess } from './constructs/warehouse.ts';
import { analystsOf, groupOf, kafkaOf, keyOf, peerOf, topicOf, vpcOf, warehouseOf } from './existing.ts';
import { Offbeat } from './offbeat.ts';
import { layoutFileDefault, recordLayout } from './recorded-layout.ts';
import { sizes } from './sizes.ts';

export interface DeployOptions {
  /**
   * A path of `offbeat.yaml`.
   *
   * @default the defaults of every setting
   */
  readonly settingsFile?: string;
  /**
   * The file that partitions are recorded in at the first synth, to be committed. A later synth with others fails.
   *
   * @default 'offbeat.layout.json' in the current folder
   */
  readonly layoutFile?: string;
  /**
   * The beginning of the stacks' names.
   *
   * @default 'Offbeat'
   */
  readonly name?: string;
}

/** The stacks of a deployment, divided by what happens to them: three keep data or addresses, one can be created again. */
export interface Deployment {
  readonly network: Stack;
  /** The MSK cluster; absent where the settings name existing brokers. */
  readonly dataHub?: Stack;
  readonly state: Stack;
  readonly functions: Stack;
  readonly offbeat: Offbeat;
}

/** One deployment, while its stacks are created. */
interface Plan {
  readonly app: App;
  readonly name: string;
  readonly file: SettingsFile;
  readonly deployment: DeploymentSettings;
  readonly partitions: PartitionCounts;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Creates the stacks that `offbeat.yaml` describes, without a fixed account or region. It reads the settings, and reads
 * and writes the layout; the constructs get values.
 * @throws {UsageError} for settings: file, line, key, what was expected, and the value; and for other partitions than the
 *   recorded ones
 * @throws {Error} for what cannot be deployed, naming the key and the remedy
 */
export function deploy(app: App, options: DeployOptions = {}): Deployment {
  const { settingsFile, layoutFile = layoutFileDefault, name = 'Offbeat' } = options;
  const file = loadSettingsFile(settingsFile);
  const { deployment } = file;
  const plan: Plan = {
    ...{ app, name, file, deployment },
    partitions: recordLayout(layoutFile, `${name}/Offbeat`, partitionCounts(deployment.partitions)),
    removalPolicy: deployment.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  };
  const network = networkOf(plan);
  const hub = deployment.kafka === undefined ? dataHubOf(plan, network) : undefined;
  const state = stackOf(plan, 'State', 'state that is kept');
  const ledger = ledgerIn(state, plan);
  const warehouse = warehouseIn(state, plan, network);
  const offbeat = offbeatOf(plan, { network, hub, ledger, warehouse });
  return {
    network: Stack.of(network),
    ...(hub && { dataHub: Stack.of(hub) }),
    state,
    functions: Stack.of(offbeat),
    offbeat,
  };
}

function networkOf(plan: Plan): Network {
  const { size, egress, polling, kafka, domain, shippers } = plan.deployment;
  const stack = stackOf(plan, 'Network', 'network');
  const isManaged = kafka === undefined || 'cluster' in kafka;
  const brokers = groupOf(stack, 'BrokersGroup', kafka?.securityGroup);
  const domainGroup = groupOf(stack, 'DomainGroup', domain?.securityGroup);
  const addresses = isManaged ? [] : kafka.brokers;
  return new Network(stack, 'Network', {
    ...vpcOf(stack, plan.deployment),
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

function dataHubOf(plan: Plan, network: Network): DataHub {
  const { partitions, removalPolicy, deployment } = plan;
  const { size, disks } = deployment;
  const stack = stackOf(plan, 'DataHub', 'Kafka');
  const hub = new DataHub(stack, 'DataHub', {
    network,
    partitions,
    removalPolicy,
    ...sizes[size].kafka,
    ...(disks.kafka && { volumeGiB: disks.kafka }),
    ...keyOf(stack, deployment),
  });
  print(stack, {
    ClusterArn: ['The MSK cluster. Its brokers: aws kafka get-bootstrap-brokers --cluster-arn', hub.clusterArn],
    ShipperSecret: ['User name and password of Metricbeat, Filebeat and collectd', hub.shipperSecret.secretArn],
  });
  return hub;
}

function ledgerIn(stack: Stack, { deployment, removalPolicy }: Plan): Ledger {
  const { restoreDays } = deployment;
  return new Ledger(stack, 'Ledger', { restoreDays, removalPolicy, ...keyOf(stack, deployment) });
}

function warehouseIn(stack: Stack, { deployment, removalPolicy }: Plan, network: Network): WarehouseAccess {
  const existing = warehouseOf(stack, deployment);
  if (existing !== undefined) return existing;
  const { size, disks } = deployment;
  return new Warehouse(stack, 'Warehouse', {
    network,
    removalPolicy,
    ...sizes[size].warehouse,
    ...(disks.warehouse && { volumeGiB: disks.warehouse }),
    ...keyOf(stack, deployment),
  });
}

interface StatefulParts {
  readonly network: Network;
  readonly hub: DataHub | undefined;
  readonly ledger: Ledger;
  readonly warehouse: WarehouseAccess;
}

function offbeatOf(plan: Plan, { network, hub, ledger, warehouse }: StatefulParts): Offbeat {
  const { file, deployment, partitions, removalPolicy } = plan;
  const { polling, tracing, reserveConcurrency, window } = deployment;
  const stack = stackOf(plan, undefined, 'functions');
  const alertTopic = topicOf(stack, 'AlertTopic', deployment.alertTopic);
  const alarmTopic = topicOf(stack, 'AlarmTopic', deployment.alarmTopic);
  const offbeat = new Offbeat(stack, 'Offbeat', {
    settings: file,
    network,
    kafka: kafkaOf(stack, deployment) ?? { clusterArn: hub!.clusterArn, watched: hub! },
    ledger,
    warehouse,
    partitions,
    polling: polling === 'on-demand' ? polling : { minimumPollers: 1, maximumPollers: pollersMax },
    window: Duration.millis(window),
    reserveConcurrency,
    ...(alertTopic && { alertTopic }),
    ...(alarmTopic && { alarmTopic }),
    ...keyOf(stack, deployment),
    analysts: analystsOf(stack, deployment),
    logRetention: RetentionDays.ONE_MONTH,
    tracing,
    removalPolicy,
  });
  const { fanOut, api, monitoring } = offbeat;
  print(stack, {
    AlertsTopic: ['Subscribe the addresses that get alerts here', fanOut.topic.topicArn],
    AlarmsTopic: ['Subscribe those who operate Offbeat here', monitoring.alarmTopic.topicArn],
    ApiUrl: ['The HTTP API of docs/api.md', api.httpApi.apiEndpoint],
    GivenUpQueue: ['Deliveries that notify gave up', fanOut.deadLetters.queueUrl],
  });
  return offbeat;
}

/**
 * Creates a stack.
 * @param part second part of its name; `undefined` for the stack of functions, which keeps no data
 */
function stackOf({ app, name, deployment }: Plan, part: string | undefined, contents: string): Stack {
  const stack = new Stack(app, part === undefined ? name : `${name}-${part}`, {
    description: `Offbeat, alerts from the beats of a cluster: ${contents}`,
    terminationProtection: part !== undefined && deployment.keepData,
  });
  // Not the cluster's name: a stack that keeps something should not change when the cluster is renamed.
  Tags.of(stack).add('offbeat:deployment', name);
  return stack;
}

/** The most pollers of each event source mapping, which never has more than its topic has partitions. */
const pollersMax = 10;

/** Adds outputs to a stack: by name, a description and a value. */
function print(stack: Stack, outputs: Readonly<Record<string, readonly [string, string]>>): void {
  for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(stack, id, { description, value });
}
