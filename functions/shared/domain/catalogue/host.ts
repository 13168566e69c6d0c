import { type CatalogueRow, each, judged, MB, shown } from './row.ts';

const cpuStates = ['user', 'system', 'nice', 'idle', 'irq', 'softirq', 'iowait', 'steal'];
/** Those judged by share of all processors. */
const judgedStates = new Set(['iowait', 'steal']);

/** What Metricbeat's module `system` measures of a host, and the rate of its log. */
export const hostRows: readonly CatalogueRow[] = [
  judged('system.cpu.total.norm.pct', 'gauge', '1', 'up', 0.15, 0.5, 'share of all processors in use'),
  judged('system.cpu.iowait.norm.pct', 'gauge', '1', 'up', 0.1, 0.5, 'processors waiting for disks'),
  judged('system.cpu.steal.norm.pct', 'gauge', '1', 'up', 0.1, 0.5, 'processors taken by other machines'),
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
  ...shown('gauge', '1', 'share of all processors in use, again', 'host.cpu.usage', 'host.cpu.pct'),

  judged('system.load.norm.1', 'gauge', '1', 'up', 1, 0.5, 'processes waiting for a processor, per core'),
  ...shown('gauge', '1', 'the same over a longer time', 'system.load.norm.5', 'system.load.norm.15'),
  ...shown('gauge', '{process}', 'processes waiting', ...each('system.load.*', '1', '5', '15')),

  judged('system.memory.actual.used.pct', 'gauge', '1', 'up', 0.1, 0.1, 'memory in use without file cache'),
  judged('system.memory.swap.used.pct', 'gauge', '1', 'up', 0.1, 0.1, 'swap in use: memory is short'),
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

  judged('system.diskio.read.bytes', 'counter', 'By', 'up', 4 * MB, 0.5, 'read throughput of a disk'),
  judged('system.diskio.write.bytes', 'counter', 'By', 'up', 4 * MB, 0.5, 'write throughput of a disk'),
  judged('system.diskio.read.count', 'counter', '{operation}', 'up', 150, 0.5, 'reads of a disk'),
  judged('system.diskio.write.count', 'counter', '{operation}', 'up', 150, 0.5, 'writes of a disk'),
  judged('system.diskio.io.time', 'counter', 'ms', 'up', 300, 0.3, 'time a disk was busy'),
  ...shown('counter', 'ms', 'time of all requests together', ...each('system.diskio.*.time', 'read', 'write')),
  ...shown('gauge', '{operation}', 'requests in flight', 'system.diskio.io.ops'),
  ...shown('gauge', 'By', 'of all disks since the last collection', ...each('host.disk.*.bytes', 'read', 'write')),

  judged('system.network.in.bytes', 'counter', 'By', 'up', 5 * MB, 0.5, 'traffic received'),
  judged('system.network.out.bytes', 'counter', 'By', 'up', 5 * MB, 0.5, 'traffic sent'),
  judged('system.network.in.packets', 'counter', '{packet}', 'up', 4000, 0.5, 'packets received'),
  judged('system.network.out.packets', 'counter', '{packet}', 'up', 4000, 0.5, 'packets sent'),
  judged('system.network.in.errors', 'counter', '{packet}', 'up', 1, 0, 'damaged packets received', 100),
  judged('system.network.out.errors', 'counter', '{packet}', 'up', 1, 0, 'packets that could not be sent', 100),
  judged('system.network.in.dropped', 'counter', '{packet}', 'up', 10, 0, 'packets received and thrown away', 100),
  judged('system.network.out.dropped', 'counter', '{packet}', 'up', 10, 0, 'packets thrown away before sending', 100),
  ...shown(
    'gauge',
    'By',
    'of all interfaces since the last collection',
    ...each('host.network.*.bytes', 'ingress', 'egress'),
  ),
  ...shown(
    'gauge',
    '{packet}',
    'of all interfaces since the last collection',
    ...each('host.network.*.packets', 'ingress', 'egress'),
  ),

  judged('system.filesystem.used.pct', 'gauge', '1', 'up', 0.05, 0.05, 'share of a file system in use', 6),
  ...shown('gauge', 'By', 'room', ...each('system.filesystem.*', 'total', 'free', 'available', 'used.bytes')),
  ...shown('gauge', '{file}', 'room for files', ...each('system.filesystem.*', 'files', 'free_files')),

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

  judged('log.records', 'delta', '{record}', 'up', 30, 1, 'log records of one level in a minute'),
];
