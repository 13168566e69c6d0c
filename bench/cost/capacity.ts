import { type Flow, flowOf, type Load, seriesAPartition } from './flow.ts';
import type { Machines } from './machines.ts';
import { assumed } from './measured.ts';
import { whole } from './month.ts';
import { diskBytesOf, keptByTopics } from './use.ts';

/** The load that room is reckoned with: it grows with the series, so any number gives the same answer. */
const load = { series: 100_000, windowMs: 5_000 };
const gib = 1024 ** 3;

/** The series, of the kind of the recorded cluster, that disks hold; `undefined` for disks that are the user's. */
export interface Room {
  readonly topics: number | undefined;
  readonly warehouse: number | undefined;
}

/** Returns the series that the disks of machines hold when three quarters full, the room for a merge included. */
export function roomOf({ kafka: brokers, search: domain }: Machines): Room {
  const flow = flowOf(load);
  const series = (bytes: number, bytesOf: (flow: Flow) => number) => bytes / (bytesOf(flow) / load.series);
  return {
    // Each broker stores a copy of every topic.
    topics: brokers && series((brokers.gigabytes / brokers.brokers) * gib * (1 - assumed.mskFreeShare), keptByTopics),
    warehouse:
      domain &&
      series((domain.gigabytes * gib * (1 - assumed.searchFreeShare)) / Math.min(2, domain.nodes), diskBytesOf),
  };
}

/**
 * Returns what of machines and partitions is too small for a load, a sentence for each; none for a load that fits. Disks of
 * brokers and of a warehouse that are the user's are not checked.
 */
export function misfitsOf(machines: Machines, wanted: Load): string[] {
  const { topics, warehouse } = roomOf(machines);
  const tooFull = (disks: string, room: number | undefined) =>
    room !== undefined && wanted.series > room ? [`the disks of ${disks} hold ${whole(Math.floor(room))} series`] : [];
  return [
    ...tooFull('the brokers', topics),
    ...tooFull('the warehouse', wanted.hasWarehouse === false ? undefined : warehouse),
    ...tooFew(wanted),
  ];
}

/** Returns the topics whose partitions are too few, for the state of their series or for the functions that read them. */
function tooFew(wanted: Load): string[] {
  const { partitions, ...free } = wanted;
  if (partitions === undefined) return [];
  const { works } = flowOf(free);
  const needed = (names: readonly string[]) =>
    Math.max(...works.filter(({ name }) => names.includes(name)).map((work) => work.partitions));
  const ofState = Math.ceil(wanted.series / seriesAPartition);
  const short = (topic: keyof typeof partitions, count: number) =>
    count > partitions[topic] ? [`${topic} has ${counted(partitions[topic])} and needs ${count}`] : [];
  return [
    ...short('beats', needed(['normalise'])),
    ...short('samples', Math.max(ofState, needed(['detect', 'persist']))),
  ];
}

const counted = (partitions: number): string => `${partitions} partition${partitions === 1 ? '' : 's'}`;
