import { type CatalogueRow, each, GB, shown } from './row.ts';

/** The seconds after which a save of the metadata is too old, s: masters of MooseFS save every hour by default. */
export const metadataSaveAgeMaxSeconds = 3 * 3_600;

/** The rows of MooseFS and LizardFS, as Offbeat collects them, or a shipper of datasets `moosefs.*` sends them. */
export const storageRows: readonly CatalogueRow[] = [
  {
    metric: 'moosefs.chunkserver.connected',
    kind: 'gauge',
    unit: '1',
    rule: { direction: 'down', floor: 0.5, relativeFloor: 0, criticalAt: 1.5 },
    meaning: 'whether the master reaches the chunkserver',
  },
  {
    metric: 'moosefs.chunkserver.errors',
    kind: 'gauge',
    unit: '{error}',
    rule: { direction: 'up', floor: 1, relativeFloor: 0, criticalAt: 10 },
    meaning: 'errors a chunkserver reports',
  },
  {
    metric: 'moosefs.master.space.total.bytes',
    kind: 'gauge',
    unit: 'By',
    rule: { direction: 'down', floor: GB, relativeFloor: 0.05 },
    meaning: 'space of all connected chunkservers',
  },
  ...shown(
    'gauge',
    '{chunk}',
    'chunks of a chunkserver',
    ...each('moosefs.chunkserver.*', 'chunks', 'marked_for_removal.chunks'),
  ),
  ...shown('gauge', '1', 'load of a chunkserver', 'moosefs.chunkserver.load.value'),
  ...shown('gauge', '1', 'share of the space of a chunkserver in use', 'moosefs.chunkserver.space.used.pct'),
  ...shown(
    'gauge',
    'By',
    'space of a chunkserver',
    ...each('moosefs.chunkserver.space.*.bytes', 'used', 'total'),
    ...each('moosefs.chunkserver.marked_for_removal.*.bytes', 'used', 'total'),
  ),
  ...shown('gauge', '1', 'whether an operator stopped the chunkserver', 'moosefs.chunkserver.planned_stop'),
  ...shown('gauge', '1', 'whether a disk failed too often and is used no more', 'moosefs.disk.damaged'),
  {
    metric: 'moosefs.disk.io.last_minute.busy.pct',
    kind: 'gauge',
    unit: '1',
    rule: { direction: 'up', floor: 0.3, relativeFloor: 0.5, max: 1 },
    meaning: 'share of the last minute in which a disk did operations',
  },
  ...['read', 'write', 'fsync'].map((operation) => ({
    metric: `moosefs.disk.io.last_minute.${operation}.latency.us`,
    kind: 'gauge' as const,
    unit: 'us',
    rule: { direction: 'up' as const, floor: 50_000, relativeFloor: 1 },
    meaning: `time of one ${operation} in the last minute`,
  })),
  ...shown('gauge', '1', 'share of the space of a disk in use', 'moosefs.disk.space.used.pct'),
  ...shown('gauge', '{chunk}', 'chunks on a disk', 'moosefs.disk.chunks'),
  ...shown('gauge', 'By', 'space of a disk', ...each('moosefs.disk.space.*.bytes', 'used', 'total')),
  ...shown('gauge', '1', 'the last error of a disk, 0 for none', ...each('moosefs.disk.last_error.*', 'time', 'chunk')),
  ...shown('gauge', 'By', 'moved in the last minute', ...each('moosefs.disk.io.last_minute.*.bytes', 'read', 'write')),
  ...['read', 'write', 'fsync'].flatMap((operation) => {
    const prefix = `moosefs.disk.io.last_minute.${operation}`;
    return [
      ...shown('gauge', '{operation}', 'done in the last minute', `${prefix}.ops`),
      ...shown('gauge', 'us', 'time of the operations of the last minute', `${prefix}.time.us`, `${prefix}.max.us`),
    ];
  }),
  // The sums over the disks of a chunkserver, each of which is judged.
  ...['read', 'write', 'fsync'].flatMap((operation) => {
    const prefix = `moosefs.chunkserver.io.last_minute.${operation}`;
    return [
      ...shown('gauge', '{operation}', 'done in the last minute', `${prefix}.ops`),
      ...shown('gauge', 'us', `time of one ${operation} in the last minute`, `${prefix}.latency.us`),
      ...shown('gauge', 'us', 'time of the operations of the last minute', `${prefix}.time.us`, `${prefix}.max.us`),
    ];
  }),
  ...shown(
    'gauge',
    'By',
    'moved in the last minute',
    ...each('moosefs.chunkserver.io.last_minute.*.bytes', 'read', 'write'),
  ),
  ...shown(
    'gauge',
    '1',
    'share of the last minute in which the busiest disk did operations',
    'moosefs.chunkserver.io.last_minute.busy.pct',
  ),
  ...shown(
    'gauge',
    'By',
    'space the master knows',
    ...each('moosefs.master.space.*.bytes', 'available', 'free', 'trash', 'sustained'),
  ),
  ...shown('gauge', 'By', 'memory of the master', 'moosefs.master.memory.rss.bytes'),
  ...shown('gauge', '1', 'processor time of the master', ...each('moosefs.master.cpu.*.pct', 'system', 'user')),
  ...shown(
    'gauge',
    '{object}',
    'files and directories',
    ...each('moosefs.master.objects.*', 'all', 'directories', 'files'),
  ),
  ...shown(
    'gauge',
    '{chunk}',
    'chunks and their copies',
    ...each('moosefs.master.chunks.*', 'count', 'copies', 'regular_copies'),
  ),
  ...shown('gauge', '1', 'whether the master serves', 'moosefs.master.up'),
  ...shown('gauge', '1', 'whether the collection saw the storage', 'moosefs.master.collected'),
  ...shown('gauge', '{part}', 'parts of the storage that could not be read', 'moosefs.master.unread_parts'),
  ...shown('gauge', '{chunk}', 'chunks without any copy', 'moosefs.master.chunks.missing'),
  ...shown('gauge', '{chunk}', 'chunks with one copy that should have more', 'moosefs.master.chunks.endangered'),
  ...shown('gauge', '{chunk}', 'chunks with too few copies, but more than one', 'moosefs.master.chunks.undergoal'),
  ...shown('gauge', '{server}', 'chunkservers', ...each('moosefs.master.chunkservers.*', 'count', 'connected')),
  ...shown('gauge', '{mount}', 'mounts of clients', 'moosefs.master.mounts'),
  ...shown('gauge', 's', 'time since the last save of the metadata', 'moosefs.master.save.age.sec'),
  ...shown('gauge', 'ms', 'duration of the last save of the metadata', 'moosefs.master.save.duration.ms'),
  ...shown('gauge', '1', 'whether the metadata was not saved since the start', 'moosefs.master.save.never'),
  ...shown('gauge', '1', 'whether the last save of the metadata failed', 'moosefs.master.save.failed'),
  ...shown('gauge', '1', 'whether clients waited for the last save', 'moosefs.master.save.foreground'),
  ...shown('gauge', '{session}', 'sessions of a mount', 'moosefs.session.count'),
  ...shown('gauge', '{file}', 'files that a client has open', 'moosefs.session.open_files'),
  // They begin at 0 with each hour of the master, as after a restart.
  ...shown(
    'counter',
    '{operation}',
    'operations of a client in this hour',
    ...each('moosefs.session.operations.*', 'all', 'read', 'write'),
  ),
];
