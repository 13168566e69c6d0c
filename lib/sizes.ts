import { type DeploymentSettings, zonesOf } from '../settings/deployment.ts';
import type { DataHubProps } from './constructs/data-hub.ts';
import type { WarehouseProps } from './constructs/warehouse.ts';

export interface Size {
  readonly zones: 2 | 3;
  readonly kafka: Required<Pick<DataHubProps, 'instanceType' | 'brokers' | 'volumeGiB'>>;
  readonly warehouse: Pick<WarehouseProps, 'instanceType' | 'dataNodes' | 'masters' | 'volumeGiB'>;
}

/** The machines of each `size` of `offbeat.yaml`. docs/deploy.md has their prices. */
export const sizes: Readonly<Record<DeploymentSettings['size'], Size>> = {
  minimal: {
    zones: zonesOf.minimal,
    kafka: { instanceType: 'kafka.t3.small', brokers: 2, volumeGiB: 50 },
    warehouse: { instanceType: 't3.small.search', dataNodes: 1, volumeGiB: 20 },
  },
  production: {
    zones: zonesOf.production,
    kafka: { instanceType: 'kafka.m7g.large', brokers: 3, volumeGiB: 200 },
    warehouse: {
      instanceType: 'r7g.large.search',
      dataNodes: 3,
      masters: { instanceType: 'm7g.large.search', nodes: 3 },
      volumeGiB: 200,
    },
  },
};
