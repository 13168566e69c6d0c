import { type CatalogueRow, each, GB, MB, shown } from './row.ts';

/** The rule of a row. */
type Rule = NonNullable<CatalogueRow['rule']>;

/** The names of attributes: that of the Collector's receivers, and that of newer semantic conventions. */
const attribute = {
  processorState: ['state', 'cpu.mode'],
  memoryState: ['state', 'system.memory.state'],
  swapState: ['state', 'system.paging.state'],
  fileSystemState: ['state', 'system.filesystem.state'],
  diskDirection: ['direction', 'disk.io.direction'],
  networkDirection: ['direction', 'network.io.direction'],
} as const;

/**
 * Returns rows for the series of a metric that have one of these values in an attribute, under any of its names.
 * @param kind and unit of the metric, as in its row without a condition
 */
function judged(
  { metric, kind, unit }: Pick<CatalogueRow, 'metric' | 'kind' | 'unit'>,
  name: keyof typeof attribute,
  values: readonly string[],
  how: { readonly rule: Rule; readonly meaning: string },
): CatalogueRow[] {
  return values.flatMap((value) =>
    attribute[name].map((key) => ({ metric, kind, unit, where: { [key]: value }, ...how })),
  );
}

const counter = (metric: string, unit: string) => ({ metric, kind: 'counter', unit }) as const;
const gauge = (metric: string, unit: string) => ({ metric, kind: 'gauge', unit }) as const;

/** Returns the rows of the traffic of interfaces: those judged in either direction, and that of other series. */
function traffic(metric: string, unit: string, rule: Rule, what: string): CatalogueRow[] {
  return [
    ...shown('counter', unit, `${what} of an interface`, metric),
    ...judged(counter(metric, unit), 'networkDirection', ['receive'], { rule, meaning: `${what} received` }),
    ...judged(counter(metric, unit), 'networkDirection', ['transmit'], { rule, meaning: `${what} sent` }),
  ];
}

/** Returns the rows of what a disk does: those judged for reads and writes, and that of other series. */
function requests(
  metric: string,
  unit: string,
  rule: Rule,
  [reads, writes]: readonly [string, string],
): CatalogueRow[] {
  return [
    ...shown('counter', unit, `${reads} and ${writes} of a disk`, metric),
    ...judged(counter(metric, unit), 'diskDirection', ['read'], { rule, meaning: `${reads} of a disk` }),
    ...judged(counter(metric, unit), 'diskDirection', ['write'], { rule, meaning: `${writes} of a disk` }),
  ];
}

/** The states in which a processor waits for a disk, in the words of the Collector and of newer conventions. */
const waiting = ['wait', 'iowait'];

/** The rows of processors. Without the attribute `cpu`, a series is the sum over all of them. */
const cpuRows: readonly CatalogueRow[] = [
  ...shown('counter', 's', 'processor time in one state since boot', 'system.cpu.time'),
  ...judged(counter('system.cpu.time', 's'), 'processorState', ['idle'], {
    rule: { direction: 'down', floor: 0.5, relativeFloor: 0.25 },
    meaning: 'processors that are idle; 2 are two cores',
  }),
  ...judged(counter('system.cpu.time', 's'), 'processorState', waiting, {
    rule: { direction: 'up', floor: 0.3, relativeFloor: 0.5 },
    meaning: 'processors waiting for disks; 2 are two cores',
  }),
  ...judged(counter('system.cpu.time', 's'), 'processorState', ['steal'], {
    rule: { direction: 'up', floor: 0.3, relativeFloor: 0.5 },
    meaning: 'processors taken by other machines; 2 are two cores',
  }),
  ...shown('gauge', '1', 'share of the processors in one state', 'system.cpu.utilization'),
  ...judged(gauge('system.cpu.utilization', '1'), 'processorState', ['idle'], {
    rule: { direction: 'down', floor: 0.15, relativeFloor: 0.15, max: 1 },
    meaning: 'share of the processors that is idle',
  }),
  ...judged(gauge('system.cpu.utilization', '1'), 'processorState', waiting, {
    rule: { direction: 'up', floor: 0.1, relativeFloor: 0.5, max: 1 },
    meaning: 'processors waiting for disks',
  }),
  ...judged(gauge('system.cpu.utilization', '1'), 'processorState', ['steal'], {
    rule: { direction: 'up', floor: 0.1, relativeFloor: 0.5, max: 1 },
    meaning: 'processors taken by other machines',
  }),
  ...shown('gauge', '{cpu}', 'processors of the host', ...each('system.cpu.*.count', 'logical', 'physical')),
  ...shown('gauge', '{thread}', 'processes waiting', ...each('system.cpu.load_average.*', '1m', '5m', '15m')),
];

