import { readFileSync, writeFileSync } from 'node:fs';
import { groupsTable } from '../../docs/tables/functions.ts';
import { table, withTables } from '../../docs/tables/markdown.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { partitionCounts } from '../../settings/deployment.ts';
import { loadSettingsFile } from '../../settings/file.ts';
import {
  type DeploymentName,
  deployed,
  deploymentNames,
  type Resource,
  settingsFileOf,
} from '../../test/support/deployment.ts';
import { keptByTopics, warehouseOf } from './bill.ts';
import { flowOf, type Load } from './flow.ts';
import { assumed } from './measured.ts';
import { dollars, hoursAMonth, type Part, whole } from './month.ts';
import { customMetrics, prices } from './prices.ts';
import { interfacesOf, ofType, usedParts } from './used.ts';

/*
 * The resources of each deployment of docs/deployments/, counted in its templates, and their cost of a month.
 * `npm run docs` writes the tables into docs/deploy.md, and a test compares them.
 */

/** Series of each deployment: as many as the disks of its warehouse hold, in round numbers. */
const seriesOf: Readonly<Record<DeploymentName, number>> = {
  minimal: 1_000,
  production: 50_000,
  'bring-your-own': 50_000,
  'self-managed-kafka': 1_000,
};
/** The shortest window of a mapping, and the window of docs/scale.md. */
const shortWindowMs = 500;
const longWindowMs = 5_000;

const settingsOf = (name: DeploymentName) => loadSettingsFile(settingsFileOf(name)).deployment;
const resourcesOf = (name: DeploymentName): Resource[] => [...deployed(name).resources.values()];
const gib = 1024 ** 3;

const brokerPrices = { 'kafka.t3.small': prices.mskT3Small, 'kafka.m7g.large': prices.mskM7gLarge };
const nodePrices = {
  't3.small.search': prices.searchT3Small,
  'm7g.large.search': prices.searchM7gLarge,
  'r7g.large.search': prices.searchR7gLarge,
};
const volumePrices = { gp2: prices.searchGp2GbMonth, gp3: prices.searchGbMonth };

export interface DeploymentBill {
  readonly name: DeploymentName;
  readonly series: number;
  readonly parts: readonly Part[];
  readonly usd: number;
  /** The cost while nothing is shipped: machines, and the use by heartbeats and ticks. */
  readonly idleUsd: number;
}

function partitionsOf(name: DeploymentName) {
  const counts = partitionCounts(settingsOf(name).partitions);
  return { beats: counts[topics.beats], samples: counts[topics.samples] };
}

/**
 * Returns the cost of a month of a deployment. Every window has records for every partition, because of heartbeats and
 * ticks.
 * @param other properties of the load that differ from the settings of the deployment
 */
export function billOfDeployment(name: DeploymentName, other: Partial<Load> = {}): DeploymentBill {
  const resources = resourcesOf(name);
  const { window: windowMs, restoreDays } = settingsOf(name);
  const standing = [
    ...kafka(resources),
    ...search(resources),
    pollers(resources),
    network(resources),
    watching(resources),
    keys(resources),
  ];
  const load = { windowMs, partitions: partitionsOf(name), restoreDays, ...other };
  const perUse = usedParts(resources, { ...load, series: seriesOf[name] });
  const idle = usedParts(resources, { ...load, series: 0 });
  const parts = [...standing, ...perUse];
  return { name, series: seriesOf[name], parts, usd: sum(parts), idleUsd: sum(standing) + sum(idle) };
}

const sum = (parts: readonly Part[]): number => parts.reduce((all, { usd }) => all + usd, 0);

const nothing = (name: string): Part => ({ name, usd: 0, of: 'none' });

const clusterOf = (resources: readonly Resource[]) => ofType(resources, 'AWS::MSK::Cluster')[0];
const domainOf = (resources: readonly Resource[]) => ofType(resources, 'AWS::OpenSearchService::Domain')[0];

function kafka(resources: readonly Resource[]): Part[] {
  const cluster = clusterOf(resources);
  if (cluster === undefined) return ['MSK brokers', 'MSK storage'].map(nothing);
  const { NumberOfBrokerNodes: count, BrokerNodeGroupInfo: group } = cluster;
  const type: keyof typeof brokerPrices = group.InstanceType;
  const gigabytes = count * group.StorageInfo.EBSStorageInfo.VolumeSize;
  return [
    { name: 'MSK brokers', usd: count * hoursAMonth * brokerPrices[type].usd, of: `${count} × ${type}` },
    { name: 'MSK storage', usd: gigabytes * prices.mskGbMonth.usd, of: `${gigabytes} GB` },
  ];
}

