/*
 * The entry of the package: what a CDK app imports to put Offbeat into stacks of its own. The package exports nothing
 * else, and no module that is imported here may need a development dependency.
 */
export { type PartitionCounts, partitionsDefault } from '../functions/shared/log/topics.ts';
export { loadSettingsFile as loadSettings, type SettingsFile } from '../settings/file.ts';
export { DataHub, type DataHubProps } from './constructs/data-hub.ts';
export type { Polling } from './constructs/kafka.ts';
export { Ledger, type LedgerProps } from './constructs/ledger.ts';
export { Network, type NetworkProps } from './constructs/network.ts';
export {
  type ExistingDomain,
  existingWarehouse,
  Warehouse,
  type WarehouseAccess,
  type WarehouseProps,
} from './constructs/warehouse.ts';
export { type Deployment, type DeployOptions, deploy } from './deploy.ts';
export { type KafkaBrokers, type MskCluster, Offbeat, type OffbeatProps } from './offbeat.ts';
export { recordLayout } from './recorded-layout.ts';
