import { Annotations, type App, CfnOutput, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { kafkaNames } from '../functions/shared/log/kafka-names.ts';
import { type PartitionCounts, topics } from '../functions/shared/log/topics.ts';
import { type DeploymentSettings, partitionCounts, windowMs } from '../settings/deployment.ts';
import { portOf } from '../settings/existing-resources.ts';
import { loadSettingsFile, type SettingsFile } from '../settings/file.ts';
import { DataHub } from './constructs/data-hub.ts';
import { type DataRemoval, dataRemovalDefault } from './constructs/data-removal.ts';
import { Ledger } from './constructs/ledger.ts';
import { Network } from './constructs/network.ts';
import { type PageUsers, Users } from './constructs/users.ts';
import { Warehouse, type WarehouseAccess } from './constructs/warehouse.ts';
import { analystsOf, groupOf, kafkaOf, keyOf, peerOf, topicOf, usersOf, vpcOf, warehouseOf } from './existing.ts';
import { LayoutEntry, layoutFileDefault } from './layout-file.ts';
import { clusterOf, Offbeat } from './offbeat.ts';
import { wordsOfSettings } from './partition-settings.ts';
import { nameDefault, prefixOf } from './prefix.ts';
import { recordPartitions, recordPrefix } from './recorded-layout.ts';
import { recordResources } from './recorded-resources.ts';
import { recordSources } from './recorded-sources.ts';
import { checkRegions } from './regions.ts';
import { sizes } from './sizes.ts';
import { targetOf } from './target.ts';
import { zonesIn } from './zones.ts';

export interface DeployOptions {
  /**
   * A path of `offbeat.yaml`.
   *
   * @default the defaults of every setting
   */
  readonly settingsFile?: string;
  /**
   * The file that partitions are recorded in at the first synth with credentials that passes, to be committed. A later
   * synth with others fails.
   *
   * @default 'offbeat.layout.json' in the current folder
   */
  readonly layoutFile?: string;
  /**
   * The beginning of the stacks' names. A deployment of another name has a prefix of topics and groups made of it, unless
   * the settings give one: `Offbeat2` has `offbeat2`.
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
  /** The entry of the layout file; absent where no account is known. */
  readonly entry: LayoutEntry | undefined;
  readonly removalPolicy: DataRemoval;
  /** The prefix of topics and groups on the brokers. */
  readonly prefix: string | undefined;
}

/**
 * Creates the stacks that `offbeat.yaml` describes, without a fixed account or region. It reads the settings, and reads
 * and writes the layout; the constructs get values.
 * @throws {UsageError} for settings: file, line, key, what was expected, and the value; and for other partitions than the
 *   recorded ones
 * @throws {Error} for what cannot be deployed, naming the key and the remedy
 */
export function deploy(app: App, options: DeployOptions = {}): Deployment {
  const { settingsFile, layoutFile = layoutFileDefault, name = nameDefault } = options;
  const file = loadSettingsFile(settingsFile);
  const { deployment } = file;
  const target = targetOf(process.env);
  if (target !== undefined) checkRegions(file, target.region);
  // `cdk bootstrap` synthesises too, before there are settings: what is recorded then would refuse the settings that follow.
  const entry = settingsFile === undefined ? undefined : target && new LayoutEntry(layoutFile, target, name);
  recordSources(entry, deployment);
  const partitions = partitionCounts(deployment);
  const plan: Plan = {
    ...{ app, name, file, deployment, entry },
    partitions,
    prefix: prefixOf(deployment.prefix, name),
    removalPolicy: deployment.keepData ? dataRemovalDefault : RemovalPolicy.DESTROY,
  };
  const network = networkOf(plan);
  // After the zones: partitions follow from the size, which the zones decide.
  if (entry !== undefined) {
    recordPartitions(entry, partitions, wordsOfSettings(deployment));
    recordPrefix(entry, plan.prefix, 'deployment.prefix');
  }
  if (settingsFile === undefined && target !== undefined) Annotations.of(network).addError(withoutSettings);
  const hub = deployment.kafka === undefined ? dataHubOf(plan, network) : undefined;
  const state = stackOf(plan, 'State', 'state that is kept');
  const ledger = ledgerIn(state, plan);
  const warehouse = warehouseIn(state, plan, network);
  const page = usersIn(state, plan);
  const offbeat = offbeatOf(plan, { network, hub, ledger, warehouse, page });
  const parts = { network: Stack.of(network), ...(hub && { dataHub: Stack.of(hub) }), state };
  const functions = Stack.of(offbeat);
  if (entry !== undefined) recordResources(entry, ...Object.values(parts), functions);
  return { ...parts, functions, offbeat };
}

/** The reason why nothing is deployed by defaults alone: zones and partitions would not be recorded. */
const withoutSettings =
  'there is no offbeat.yaml; copy one of docs/deployments/ (npx cdk synth needs none where no account is known)';

function networkOf(plan: Plan): Network {
  const { size, vpc, egress, polling, kafka, warehouse, domain, shippers } = plan.deployment;
  const stack = stackOf(plan, 'Network', 'network');
  const isManaged = kafka === undefined || 'cluster' in kafka;
  const brokers = groupOf(stack, 'BrokersGroup', kafka?.securityGroup);
  const domainGroup = warehouse === 'none' ? warehouse : groupOf(stack, 'DomainGroup', domain?.securityGroup);
  const addresses = isManaged ? [] : kafka.brokers;
  return new Network(stack, 'Network', {
    ...vpcOf(stack, plan.deployment),
    ...(vpc === undefined && { zones: zonesIn(stack, plan.deployment, plan.entry) }),
    egress,
    ...sizes[size].network,
    polling,
    readsSecrets:
      kafka?.secret !== undefined || plan.file.settings.collect.some(({ password }) => password !== undefined),
    shippers: shippers.map(peerOf),
    ...(!isManaged && { brokerPorts: [...new Set(addresses.map(portOf))] }),
    ...(!isManaged && kafka.securityGroup === undefined && { brokersBeyond: addresses }),
    ...(brokers && { brokers }),
    ...(domainGroup && { domain: domainGroup }),
  });
}

function dataHubOf(plan: Plan, network: Network): DataHub {
  const { partitions, prefix, removalPolicy, deployment } = plan;
  const { size, disks } = deployment;
  const stack = stackOf(plan, 'DataHub', 'Kafka');
  const hub = new DataHub(stack, 'DataHub', {
    network,
    partitions,
    prefix,
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
  const { restoreDays, protected: deletionProtection } = deployment;
  return new Ledger(stack, 'Ledger', { restoreDays, removalPolicy, deletionProtection, ...keyOf(stack, deployment) });
}

function warehouseIn(stack: Stack, { deployment, removalPolicy }: Plan, network: Network): WarehouseAccess | 'none' {
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

function usersIn(stack: Stack, { deployment, removalPolicy }: Plan): PageUsers | 'none' {
  const existing = usersOf(stack, deployment);
  if (existing !== undefined) return existing;
  const users = new Users(stack, 'Users', { removalPolicy, deletionProtection: deployment.protected });
  print(stack, { UserPool: ['The user pool of the people who may use the page', users.userPool.userPoolId] });
  return users;
}

interface StatefulParts {
  readonly network: Network;
  readonly hub: DataHub | undefined;
  readonly ledger: Ledger;
  readonly warehouse: WarehouseAccess | 'none';
  readonly page: PageUsers | 'none';
}

function offbeatOf(plan: Plan, { network, hub, ledger, warehouse, page: users }: StatefulParts): Offbeat {
  const { file, deployment, partitions, prefix, removalPolicy } = plan;
  const { size, polling, tracing } = deployment;
  const { reserveConcurrency = sizes[size].reserveConcurrency, metrics = sizes[size].metrics } = deployment;
  const stack = stackOf(plan, undefined, 'functions');
  const alertTopic = topicOf(stack, 'AlertTopic', deployment.alertTopic);
  const alarmTopic = topicOf(stack, 'AlarmTopic', deployment.alarmTopic);
  const offbeat = new Offbeat(stack, 'Offbeat', {
    settings: file,
    network,
    kafka: kafkaOf(stack, deployment) ?? clusterOf(hub!),
    ledger,
    warehouse,
    page: users,
    partitions,
    prefix,
    polling: polling === 'on-demand' ? polling : { minimumPollers: 1, maximumPollers: pollersMax },
    window: Duration.millis(windowMs(deployment)),
    reserveConcurrency,
    metrics,
    ...(alertTopic && { alertTopic }),
    ...(alarmTopic && { alarmTopic }),
    ...keyOf(stack, deployment),
    analysts: analystsOf(stack, deployment),
    logRetention: RetentionDays.ONE_MONTH,
    tracing,
    removalPolicy,
  });
  const { fanOut, api, page, monitoring, collections } = offbeat;
  print(stack, {
    BeatsTopic: ['The topic that beats are shipped to', kafkaNames(prefix).topic(topics.beats)],
    AlertsTopic: ['Subscribe the addresses that get alerts here', fanOut.topic.topicArn],
    AlarmsTopic: ['Subscribe those who operate Offbeat here', monitoring.alarmTopic.topicArn],
    ApiUrl: ['The HTTP API of docs/api.md', api.httpApi.apiEndpoint],
    GivenUpQueue: ['Deliveries that notify gave up', fanOut.deadLetters.queueUrl],
    ...(page && { PageUrl: ['The page', page.url] }),
    ...(collections && {
      CollectGroup: ['The security group to let in to targets', collections.group.securityGroupId],
    }),
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
    terminationProtection: part !== undefined && deployment.protected,
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