/** The rows of memory and of swap. */
const memoryRows: readonly CatalogueRow[] = [
  ...shown('gauge', 'By', 'memory in one state', 'system.memory.usage'),
  ...judged(gauge('system.memory.usage', 'By'), 'memoryState', ['used'], {
    rule: { direction: 'up', floor: GB, relativeFloor: 0.25 },
    meaning: 'memory in use without file cache',
  }),
  ...shown('gauge', '1', 'share of the memory in one state', 'system.memory.utilization'),
  ...judged(gauge('system.memory.utilization', '1'), 'memoryState', ['used'], {
    rule: { direction: 'up', floor: 0.1, relativeFloor: 0.1, max: 1 },
    meaning: 'memory in use without file cache',
  }),
  ...shown('gauge', 'By', 'swap in one state', 'system.paging.usage'),
  ...shown('gauge', '1', 'share of the swap in one state', 'system.paging.utilization'),
  ...judged(gauge('system.paging.utilization', '1'), 'swapState', ['used'], {
    rule: { direction: 'up', floor: 0.1, relativeFloor: 0.1, max: 1 },
    meaning: 'swap in use: memory is short',
  }),
  ...shown('counter', '{operation}', 'pages moved to or from swap', 'system.paging.operations'),
  ...shown('counter', '{fault}', 'page faults', 'system.paging.faults'),
];

/** The rows of disks and file systems. */
const diskRows: readonly CatalogueRow[] = [
  ...requests('system.disk.io', 'By', { direction: 'up', floor: 5 * MB, relativeFloor: 0.5 }, [
    'bytes read',
    'bytes written',
  ]),
  ...requests('system.disk.operations', '{operation}', { direction: 'up', floor: 150, relativeFloor: 0.5 }, [
    'reads',
    'writes',
  ]),
  {
    ...counter('system.disk.io_time', 's'),
    rule: { direction: 'up', floor: 0.3, relativeFloor: 0.3 },
    meaning: 'time a disk was busy',
  },
  ...shown('counter', 's', 'time of all requests together', ...each('system.disk.*_time', 'operation', 'weighted_io')),
  ...shown('counter', '{operation}', 'requests that were merged', 'system.disk.merged'),
  ...shown('gauge', '{operation}', 'requests in flight', 'system.disk.pending_operations'),
  ...shown('gauge', 'By', 'disk space in one state', 'system.filesystem.usage'),
  ...judged(gauge('system.filesystem.usage', 'By'), 'fileSystemState', ['used'], {
    rule: { direction: 'up', floor: GB, relativeFloor: 0.1 },
    meaning: 'disk space in use',
  }),
  {
    ...gauge('system.filesystem.utilization', '1'),
    rule: { direction: 'up', floor: 0.05, relativeFloor: 0.05, criticalAt: 6, max: 1 },
    meaning: 'share of a file system in use',
  },
  ...shown('gauge', '{inode}', 'files of a file system, and how many more fit on it', 'system.filesystem.inodes.usage'),
];

const errors: Rule = { direction: 'up', floor: 1, relativeFloor: 0, criticalAt: 100 };
const drops: Rule = { direction: 'up', floor: 10, relativeFloor: 0, criticalAt: 100 };

/**
 * The rows of the Collector's receiver `host_metrics`, by the semantic conventions of OpenTelemetry. What Metricbeat's module
 * `system` judges is judged here in the same way; there it is another metric, here it is a dimension.
 * @see https://opentelemetry.io/docs/specs/semconv/system/system-metrics/
 */
export const openTelemetryRows: readonly CatalogueRow[] = [
  ...cpuRows,
  ...memoryRows,
  ...diskRows,
  ...traffic('system.network.io', 'By', { direction: 'up', floor: 5 * MB, relativeFloor: 0.5 }, 'bytes'),
  ...traffic('system.network.packets', '{packet}', { direction: 'up', floor: 4000, relativeFloor: 0.5 }, 'packets'),
  ...traffic('system.network.errors', '{error}', errors, 'damaged packets'),
  ...traffic('system.network.dropped', '{packet}', drops, 'dropped packets'),
  ...shown('gauge', '{connection}', 'connections in one state', 'system.network.connections'),
  ...shown('gauge', '{process}', 'processes in one state', 'system.processes.count'),
  ...shown('counter', '{process}', 'processes that were started', 'system.processes.created'),
  ...shown('counter', 's', 'processor time of a process', 'process.cpu.time'),
  ...shown('gauge', 'By', 'memory of a process', ...each('process.memory.*', 'usage', 'virtual')),
  ...shown('counter', 'By', 'bytes that a process read or wrote', 'process.disk.io'),
  ...shown('gauge', '{thread}', 'threads of a process', 'process.threads'),
  ...shown('gauge', 's', 'time since the start', ...each('*.uptime', 'system', 'process')),
];
