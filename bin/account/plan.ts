import { targetsIn } from '../../functions/collect/parse-target.ts';
import { isDeployed } from '../../functions/deployed-functions.ts';
import { type FunctionName, functionNames, sourcesOf } from '../../functions/functions.ts';
import { receiverFacts } from '../../functions/shared/domain/receivers/registry.ts';
import { isSecretsManagerReference, secretsManagerPrefix } from '../../functions/shared/domain/secret-reference.ts';
import { reservedConcurrency } from '../../lib/constructs/reserved-concurrency.ts';
import { sizes } from '../../lib/sizes.ts';
import { createsDomain, type DeploymentSettings, partitionCounts, zonesOf } from '../../settings/deployment.ts';
import type { SettingsFile } from '../../settings/file.ts';
import { defaultQualifier } from './judge-bootstrap.ts';

/** The names of the stacks of a deployment, in the order in which they are deployed. */
export const stackNames = {
  network: 'Offbeat-Network',
  dataHub: 'Offbeat-DataHub',
  state: 'Offbeat-State',
  functions: 'Offbeat',
} as const;

/** The demands of a deployment on an account, as `offbeat.yaml` describes them. */
export interface Plan {
  /** The qualifier of the CDK bootstrap that the deployment uses. */
  readonly qualifier: string;
  readonly size: DeploymentSettings['size'];
  /** The number of zones that subnets, brokers and data nodes are in. */
  readonly zoneCount: number;
  /** The names of zones in the settings, of `deployment.zones` or of the existing VPC; empty if they name none. */
  readonly zones: readonly string[];
  readonly createsVpc: boolean;
  readonly createsDomain: boolean;
  /** The services of the interface endpoints of a created VPC, as in `com.amazonaws.REGION.sts`; empty for an existing one. */
  readonly endpoints: readonly string[];
  /** The number of zones, from the first on, with interfaces of these endpoints. */
  readonly endpointZoneCount: number;
  /** The types of the machines of a created domain, and the number of zones that they are in; empty where none is created. */
  readonly machines: { readonly types: readonly string[]; readonly zoneCount: number };
  /** The number of MSK brokers to create; 0 for an existing Kafka. */
  readonly brokers: number;
  /** The number of elastic IP addresses to create, one for each NAT gateway. */
  readonly addresses: number;
  /** The concurrent executions that functions reserve, together; 0 without `reserveConcurrency`. */
  readonly reserved: number;
  /** The most executions that the pollers of Kafka start at the same time: one for each partition that a stage reads. */
  readonly pollersMax: number;
  /** A flag: data is kept when stacks are deleted, so that protection from deletion makes sense. */
  readonly keepsData: boolean;
  /** The names or ARNs of the secrets of receivers, each with the name of its first receiver. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Returns the demands of a deployment. @param qualifier that of the CDK bootstrap */
export function planOf(
  { settings, deployment }: Pick<SettingsFile, 'settings' | 'deployment'>,
  qualifier = defaultQualifier,
): Plan {
  const { size, egress, vpc, kafka, warehouse, page, keepData } = deployment;
  const { reserveConcurrency = sizes[size].reserveConcurrency } = deployment;
  const partitions = partitionCounts(deployment);
  const zoneCount = zonesOf[size];
  const createsVpc = vpc === undefined;
  const targets = targetsIn(settings.collect);
  const names = functionNames.filter((name) => isDeployed(name, warehouse !== 'none', targets, page !== 'none'));
  const sumOf = (count: (name: FunctionName) => number): number => names.reduce((sum, name) => sum + count(name), 0);
  return {
    qualifier,
    size,
    zoneCount,
    zones: vpc?.zones ?? deployment.zones,
    createsVpc,
    createsDomain: createsDomain(deployment),
    endpoints: createsVpc ? endpointsOf(deployment, settings.collect) : [],
    endpointZoneCount: sizes[size].network.endpointZones === 'one' ? 1 : zoneCount,
    machines: createsDomain(deployment) ? machinesOf(size) : { types: [], zoneCount: 0 },
    brokers: kafka === undefined ? sizes[size].kafka.brokers : 0,
    addresses: createsVpc && egress === 'nat' ? zoneCount : 0,
    reserved: reserveConcurrency ? sumOf((name) => reservedConcurrency(name, partitions) ?? 0) : 0,
    pollersMax: sumOf((name) =>
      sourcesOf(name, 'topics')
        .flatMap(({ topics }) => topics)
        .reduce((sum, topic) => sum + partitions[topic], 0),
    ),
    keepsData: keepData,
    secrets: secretsOf(settings.receivers),
  };
}

/** Returns the services that functions and pollers reach by endpoints; none where NAT carries their requests. */
function endpointsOf(
  { kafka, egress, polling }: DeploymentSettings,
  targets: SettingsFile['settings']['collect'],
): readonly string[] {
  const areBrokersBeyond = kafka !== undefined && !('cluster' in kafka) && kafka.securityGroup === undefined;
  if (areBrokersBeyond) return [];
  const ofPollers = egress !== 'nat' && polling === 'on-demand' ? ['lambda', 'sts'] : [];
  const readsSecrets = kafka?.secret !== undefined || targets.some(({ password }) => password !== undefined);
  return [...(readsSecrets ? ['secretsmanager'] : []), ...ofPollers];
}

function machinesOf(size: DeploymentSettings['size']): Plan['machines'] {
  const { instanceType, dataNodes = 1, masters } = sizes[size].warehouse;
  const types = [instanceType, masters?.instanceType].filter((type) => type !== undefined);
  return { types: [...new Set(types)], zoneCount: Math.min(dataNodes, zonesOf[size]) };
}

function secretsOf(receivers: SettingsFile['settings']['receivers']): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  for (const receiver of receivers) {
    for (const reference of receiverFacts(receiver).secrets.filter(isSecretsManagerReference)) {
      const [name = ''] = reference.slice(secretsManagerPrefix.length).split('#');
      if (!named.has(name)) named.set(name, receiver.name);
    }
  }
  return named;
}
