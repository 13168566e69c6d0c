import { type CatalogueRow, each, MB, shown } from './row.ts';

/** Returns rows for the series of a gauge in one state, which is collectd's type instance. */
function inState(
  metric: string,
  unit: string,
  states: Readonly<Record<string, Required<Pick<CatalogueRow, 'rule' | 'meaning'>>>>,
): CatalogueRow[] {
  return Object.entries(states).map(([state, row]) => ({
    metric,
    kind: 'gauge',
    unit,
    where: { type_instance: state },
    ...row,
  }));
}

/**
 * The rows of collectd's own types, with the units of `StoreRates true`. With `StoreRates false`, normalise puts the
 * kind and the unit into the sample.
 */
export const collectdRows: readonly CatalogueRow[] = [
  {
    metric: 'collectd.disk.disk_octets.read',
    kind: 'gauge',
    unit: 'By/s',
    rule: { direction: 'up', floor: 5 * MB, relativeFloor: 0.5 },
    meaning: 'read throughput of a disk',
  },
  {
    metric: 'collectd.disk.disk_octets.write',
    kind: 'gauge',
    unit: 'By/s',
    rule: { direction: 'up', floor: 5 * MB, relativeFloor: 0.5 },
    meaning: 'write throughput of a disk',
  },
  {
    metric: 'collectd.disk.disk_ops.read',
    kind: 'gauge',
    unit: '{operation}/s',
    rule: { direction: 'up', floor: 150, relativeFloor: 0.5 },
    meaning: 'reads of a disk',
  },
  {
    metric: 'collectd.disk.disk_ops.write',
    kind: 'gauge',
    unit: '{operation}/s',
    rule: { direction: 'up', floor: 150, relativeFloor: 0.5 },
    meaning: 'writes of a disk',
  },
  {
    metric: 'collectd.disk.disk_io_time.io_time',
    kind: 'gauge',
    unit: 'ms/s',
    rule: { direction: 'up', floor: 300, relativeFloor: 0.3 },
    meaning: 'time a disk was busy',
  },
  ...shown('gauge', 'ms/s', 'time of all requests', 'collectd.disk.disk_io_time.weighted_io_time'),
  ...shown('gauge', 'ms/s', 'time of a request', ...each('collectd.disk.disk_time.*', 'read', 'write')),
  ...shown('gauge', '{operation}/s', 'requests merged', ...each('collectd.disk.disk_merged.*', 'read', 'write')),
  ...shown('gauge', '1', 'requests in flight', 'collectd.disk.pending_operations'),
  ...['rx', 'tx'].flatMap((way): CatalogueRow[] => [
    {
      metric: `collectd.interface.if_octets.${way}`,
      kind: 'gauge',
      unit: 'By/s',
      rule: { direction: 'up', floor: 5 * MB, relativeFloor: 0.5 },
      meaning: 'traffic',
    },
    {
      metric: `collectd.interface.if_packets.${way}`,
      kind: 'gauge',
      unit: '{packet}/s',
      rule: { direction: 'up', floor: 4000, relativeFloor: 0.5 },
      meaning: 'packets',
    },
    {
      metric: `collectd.interface.if_errors.${way}`,
      kind: 'gauge',
      unit: '{packet}/s',
      rule: { direction: 'up', floor: 1, relativeFloor: 0, criticalAt: 100 },
      meaning: 'damaged packets',
    },
    {
      metric: `collectd.interface.if_dropped.${way}`,
      kind: 'gauge',
      unit: '{packet}/s',
      rule: { direction: 'up', floor: 10, relativeFloor: 0, criticalAt: 100 },
      meaning: 'packets dropped',
    },
  ]),
  {
    metric: 'collectd.load.load.shortterm',
    kind: 'gauge',
    unit: '1',
    rule: { direction: 'up', floor: 2, relativeFloor: 0.5 },
    meaning: 'processes waiting for a processor',
  },
  ...shown(
    'gauge',
    '1',
    'waiting processes, over a longer time',
    ...each('collectd.load.load.*', 'midterm', 'longterm'),
  ),
  {
    metric: 'collectd.swap.swap_io',
    kind: 'gauge',
    unit: '{page}/s',
    rule: { direction: 'up', floor: 100, relativeFloor: 0.5 },
    meaning: 'pages moved to or from swap',
  },
  ...shown('gauge', '%', 'processors in one state', 'collectd.cpu.percent'),
  ...inState('collectd.cpu.percent', '%', {
    // `ReportByState false` sends one value in place of one for each state.
    active: { rule: { direction: 'up', floor: 15, relativeFloor: 0.5, max: 100 }, meaning: 'processors in use' },
    idle: {
      rule: { direction: 'down', floor: 15, relativeFloor: 0.15, max: 100 },
      meaning: 'processors that are idle',
    },
    wait: {
      rule: { direction: 'up', floor: 10, relativeFloor: 0.5, max: 100 },
      meaning: 'processors waiting for disks',
    },
    steal: {
      rule: { direction: 'up', floor: 10, relativeFloor: 0.5, max: 100 },
      meaning: 'processors taken by other machines',
    },
  }),
  ...shown(
    'gauge',
    'By',
    'memory, swap or disk space in one state',
    ...each('collectd.*', 'memory.memory', 'swap.swap', 'df.df_complex'),
  ),
  ...shown('gauge', '%', 'disk space in one state', 'collectd.df.percent_bytes'),
  ...inState('collectd.df.percent_bytes', '%', {
    used: {
      rule: { direction: 'up', floor: 5, relativeFloor: 0.05, criticalAt: 6, max: 100 },
      meaning: 'share of a file system in use',
    },
  }),
  ...shown('gauge', '1', 'processes in one state', 'collectd.processes.ps_state'),
  ...shown('gauge', '{process}/s', 'processes started', 'collectd.processes.fork_rate'),
];
