import type { DeploymentSettings } from '../settings/deployment.ts';
import type { DataHubProps } from './constructs/data-hub.ts';
import type { NetworkProps } from './constructs/network.ts';
import type { WarehouseProps } from './constructs/warehouse.ts';
import type { OffbeatProps } from './offbeat-props.ts';

export interface Size {
  /** A flag: the stages with ledger items reserve concurrency, unless `reserveConcurrency` is set. A new account cannot. */
  readonly reserveConcurrency: boolean;
  /** The counters and gauges of which CloudWatch makes metrics, unless `metrics` is set. */
  readonly metrics: NonNullable<OffbeatProps['metrics']>;
  readonly network: Required<Pick<NetworkProps, 'endpointZones'>>;
  readonly kafka: Required<
    Pick<DataHubProps, 'instanceType' | 'kafkaVersion' | 'brokers' | 'volumeGiB' | 'monitoring'>
  >;
  readonly warehouse: Pick<WarehouseProps, 'instanceType' | 'dataNodes' | 'masters' | 'volumeGiB'>;
}

/** The machines of each `size` of `offbeat.yaml`. docs/deploy.md has their prices. */
export const sizes: Readonly<Record<DeploymentSettings['size'], Size>> = {
  minimal: {
    reserveConcurrency: false,
    metrics: 'alarmed',
    // Half the price. If that zone fails, pollers read nothing until it is back, and the records stay on Kafka.
    network: { endpointZones: 'one' },
    kafka: {
      instanceType: 'kafka.t3.small',
      kafkaVersion: '3.9.x',
      brokers: 2,
      // A day of 1,000 series takes half of it: docs/scale.md.
      volumeGiB: 10,
      // The metrics above it are billed for each broker.
      monitoring: 'DEFAULT',
    },
    warehouse: { instanceType: 't3.small.search', dataNodes: 1, volumeGiB: 20 },
  },
  production: {
    reserveConcurrency: true,
    metrics: 'all',
    network: { endpointZones: 'every' },
    kafka: {
      instanceType: 'kafka.m7g.large',
      kafkaVersion: '3.9.x.kraft',
      brokers: 3,
      volumeGiB: 200,
      monitoring: 'PER_BROKER',
    },
    warehouse: {
      instanceType: 'r7g.large.search',
      dataNodes: 3,
      masters: { instanceType: 'm7g.large.search', nodes: 3 },
      volumeGiB: 200,
    },
  },
};
