import { type CatalogueRow, each, judged, MB, shown } from './row.ts';

/** collectd's own types, as `StoreRates` has them; a message of raw counters says so itself. */
export const collectdRows: readonly CatalogueRow[] = [
  judged('collectd.disk.disk_octets.read', 'gauge', 'By/s', 'up', 4 * MB, 0.5, 'read throughput of a disk'),
  judged('collectd.disk.disk_octets.write', 'gauge', 'By/s', 'up', 4 * MB, 0.5, 'write throughput of a disk'),
  judged('collectd.disk.disk_ops.read', 'gauge', '{operation}/s', 'up', 150, 0.5, 'reads of a disk'),
  judged('collectd.disk.disk_ops.write', 'gauge', '{operation}/s', 'up', 150, 0.5, 'writes of a disk'),
  judged('collectd.disk.disk_io_time.io_time', 'gauge', 'ms/s', 'up', 300, 0.3, 'time a disk was busy'),
  ...shown('gauge', 'ms/s', 'time of all requests', 'collectd.disk.disk_io_time.weighted_io_time'),
  ...shown('gauge', 'ms/s', 'time of a request', ...each('collectd.disk.disk_time.*', 'read', 'write')),
  ...shown('gauge', '{operation}/s', 'requests merged', ...each('collectd.disk.disk_merged.*', 'read', 'write')),
  ...shown('gauge', '1', 'requests in flight', 'collectd.disk.pending_operations'),
  ...['rx', 'tx'].flatMap((way) => [
    judged(`collectd.interface.if_octets.${way}`, 'gauge', 'By/s', 'up', 5 * MB, 0.5, 'traffic'),
    judged(`collectd.interface.if_packets.${way}`, 'gauge', '{packet}/s', 'up', 4000, 0.5, 'packets'),
    judged(`collectd.interface.if_errors.${way}`, 'gauge', '{packet}/s', 'up', 1, 0, 'damaged packets', 100),
    judged(`collectd.interface.if_dropped.${way}`, 'gauge', '{packet}/s', 'up', 10, 0, 'packets thrown away', 100),
  ]),
  judged('collectd.load.load.shortterm', 'gauge', '1', 'up', 2, 0.5, 'processes waiting for a processor'),
  ...shown('gauge', '1', 'the same over a longer time', ...each('collectd.load.load.*', 'midterm', 'longterm')),
  judged('collectd.swap.swap_io', 'gauge', '{page}/s', 'up', 100, 0.5, 'pages moved to or from swap'),
  ...shown('gauge', '%', 'processors in one state', 'collectd.cpu.percent'),
  ...shown(
    'gauge',
    'By',
    'memory, swap or room in one state',
    ...each('collectd.*', 'memory.memory', 'swap.swap', 'df.df_complex'),
  ),
  ...shown('gauge', '%', 'room in one state', 'collectd.df.percent_bytes'),
  ...shown('gauge', '1', 'processes in one state', 'collectd.processes.ps_state'),
  ...shown('gauge', '{process}/s', 'processes started', 'collectd.processes.fork_rate'),
];