function search(resources: readonly Resource[]): Part[] {
  const domain = domainOf(resources);
  if (domain === undefined) return ['OpenSearch nodes', 'OpenSearch storage'].map(nothing);
  const { ClusterConfig: nodes, EBSOptions: volume } = domain;
  const price = (type: keyof typeof nodePrices): number => nodePrices[type].usd * hoursAMonth;
  const masters = nodes.DedicatedMasterCount ?? 0;
  const gigabytes = nodes.InstanceCount * volume.VolumeSize;
  const type: keyof typeof volumePrices = volume.VolumeType;
  return [
    {
      name: 'OpenSearch nodes',
      usd: nodes.InstanceCount * price(nodes.InstanceType) + (masters ? masters * price(nodes.DedicatedMasterType) : 0),
      of: `${nodes.InstanceCount} × ${nodes.InstanceType}${masters ? `, ${masters} × ${nodes.DedicatedMasterType}` : ''}`,
    },
    { name: 'OpenSearch storage', usd: gigabytes * volumePrices[type].usd, of: `${gigabytes} GB of ${type}` },
  ];
}

/** Returns the cost of pollers. A mapping without a group has a billed unit of its own. */
function pollers(resources: readonly Resource[]): Part {
  const provisioned = ofType(resources, 'AWS::Lambda::EventSourceMapping').flatMap(
    ({ ProvisionedPollerConfig: config }) => (config === undefined ? [] : [config]),
  );
  const groups = new Set(provisioned.map(({ PollerGroupName: group }, nth) => group ?? nth));
  return provisioned.length === 0
    ? { name: 'pollers', usd: 0, of: 'on demand' }
    : {
        name: 'pollers',
        usd: groups.size * prices.pollerMonth.usd,
        of: `${groups.size} unit${groups.size === 1 ? '' : 's'}, provisioned`,
      };
}

function network(resources: readonly Resource[]): Part {
  const interfaces = interfacesOf(resources);
  const gateways = ofType(resources, 'AWS::EC2::NatGateway').length;
  const zones = interfaces[0]?.SubnetIds.length ?? 0;
  const usd = interfaces.length * zones * prices.endpointMonth.usd + gateways * prices.natMonth.usd;
  if (usd === 0) return { name: 'endpoints or NAT', usd, of: 'yours' };
  const nat = gateways > 0 ? `, ${gateways} NAT gateways` : '';
  return { name: 'endpoints or NAT', usd, of: `${interfaces.length} endpoints in ${zones} zones${nat}` };
}

/** Returns the cost of alarms and metrics. An alarm on an expression is billed for each metric in it. */
function watching(resources: readonly Resource[]): Part {
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm');
  const metrics = alarms.flatMap(({ Metrics = [undefined] }) =>
    Metrics.filter((metric: { MetricStat?: unknown } | undefined) => Metrics.length === 1 || metric?.MetricStat),
  );
  const dashboards = ofType(resources, 'AWS::CloudWatch::Dashboard').length;
  return {
    name: 'alarms and metrics',
    usd: metrics.length * prices.alarmMonth.usd + dashboards * prices.dashboardMonth.usd + customMetrics(60),
    of: `${alarms.length} alarms, a dashboard, 60 metrics`,
  };
}

