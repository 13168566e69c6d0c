import { describe, expect, it } from 'vitest';
import {
  type MeasuredSeries,
  measuresOf,
  onFiles,
  totalOf,
} from '../../../../../functions/api/queries/measures/measured-series.ts';
import { measureRows } from '../../../../../functions/shared/domain/catalogue/measures.ts';

const hostRows = measureRows.filter(({ kind }) => kind === 'host');

const of = (
  metric: string,
  dimensions: Readonly<Record<string, string>>,
  ...values: (number | null)[]
): MeasuredSeries => ({
  metric,
  dimensions,
  values,
  series: `${metric} ${JSON.stringify(dimensions)}`,
});
const valuesOf = (...series: readonly MeasuredSeries[]) =>
  Object.fromEntries(Object.entries(measuresOf(series, hostRows)).map(([name, { values }]) => [name, values]));

describe('the measures of a host', () => {
  it('by Metricbeat are sums of disks and interfaces, and the fullest file system', () => {
    expect(
      valuesOf(
        of('system.cpu.total.norm.pct', {}, 0.25, null),
        of('system.memory.actual.used.pct', {}, 0.5, 0.5),
        of('system.diskio.read.bytes', { device: 'sda' }, 1, 2),
        of('system.diskio.read.bytes', { device: 'sdb' }, 10, null),
        of('system.network.in.bytes', { interface: 'eth0' }, 5, 6),
        of('system.filesystem.used.pct', { mount_point: '/' }, 0.1, 0.9),
        of('system.filesystem.used.pct', { mount_point: '/data' }, 0.2, 0.3),
      ),
    ).toEqual({
      cpu: [0.25, null],
      memory: [0.5, 0.5],
      'disk.read': [11, 2],
      'network.in': [5, 6],
      space: [0.2, 0.9],
    });
  });

  it('by OpenTelemetry are what is not idle, and shares of all states, in the words of either convention', () => {
    expect(
      valuesOf(
        of('system.cpu.time', { cpu: 'cpu0', state: 'idle' }, 0.5),
        of('system.cpu.time', { cpu: 'cpu1', state: 'idle' }, 1),
        of('system.cpu.time', { cpu: 'cpu0', state: 'user' }, 0.5),
        of('system.memory.usage', { state: 'used' }, 3),
        of('system.memory.usage', { state: 'free' }, 1),
        of('system.disk.io', { device: 'sda', direction: 'read' }, 7),
        of('system.disk.io', { device: 'sda', direction: 'write' }, 9),
        of('system.network.io', { device: 'eth0', 'network.io.direction': 'transmit' }, 4),
        of('system.filesystem.usage', { mountpoint: '/', state: 'used' }, 1),
        of('system.filesystem.usage', { mountpoint: '/', state: 'free' }, 3),
        of('system.filesystem.usage', { mountpoint: '/data', state: 'used' }, 1),
        of('system.filesystem.usage', { mountpoint: '/data', state: 'free' }, 1),
      ),
    ).toEqual({ cpu: [0.25], memory: [0.75], 'disk.read': [7], 'disk.write': [9], 'network.out': [4], space: [0.5] });
  });

  it('by collectd are shares and not percents', () => {
    expect(
      valuesOf(
        of('collectd.cpu.percent', { plugin_instance: '0', type_instance: 'idle' }, 75),
        of('collectd.cpu.percent', { plugin_instance: '0', type_instance: 'user' }, 25),
        of('collectd.memory.memory', { type_instance: 'used' }, 1),
        of('collectd.memory.memory', { type_instance: 'free' }, 1),
        of('collectd.disk.disk_octets.write', { plugin_instance: 'sda' }, 3),
        of('collectd.interface.if_octets.rx', { plugin_instance: 'eth0' }, 2),
        of('collectd.df.percent_bytes', { plugin_instance: 'root', type_instance: 'used' }, 40),
        of('collectd.df.percent_bytes', { plugin_instance: 'root', type_instance: 'free' }, 60),
      ),
    ).toEqual({ cpu: [0.25], memory: [0.5], 'disk.write': [3], 'network.in': [2], space: [0.4] });
  });

  it.each([
    ['a partition beside its disk', ['sda', 'sda1', 'nvme0n1', 'nvme0n1p2'], ['sda', 'nvme0n1']],
    ['a partition whose disk is not shipped', ['xvda1'], ['xvda1']],
    ['a disk that is made of others or of a file', ['sda', 'dm-0', 'md127', 'loop0'], ['sda']],
    ['a disk in memory', ['zram0', 'loop6'], ['loop6']],
    ['the only disk, although others are made of it', ['dm-0', 'dm-1'], ['dm-0', 'dm-1']],
    ['the loopback and interfaces of containers', ['lo', 'eth0', 'veth12', 'docker0', 'br-1'], ['eth0']],
  ])('count what would count twice once: %s', (_case, all, counted) => {
    const name = all.includes('eth0') ? 'interface' : 'device';
    const metric = name === 'interface' ? 'system.network.in.bytes' : 'system.diskio.read.bytes';
    const found = measuresOf(
      all.map((part) => of(metric, { [name]: part }, 1)),
      hostRows,
    );
    const [measure] = Object.values(found);
    expect(measure!.series).toEqual(counted.map((part) => `${metric} ${JSON.stringify({ [name]: part })}`));
    expect(measure!.values).toEqual([counted.length]);
  });

  it('are absent where there is no series of them', () => {
    expect(valuesOf(of('system.load.1', {}, 1))).toEqual({});
  });
});

describe('a measure over several components', () => {
  it('is the sum of rates, and the mean of shares, of those that have a value', () => {
    const machine = (...values: (number | null)[]) => {
      const measure = { values, series: [], areFiles: false };
      return { entity: { cluster: 'prod', name: 'a' }, measures: { 'disk.read': measure, cpu: measure } };
    };
    const all = [machine(1, null, null), machine(3, 5, null)];
    expect(totalOf('disk.read', all)).toEqual([4, 5, null]);
    expect(totalOf('cpu', all)).toEqual([2, 5, null]);
  });

  it('does not add what containers write to files on disks that are measured beside them', () => {
    const machine = (name: string, cluster: string, device: string, value: number) => ({
      entity: { cluster, name },
      measures: measuresOf([of('system.diskio.write.bytes', { device }, value)], hostRows),
    });
    const [host, container] = [machine('vm', 'prod', 'vda', 100), machine('node-a', 'prod', 'loop6', 90)];
    expect(totalOf('disk.write', [host, container])).toEqual([100]);
    expect(onFiles('disk.write', [host, container])).toEqual([container]);
    const elsewhere = machine('b', 'test', 'loop0', 7);
    expect(totalOf('disk.write', [host, container, elsewhere])).toEqual([107]);
  });
});
