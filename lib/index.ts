/*
 * The entry of the package: what a CDK app of one's own puts Offbeat into its stacks with. Nothing else is to be imported
 * from it, and nothing that this imports may need a development dependency.
 */
export type { PartitionCounts } from '../functions/shared/log/topics.ts';
export { DataHub, type DataHubProps } from './constructs/data-hub.ts';
export type { Polling } from './constructs/kafka.ts';
export { Ledger, type LedgerProps } from './constructs/ledger.ts';
export { Network, type NetworkProps } from './constructs/network.ts';
export {
  type BroughtDomain,
  broughtWarehouse,
  Warehouse,
  type WarehouseAccess,
  type WarehouseProps,
} from './constructs/warehouse.ts';
export { type Deployment, type DeployOptions, deploy } from './deploy.ts';
export { type KafkaBrokers, type MskCluster, Offbeat, type OffbeatProps } from './offbeat.ts';