function keys(resources: readonly Resource[]): Part {
  const keyCount = ofType(resources, 'AWS::KMS::Key').length;
  const secrets = ofType(resources, 'AWS::SecretsManager::Secret').length;
  return {
    name: 'keys and secrets',
    usd: keyCount * prices.keyMonth.usd + secrets * prices.secretMonth.usd,
    of: keyCount + secrets === 0 ? 'yours' : `${counted(keyCount, 'key')}, ${counted(secrets, 'secret')}`,
  };
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Returns the series, of the kind of the recorded cluster, that the disks of a deployment hold when three quarters full. */
function seriesHeld(resources: readonly Resource[]) {
  const series = 100_000;
  const flow = flowOf({ series, windowMs: longWindowMs });
  const rounded = (bytes: number, ofSeries: number) => `${whole(Math.floor(bytes / ofSeries / 1_000) * 1_000)} series`;
  const [cluster, domain] = [clusterOf(resources), domainOf(resources)];
  const nodes = domain?.ClusterConfig.InstanceCount;
  return {
    // Each broker stores a copy of every topic.
    topics:
      cluster &&
      rounded(
        cluster.BrokerNodeGroupInfo.StorageInfo.EBSStorageInfo.VolumeSize * gib * (1 - assumed.mskFreeShare),
        keptByTopics(flow) / series,
      ),
    warehouse:
      domain &&
      rounded(
        (nodes * domain.EBSOptions.VolumeSize * gib * (1 - assumed.searchFreeShare)) / Math.min(2, nodes),
        warehouseOf(flow).keptBytes / series,
      ),
  };
}

/** Returns every table by the name in its markers. */
export function deploymentTables(): ReadonlyMap<string, string> {
  const bills = deploymentNames.map((name) => billOfDeployment(name));
  return new Map([
    ['makes', makesTable()],
    ['month', monthTable(bills)],
    ['groups', groupsTable()],
  ]);
}

function makesTable(): string {
  const all = deploymentNames.map((name) => ({ resources: resourcesOf(name) }));
  const row = (what: string, of: (resources: readonly Resource[]) => string | number | undefined) => [
    what,
    ...all.map(({ resources }) => String(of(resources) ?? 'yours')),
  ];
  const count = (what: string, type: string) => row(what, (resources) => ofType(resources, type).length || 'yours');
  const machines = (parts: readonly Part[]) => (parts[0]!.usd === 0 ? 'yours' : parts.map(({ of }) => of).join(', '));
  return table(
    ['', ...deploymentNames],
    [
      row('VPC', (resources) => {
        const subnets = ofType(resources, 'AWS::EC2::Subnet').length;
        return subnets === 0 ? undefined : `${subnets} zones`;
      }),
      row('Kafka', (resources) => machines(kafka(resources))),
      row('its disks hold', (resources) => seriesHeld(resources).topics),
      row(
        'topics',
        (resources) => ofType(resources, 'AWS::MSK::Topic').length || `${Object.keys(topics).length}, by a function`,
      ),
      row('OpenSearch', (resources) => machines(search(resources))),
      row('its disks hold', (resources) => seriesHeld(resources).warehouse),
      count('functions, CDK’s own included', 'AWS::Lambda::Function'),
      count('event source mappings', 'AWS::Lambda::EventSourceMapping'),
      row('pollers', (resources) => pollers(resources).of),
      count('tables', 'AWS::DynamoDB::Table'),
      count('buckets', 'AWS::S3::Bucket'),
      count('queues', 'AWS::SQS::Queue'),
      count('SNS topics', 'AWS::SNS::Topic'),
      count('keys', 'AWS::KMS::Key'),
      count('alarms', 'AWS::CloudWatch::Alarm'),
    ],
  );
}

function monthTable(bills: readonly DeploymentBill[]): string {
  const rows = bills[0]!.parts.map(({ name }, at) => [
    name,
    ...bills.map(({ parts }) => `**${dollars(parts[at]!.usd)}** ${parts[at]!.of}`),
  ]);
  const heads = bills.map(({ name, series }) => `${name}, ${whole(series)} series`);
  return table(
    ['USD a month', ...heads],
    [
      ...rows,
      ['**together**', ...bills.map(({ usd }) => `**${dollars(usd)}**`)],
      [
        'were the window 500 ms',
        ...bills.map(({ name }) => dollars(billOfDeployment(name, { windowMs: shortWindowMs }).usd)),
      ],
      [
        'were the window 5 s',
        ...bills.map(({ name }) => dollars(billOfDeployment(name, { windowMs: longWindowMs }).usd)),
      ],
      [
        'were `beats` and `samples` one partition each',
        ...bills.map(({ name }) => dollars(billOfDeployment(name, { partitions: { beats: 1, samples: 1 } }).usd)),
      ],
      ['while nothing is shipped', ...bills.map(({ idleUsd }) => dollars(idleUsd))],
    ],
  );
}

if (import.meta.main) {
  const [document] = process.argv.slice(2);
  const tables = deploymentTables();
  if (document === undefined) for (const [name, text] of tables) console.log(`${name}\n\n${text}\n`);
  else writeFileSync(document, withTables(readFileSync(document, 'utf8'), tables));
}
