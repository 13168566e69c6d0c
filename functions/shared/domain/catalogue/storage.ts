import { type CatalogueRow, each, GB, judged, shown } from './row.ts';

/** MooseFS and LizardFS, as Offbeat's collectors tell of them. */
export const storageRows: readonly CatalogueRow[] = [
  judged(
    'moosefs.chunkserver.connected',
    'gauge',
    '1',
    'down',
    0.5,
    0,
    'whether the master reaches the chunkserver',
    1.5,
  ),
  judged('moosefs.chunkserver.errors', 'gauge', '{error}', 'up', 1, 0, 'errors a chunkserver reports', 10),
  judged('moosefs.master.space.total.bytes', 'gauge', 'By', 'down', GB, 0.05, 'space of all connected chunkservers'),
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
