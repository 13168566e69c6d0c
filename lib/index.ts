/*
 * The entry of the package: what a CDK app imports to put Offbeat into stacks of its own. The package exports nothing
 * else, and no module that is imported here may need a development dependency.
 */
export { type PartitionCounts, partitionsDefault } from '../functions/shared/log/topics.ts';
export type { GaugeDimensions, GaugeName, MetricName } from '../functions/shared/ports/metric-names.ts';
export { loadSettingsFile as loadSettings, type SettingsFile } from '../settings/file.ts';
export type { AlarmSpec } from './constructs/alarms.ts';
export type { OffbeatApi } from './constructs/api.ts';
export type { WatchedBrokers } from './constructs/broker-alarms.ts';
export { DataHub, type DataHubProps } from './constructs/data-hub.ts';
export type { DataRemoval } from './constructs/data-removal.ts';
export type { WatchedDomain } from './constructs/domain-alarms.ts';
export type { FanOut } from './constructs/fan-out.ts';
export type { OffbeatFunction } from './constructs/function.ts';
export type { Polling } from './constructs/kafka.ts';
export { Ledger, type LedgerProps } from './constructs/ledger.ts';
export type { Monitoring } from './constructs/monitoring.ts';
export { Network, type NetworkProps } from './constructs/network.ts';
export type { OffbeatPage } from './constructs/page.ts';
export type { Stages } from './constructs/stages.ts';
export type { Upkeep } from './constructs/upkeep.ts';
export { type ExistingUserPool, existingUsers, type PageUsers, Users, type UsersProps } from './constructs/users.ts';
export {
  type ExistingDomain,
  existingWarehouse,
  Warehouse,
  type WarehouseAccess,
  type WarehouseProps,
} from './constructs/warehouse.ts';
export { type Deployment, type DeployOptions, deploy } from './deploy.ts';
export { Offbeat } from './offbeat.ts';
export type { KafkaBrokers, MskCluster, OffbeatProps } from './offbeat-props.ts';
export { recordLayout } from './recorded-layout.ts';
