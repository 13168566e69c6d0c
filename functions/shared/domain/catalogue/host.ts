import { type CatalogueRow, each, MB, shown } from './row.ts';

const cpuStates = ['user', 'system', 'nice', 'idle', 'irq', 'softirq', 'iowait', 'steal'];
/** The states that are judged as a share of all processors. */
const judgedStates = new Set(['iowait', 'steal']);

/** The rows of Metricbeat's module `system`, and of the log records of a host. */
export const hostRows: readonly CatalogueRow[] = [
  {
    metric: 'system.cpu.total.norm.pct',
    kind: 'gauge',
    unit: '1',
    rule: { direction: 'up', floor: 0.15, relativeFloor: 0.5, flatLines: 'inside' },
    meaning: 'share of all processors in use',
  },
  {
    metric: 'system.cpu.iowait.norm.pct',
    kind: 'gauge',
    unit: '1',
    rule: { direction: 'up', floor: 0.1, relativeFloor: 0.5 },
    meaning: 'processors waiting for disks',
  },
  {
    metric: 'system.cpu.steal.norm.pct',
    kind: 'gauge',
    unit: '1',
    rule: { direction: 'up', floor: 0.1, relativeFloor: 0.5 },
    meaning: 'processors taken by other machines',
  },
  ...shown(
    'gauge',
    '1',
    'share of all processors in one state',
    ...each('system.cpu.*.norm.pct', ...cpuStates.filter((state) => !judgedStates.has(state))),
  ),
  ...shown(
    'gauge',
    '1',
    'processors in one state; 2 are two cores',
    ...each('system.cpu.*.pct', 'total', ...cpuStates),
  ),
  ...shown('counter', '{tick}', 'time in one state since boot', ...each('system.cpu.*.ticks', 'total', ...cpuStates)),
  ...shown('gauge', '{core}', 'cores of the host', 'system.cpu.cores', 'system.load.cores'),
  ...shown('gauge', '1', 'share of all processors in use', 'host.cpu.usage', 'host.cpu.pct'),

  {
    metric: 'system.load.norm.1',
    kind: 'gauge',
    unit: '1',
    rule: { direction: 'up', floor: 1, relativeFloor: 0.5 },
    meaning: 'processes waiting for a processor, per core',
  },
  ...shown('gauge', '1', 'waiting processes per core, over a longer time', 'system.load.norm.5', 'system.load.norm.15'),
  ...shown('gauge', '{process}', 'processes waiting', ...each('system.load.*', '1', '5', '15')),

  {
    metric: 'system.memory.actual.used.pct',
    kind: 'gauge',
    unit: '1',
    rule: { direction: 'up', floor: 0.1, relativeFloor: 0.1 },
    meaning: 'memory in use without file cache',
  },
  {
    metric: 'system.memory.swap.used.pct',
    kind: 'gauge',
    unit: '1',
    rule: { direction: 'up', floor: 0.1, relativeFloor: 0.1 },
    meaning: 'swap in use: memory is short',
  },
  ...shown('gauge', '1', 'memory in use, file cache included', 'system.memory.used.pct'),
  ...shown(
    'gauge',
    'By',
    'memory',
    ...each('system.memory.*', 'total', 'free', 'cached', 'used.bytes', 'actual.free', 'actual.used.bytes'),
    ...each('system.memory.swap.*', 'total', 'free', 'used.bytes'),
  ),
  ...shown('counter', '{page}', 'pages moved to or from swap', ...each('system.memory.swap.*.pages', 'in', 'out')),
  ...shown(
    'counter',
    '{page}',
    'pages the kernel looked for, took or freed',
    ...each(
      'system.memory.page_stats.*.pages',
      'pgfree',
      'pgscan_direct',
      'pgscan_kswapd',
      'pgsteal_direct',
      'pgsteal_kswapd',
    ),
  ),

  {
    metric: 'system.diskio.read.bytes',
    kind: 'counter',
    unit: 'By',
    rule: { direction: 'up', floor: 5 * MB, relativeFloor: 0.5 },
    meaning: 'read throughput of a disk',
  },
  {
    metric: 'system.diskio.write.bytes',
    kind: 'counter',
    unit: 'By',
    rule: { direction: 'up', floor: 5 * MB, relativeFloor: 0.5 },
    meaning: 'write throughput of a disk',
  },
  {
    metric: 'system.diskio.read.count',
    kind: 'counter',
    unit: '{operation}',
    rule: { direction: 'up', floor: 150, relativeFloor: 0.5 },
    meaning: 'reads of a disk',
  },
  {
    metric: 'system.diskio.write.count',
    kind: 'counter',
    unit: '{operation}',
    rule: { direction: 'up', floor: 150, relativeFloor: 0.5 },
    meaning: 'writes of a disk',
  },
  {
    metric: 'system.diskio.io.time',
    kind: 'counter',
    unit: 'ms',
    rule: { direction: 'up', floor: 300, relativeFloor: 0.3 },
    meaning: 'time a disk was busy',
  },
  ...shown('counter', 'ms', 'time of all requests together', ...each('system.diskio.*.time', 'read', 'write')),
  ...shown('gauge', '{operation}', 'requests in flight', 'system.diskio.io.ops'),
  ...shown('gauge', 'By', 'bytes of all disks since the last document', ...each('host.disk.*.bytes', 'read', 'write')),

  {
    metric: 'system.network.in.bytes',
    kind: 'counter',
    unit: 'By',
    rule: { direction: 'up', floor: 5 * MB, relativeFloor: 0.5, flatLines: 'silence' },
    meaning: 'traffic received',
  },
  {
    metric: 'system.network.out.bytes',
    kind: 'counter',
    unit: 'By',
    rule: { direction: 'up', floor: 5 * MB, relativeFloor: 0.5, flatLines: 'silence' },
    meaning: 'traffic sent',
  },
  {
    metric: 'system.network.in.packets',
    kind: 'counter',
    unit: '{packet}',
    rule: { direction: 'up', floor: 4000, relativeFloor: 0.5 },
    meaning: 'packets received',
  },
  {
    metric: 'system.network.out.packets',
    kind: 'counter',
    unit: '{packet}',
    rule: { direction: 'up', floor: 4000, relativeFloor: 0.5 },
    meaning: 'packets sent',
  },
  {
    metric: 'system.network.in.errors',
    kind: 'counter',
    unit: '{packet}',
    rule: { direction: 'up', floor: 1, relativeFloor: 0, criticalAt: 100 },
    meaning: 'damaged packets received',
  },
  {
    metric: 'system.network.out.errors',
    kind: 'counter',
    unit: '{packet}',
    rule: { direction: 'up', floor: 1, relativeFloor: 0, criticalAt: 100 },
    meaning: 'packets that could not be sent',
  },
  {
    metric: 'system.network.in.dropped',
    kind: 'counter',
    unit: '{packet}',
    rule: { direction: 'up', floor: 10, relativeFloor: 0, criticalAt: 100 },
    meaning: 'packets received and dropped',
  },
  {
    metric: 'system.network.out.dropped',
    kind: 'counter',
    unit: '{packet}',
    rule: { direction: 'up', floor: 10, relativeFloor: 0, criticalAt: 100 },
    meaning: 'packets dropped before sending',
  },
  ...shown(
    'gauge',
    'By',
    'traffic of all interfaces since the last document',
    ...each('host.network.*.bytes', 'ingress', 'egress'),
  ),
  ...shown(
    'gauge',
    '{packet}',
    'traffic of all interfaces since the last document',
    ...each('host.network.*.packets', 'ingress', 'egress'),
  ),

  {
    metric: 'system.filesystem.used.pct',
    kind: 'gauge',
    unit: '1',
    rule: { direction: 'up', floor: 0.05, relativeFloor: 0.05, criticalAt: 6 },
    meaning: 'share of a file system in use',
  },
  ...shown('gauge', 'By', 'disk space', ...each('system.filesystem.*', 'total', 'free', 'available', 'used.bytes')),
  ...shown('gauge', '{file}', 'files that fit on a file system', ...each('system.filesystem.*', 'files', 'free_files')),

  ...shown('counter', 'ms', 'processor time of a process', 'system.process.cpu.total.value'),
  ...shown('gauge', 'By', 'memory of a process', ...each('system.process.memory.*', 'rss.bytes', 'share', 'size')),
  ...shown('gauge', '1', 'share of the memory', 'system.process.memory.rss.pct'),
  ...shown(
    'gauge',
    '{file}',
    'open files and how many may be',
    ...each('system.process.fd.*', 'open', 'limit.hard', 'limit.soft'),
  ),
  ...shown('gauge', '{thread}', 'threads of a process', 'system.process.num_threads'),

  {
    metric: 'log.records',
    kind: 'delta',
    unit: '{record}',
    rule: { direction: 'up', floor: 30, relativeFloor: 1 },
    meaning: 'log records of one level in a minute',
  },
];
