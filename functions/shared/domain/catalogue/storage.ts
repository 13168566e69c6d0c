import { type CatalogueRow, each, GB, shown } from './row.ts';

/** The rows of MooseFS and LizardFS, as a shipper of datasets `moosefs.*` sends them. */
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
];
