import type { EntityKind } from '../entity.ts';
import type { Dimensions } from '../series.ts';
import { catalogueFacts } from './catalogue.ts';
import { type IoRow, ioName, ioRows } from './io.ts';

/*
 * The quantities of a component, each under one name whatever ships it, summed over its parts. What is I/O comes from the table of io.ts, which has
 * the quantities of parts.
 */

/** The measures of a component, in the order of columns. */
export const measureNames = ['cpu', 'memory', 'disk.read', 'disk.write', 'network.in', 'network.out', 'space'] as const;
export type MeasureName = (typeof measureNames)[number];

/** The title and the unit of each measure. */
export const measureFacts: Readonly<Record<MeasureName, { readonly title: string; readonly unit: string }>> = {
  cpu: { title: 'CPU', unit: '1' },
  memory: { title: 'Memory', unit: '1' },
  'disk.read': { title: 'Disk read', unit: 'By/s' },
  'disk.write': { title: 'Disk write', unit: 'By/s' },
  'network.in': { title: 'Received', unit: 'By/s' },
  'network.out': { title: 'Sent', unit: 'By/s' },
  space: { title: 'Fullest disk', unit: '1' },
};

/** Returns whether a measure is a share, and not a rate: several are averaged and not added. */
export const isShare = (name: MeasureName): boolean => measureFacts[name].unit === '1';

/**
 * The ways in which the series of a component become its measure.
 *
 * - `sum`, `mean`, `max`: of the series;
 * - `share`: the sum of the series that are meant, of the sum of all series of the metric; the greatest of the parts, such as file systems.
 */
export type Combination = 'sum' | 'mean' | 'max' | 'share';

/** A metric from which a measure is made. The first row of a measure of which a component has series is the one that counts. */
export interface MeasureRow {
  readonly kind: EntityKind;
  readonly measure: MeasureName;
  readonly metric: string;
  readonly combine: Combination;
  /** The dimension, under any of these names, that has any of these values in the series that are meant. @default all series */
  readonly where?: { readonly names: readonly string[]; readonly values: readonly string[] };
  /** The dimensions that tell the parts of a `share` from each other. @default there is one part */
  readonly parts?: readonly string[];
  /** Means that a value has what is left of the whole, such as the share that is idle. */
  readonly isRest?: true;
  /** The factor from the unit of the metric to that of the measure. */
  readonly factor: number;
}

/** The names that a dimension of io.ts has in newer conventions of OpenTelemetry. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  direction: ['disk.io.direction', 'network.io.direction'],
  state: ['cpu.mode', 'system.memory.state', 'system.filesystem.state'],
};

const whereOf = (name: string, ...values: readonly string[]): NonNullable<MeasureRow['where']> => ({
  names: [name, ...(otherNames[name] ?? [])],
  values,
});

/** The dimensions that name a file system, by OpenTelemetry and collectd. */
const fileSystem = ['mountpoint', 'system.filesystem.mountpoint', 'plugin_instance'];

/** Returns the factor from the unit of a metric to that of a measure: 1 from a share or a rate. */
function factorOf(metric: string): number {
  if (catalogueFacts(metric)?.unit === '%') return 0.01;
  return metric.includes('.last_minute.') ? 1 / 60 : 1;
}

type Found = Pick<MeasureRow, 'metric' | 'combine'> & Partial<Pick<MeasureRow, 'where' | 'parts' | 'isRest'>>;

const of = (kind: EntityKind, measure: MeasureName, ...found: readonly Found[]): MeasureRow[] =>
  found.map((each) => ({ kind, measure, ...each, factor: factorOf(each.metric) }));

/** Returns the rows of a measure that is a quantity of I/O, by the table of these. */
function ofIo(
  kind: EntityKind,
  measure: MeasureName,
  combine: Combination,
  quantity: Pick<IoRow, 'component' | 'quantity' | 'part'>,
): MeasureRow[] {
  const own = ioRows.filter(
    (row) => ioName(row) === ioName(quantity) && (row.source === 'Offbeat') === (kind !== 'host'),
  );
  return own.flatMap(({ metric, where = {}, isRest }) => {
    const [dimension] = Object.entries(where);
    const row = { metric, combine, ...(isRest && { isRest }) };
    return of(kind, measure, dimension === undefined ? row : { ...row, where: whereOf(...dimension) });
  });
}

