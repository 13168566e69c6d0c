import type { DatasetRow } from './row.ts';

/** Returns a row of datasets that describe their host. */
export const ofHost = (
  datasets: readonly string[],
  dimensions: Readonly<Record<string, readonly string[]>> = {},
): DatasetRow => ({ datasets, kind: 'host', name: 'host', dimensions });

/** The datasets about hosts, containers and what runs on them. */
export const systemRows: readonly DatasetRow[] = [
  ofHost(['system.cpu', 'system.load', 'system.memory']),
  ofHost(['system.core'], { core: ['system.core.id'] }),
  ofHost(['system.diskio'], { device: ['system.diskio.name'] }),
  ofHost(['linux.iostat'], { device: ['linux.iostat.name'] }),
  ofHost(['system.network'], { interface: ['system.network.name'] }),
  ofHost(['system.filesystem'], { mount_point: ['system.filesystem.mount_point'] }),
  ofHost(['system.process'], {
    process: ['process.name', 'system.process.name'],
    pid: ['process.pid', 'system.process.pid'],
  }),
  {
    ...ofHost(['windows.perfmon'], {
      object: ['windows.perfmon.object'],
      instance: ['windows.perfmon.instance'],
    }),
    isOpen: true,
  },
];
