import { type Bill, billOf } from './bill.ts';
import { loadOf, machinesOf } from './deployments.ts';
import { flowOf, type Load } from './flow.ts';
import type { Machines } from './machines.ts';
import { assumed } from './measured.ts';
import { diskBytesOf, keptByTopics } from './use.ts';

/** The window of event source mappings that the tables of docs/scale.md are computed with. */
export const scaleWindowMs = 5_000;
/** The most series for which the machines of the minimal deployment are reckoned. */
const minimalSeriesMax = 10_000;

/**
 * Returns the cost of a month of a number of series: up to 10,000 that of the minimal deployment, above them that of the
 * production deployment with brokers, nodes and disks that are chosen for the load.
 * @param other properties of the load that differ: with a window of 5 s, the fewest partitions that keep up
 */
export function billOfScale(series: number, other: Partial<Load> = {}): Bill {
  if (series <= minimalSeriesMax) return billOf(machinesOf('minimal'), { ...loadOf('minimal'), series, ...other });
  const load = { series, windowMs: scaleWindowMs, ...other };
  return billOf({ ...machinesOf('production'), ...machinesFor(load) }, load);
}

/** Returns brokers and nodes for a load, chosen by hand from AWS's advice on the load that each type carries. */
function machinesFor(load: Load): Required<Pick<Machines, 'kafka' | 'search'>> {
  const flow = flowOf(load);
  const copies = { topics: 3, warehouse: 2 };
  const ofTopics = (copies.topics * keptByTopics(flow)) / (load.shrinks ?? 1) / (1 - assumed.mskFreeShare);
  const ofWarehouse = (copies.warehouse * diskBytesOf(flow)) / (1 - assumed.searchFreeShare);
  const disks = { kafka: ofTopics / 1e9, search: ofWarehouse / 1e9 };
  if (load.series <= 250_000) {
    return {
      kafka: { brokers: 3, type: 'kafka.m7g.large', gigabytes: disks.kafka, isMetered: true },
      search: { nodes: 2, type: 'r7g.large.search', gigabytes: disks.search, volume: 'gp3' },
    };
  }
  return {
    kafka: { brokers: 3, type: 'kafka.m7g.xlarge', gigabytes: disks.kafka, isMetered: true },
    search: {
      nodes: 3,
      type: 'r7g.2xlarge.search',
      masters: { nodes: 3, type: 'm7g.large.search' },
      gigabytes: disks.search,
      volume: 'gp3',
    },
  };
}