const hostRows = [
  ...ofIo('host', 'cpu', 'mean', { component: 'host', quantity: 'utilisation' }),
  ...of(
    'host',
    'cpu',
    // Seconds of a processor in a second; a series for each processor.
    { metric: 'system.cpu.time', combine: 'mean', where: whereOf('state', 'idle'), isRest: true },
    { metric: 'collectd.cpu.percent', combine: 'mean', where: whereOf('type_instance', 'active') },
  ),
  ...of(
    'host',
    'memory',
    { metric: 'system.memory.actual.used.pct', combine: 'mean' },
    { metric: 'system.memory.utilization', combine: 'mean', where: whereOf('state', 'used') },
    { metric: 'system.memory.usage', combine: 'share', where: whereOf('state', 'used') },
    { metric: 'collectd.memory.memory', combine: 'share', where: whereOf('type_instance', 'used') },
  ),
  ...(['read', 'write'] as const).flatMap((part) =>
    ofIo('host', `disk.${part}`, 'sum', { component: 'disk', quantity: 'bytes', part }),
  ),
  ...(['in', 'out'] as const).flatMap((part) =>
    ofIo('host', `network.${part}`, 'sum', { component: 'host', quantity: 'bytes', part }),
  ),
  ...of(
    'host',
    'space',
    { metric: 'system.filesystem.used.pct', combine: 'max' },
    { metric: 'system.filesystem.utilization', combine: 'max' },
    { metric: 'system.filesystem.usage', combine: 'share', where: whereOf('state', 'used'), parts: fileSystem },
    { metric: 'collectd.df.percent_bytes', combine: 'max', where: whereOf('type_instance', 'used') },
    { metric: 'collectd.df.df_complex', combine: 'share', where: whereOf('type_instance', 'used'), parts: fileSystem },
  ),
];

const chunkserverRows = [
  ...(['read', 'write'] as const).flatMap((part) =>
    (['chunkserver', 'disk'] as const).flatMap((component) =>
      ofIo('chunkserver', `disk.${part}`, 'sum', { component, quantity: 'bytes', part }),
    ),
  ),
  ...of('chunkserver', 'space', { metric: 'moosefs.chunkserver.space.used.pct', combine: 'max' }),
];

/** Every metric from which a measure is made, those of one measure in the order in which they are preferred. */
export const measureRows: readonly MeasureRow[] = [...hostRows, ...chunkserverRows];

/** Returns the value of the first of some dimensions that a series has. */
export const firstOf = (names: readonly string[], dimensions: Dimensions): string | undefined => {
  const name = names.find((each) => Object.hasOwn(dimensions, each));
  return name === undefined ? undefined : dimensions[name];
};

/** Returns whether a row means the series with these dimensions. */
export function isMeant({ where }: MeasureRow, dimensions: Dimensions): boolean {
  if (where === undefined) return true;
  const value = firstOf(where.names, dimensions);
  return value !== undefined && where.values.includes(value);
}

/** The dimensions that name a disk, an interface or a file system of a host, in the words of all sources. */
const partNames = [
  'device',
  'interface',
  'system.device',
  'network.interface.name',
  'mount_point',
  'mountpoint',
  'system.filesystem.mountpoint',
  'plugin_instance',
];
/** Names of parts whose traffic leaves no machine, or is that of another interface again. */
const repeatedInterface = /^(lo\d*|loopback.*|(veth|docker|br-|virbr|cni|cali|flannel).*)$/i;
/** Partitions, whose disk has the same traffic again. */
const partition = /^((?:sd|vd|xvd|hd)[a-z]+)\d+$|^((?:nvme\d+n|mmcblk|nbd|rbd|loop|md)\d+)p\d+$/;
/** The disks that are made of others or of their files, which have the same traffic again. */
const composed = /^(dm-|md|loop)\d+$/;
/** The disks in memory. */
const inMemory = /^z?ram\d+$/;
/** The file systems of packages, which are always full. */
const image = /^\/snap\//;

/**
 * Returns whether a series of a component repeats what another one of its series has, or is none of its traffic: the loopback, a
 * partition beside its disk.
 * @param others the names of all parts of the component, by the same metric
 */
export function isRepeated(dimensions: Dimensions, others: ReadonlySet<string>): boolean {
  const name = firstOf(partNames, dimensions);
  if (name === undefined) return false;
  const disk = partition.exec(name);
  if (disk !== null) return others.has(disk[1] ?? disk[2]!);
  if (composed.test(name)) return [...others].some((other) => !composed.test(other) && !inMemory.test(other));
  return repeatedInterface.test(name) || image.test(name) || inMemory.test(name);
}

/** Returns the name of the part of a component that a series is about; `undefined` if it is about the whole. */
export const partOf = (dimensions: Dimensions): string | undefined => firstOf(partNames, dimensions);

/** A disk that is a file on another disk. */
const file = /^loop\d+$/;

/**
 * Returns whether all disks of a component are files on other disks, such as those of a container. Where the machine that has those disks
 * is watched too, its traffic contains theirs.
 */
export const areFiles = (all: readonly Dimensions[]): boolean =>
  all.length > 0 && all.every((dimensions) => file.test(partOf(dimensions) ?? ''));
