import { writtenMetrics } from '../../functions/shared/handler/written-metrics.ts';
import { gauges, metrics } from '../../functions/shared/ports/telemetry.ts';
import type { Resource } from '../../test/support/deployment.ts';
import { assumed } from './measured.ts';
import { prices } from './prices.ts';

export const brokerPrices = {
  'kafka.t3.small': prices.mskT3Small,
  'kafka.m7g.large': prices.mskM7gLarge,
  'kafka.m7g.xlarge': prices.mskM7gXlarge,
};
export const nodePrices = {
  't3.small.search': prices.searchT3Small,
  'm7g.large.search': prices.searchM7gLarge,
  'r7g.large.search': prices.searchR7gLarge,
  'r7g.2xlarge.search': prices.searchR7g2xlarge,
};
export const volumePrices = { gp2: prices.searchGp2GbMonth, gp3: prices.searchGbMonth };

/** All that is billed by the month, whatever is shipped: counted in templates, or planned for a scale. */
export interface Machines {
  /** @default none: the brokers are the user's */
  readonly kafka?: Brokers;
  /** @default none: the warehouse is the user's, or there is none */
  readonly search?: SearchNodes;
  /** The number of billed units of provisioned pollers; 0 on demand. */
  readonly pollerUnits: number;
  readonly endpoints: number;
  /** The zones with an interface of each endpoint. */
  readonly endpointZones: number;
  /** A flag: the pollers pass events on through an endpoint. */
  readonly passesEventsByEndpoint: boolean;
  readonly gateways: number;
  readonly alarms: number;
  /** The number of metrics in alarms: an alarm on an expression is billed for each. */
  readonly alarmedMetrics: number;
  readonly dashboards: number;
  /** The number of custom metrics that functions write. */
  readonly customMetrics: number;
  readonly keys: number;
  readonly secrets: number;
  /** A flag: there is the page, with an HTTP API of its own. */
  readonly hasPage: boolean;
}

export interface Brokers {
  readonly brokers: number;
  readonly type: keyof typeof brokerPrices;
  /** The disks of all brokers. */
  readonly gigabytes: number;
  /** A flag: the metrics of each broker are paid for. */
  readonly isMetered: boolean;
}

export interface SearchNodes {
  readonly nodes: number;
  readonly type: keyof typeof nodePrices;
  /** @default none */
  readonly masters?: { readonly nodes: number; readonly type: keyof typeof nodePrices };
  /** The disks of all data nodes. */
  readonly gigabytes: number;
  readonly volume: keyof typeof volumePrices;
}

export const ofType = (resources: readonly Resource[], type: string) =>
  resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);

const interfacesOf = (resources: readonly Resource[]) =>
  ofType(resources, 'AWS::EC2::VPCEndpoint').filter(({ VpcEndpointType: type }) => type === 'Interface');

/** Returns the services of the interface endpoints in templates, each as text. */
export const endpointServices = (resources: readonly Resource[]): readonly string[] =>
  interfacesOf(resources).map(({ ServiceName }) => JSON.stringify(ServiceName));

/** Returns what templates make that is billed by the month. */
export function machinesIn(resources: readonly Resource[]): Machines {
  const interfaces = interfacesOf(resources);
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm');
  const inAlarms = alarms.flatMap(({ Metrics = [undefined] }) =>
    Metrics.filter((metric: { MetricStat?: unknown } | undefined) => Metrics.length === 1 || metric?.MetricStat),
  );
  return {
    ...brokersIn(resources),
    ...nodesIn(resources),
    pollerUnits: pollerUnitsIn(resources),
    endpoints: interfaces.length,
    endpointZones: interfaces[0]?.SubnetIds.length ?? 0,
    passesEventsByEndpoint: endpointServices(resources).some((service) => service.includes('.lambda')),
    gateways: ofType(resources, 'AWS::EC2::NatGateway').length,
    alarms: alarms.length,
    alarmedMetrics: inAlarms.length,
    dashboards: ofType(resources, 'AWS::CloudWatch::Dashboard').length,
    customMetrics: customMetricsIn(resources),
    keys: ofType(resources, 'AWS::KMS::Key').length,
    secrets: ofType(resources, 'AWS::SecretsManager::Secret').length,
    hasPage: ofType(resources, 'AWS::ApiGatewayV2::Authorizer').length > 0,
  };
}

function brokersIn(resources: readonly Resource[]): Pick<Machines, 'kafka'> {
  const [cluster] = ofType(resources, 'AWS::MSK::Cluster');
  if (cluster === undefined) return {};
  const { NumberOfBrokerNodes: brokers, BrokerNodeGroupInfo: group, EnhancedMonitoring: monitoring } = cluster;
  const gigabytes = brokers * group.StorageInfo.EBSStorageInfo.VolumeSize;
  return { kafka: { brokers, type: group.InstanceType, gigabytes, isMetered: monitoring !== 'DEFAULT' } };
}

function nodesIn(resources: readonly Resource[]): Pick<Machines, 'search'> {
  const [domain] = ofType(resources, 'AWS::OpenSearchService::Domain');
  if (domain === undefined) return {};
  const { ClusterConfig: config, EBSOptions: volume } = domain;
  const nodes = config.InstanceCount;
  const masters = config.DedicatedMasterCount ?? 0;
  return {
    search: {
      nodes,
      type: config.InstanceType,
      ...(masters > 0 && { masters: { nodes: masters, type: config.DedicatedMasterType } }),
      gigabytes: nodes * volume.VolumeSize,
      volume: volume.VolumeType,
    },
  };
}

/** Returns the units of provisioned pollers. A mapping without a group has a billed unit of its own. */
function pollerUnitsIn(resources: readonly Resource[]): number {
  const provisioned = ofType(resources, 'AWS::Lambda::EventSourceMapping').flatMap(
    ({ ProvisionedPollerConfig: config }) => (config === undefined ? [] : [config]),
  );
  return new Set(provisioned.map(({ PollerGroupName: group }, nth) => group ?? nth)).size;
}

/** Returns the number of custom metrics that functions write, by the environment that they have in templates. */
function customMetricsIn(resources: readonly Resource[]): number {
  const environments = ofType(resources, 'AWS::Lambda::Function').map(
    ({ Environment }) => Environment?.Variables ?? {},
  );
  const written = writtenMetrics(environments.find((variables) => 'OFFBEAT_METRICS' in variables) ?? {});
  return written.write === 'alarmed' ? written.alarmed.length : everyCustomMetric();
}

/**
 * Returns the number of custom metrics with `metrics: all`: each counter and gauge with the values that its dimensions usually have.
 * No deployment of the tables has targets.
 */
export function everyCustomMetric(): number {
  const values: Readonly<Record<string, number>> = assumed.valuesOfDimension;
  const { collections_missed: _, ...written } = { ...metrics, ...gauges };
  return Object.values<readonly string[]>(written).reduce(
    (sum, dimensions) => sum + dimensions.reduce((product, dimension) => product * values[dimension]!, 1),
    0,
  );
}
