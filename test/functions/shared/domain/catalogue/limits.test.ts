import { describe, expect, it } from 'vitest';
import { catalogueFacts } from '../../../../../functions/shared/domain/catalogue/catalogue.ts';
import { limitRows, shippedLimits } from '../../../../../functions/shared/domain/catalogue/limits.ts';

describe('the limits of the catalogue', () => {
  it.each(limitRows)('of $metric are of a metric that it describes, and say why', ({ metric, limits }) => {
    expect(catalogueFacts(metric)).toBeDefined();
    for (const { because } of limits) expect(because).toMatch(/^[a-z].+[^.]$/);
  });

  const bounds = (metric: string, dimensions: Record<string, string>): number[] =>
    shippedLimits({ metric, dimensions }).map(({ bound }) => bound);

  it.each([
    ['system.filesystem.used.pct', { mount_point: '/' }, [0.9, 0.95]],
    ['system.filesystem.used.pct', { mount_point: '/snap/core/1' }, []],
    ['system.filesystem.utilization', { mountpoint: '/', type: 'ext4' }, [0.9, 0.95]],
    ['system.filesystem.utilization', { mountpoint: '/x', type: 'squashfs' }, []],
    ['collectd.df.percent_bytes', { plugin_instance: 'root', type_instance: 'used' }, [90, 95]],
    ['collectd.df.percent_bytes', { plugin_instance: 'root', type_instance: 'free' }, []],
    ['system.cpu.utilization', { state: 'idle' }, [0.05]],
    ['system.cpu.utilization', { state: 'idle', cpu: 'cpu0' }, []],
    ['system.cpu.utilization', { state: 'user' }, []],
    ['system.memory.utilization', { 'system.memory.state': 'used' }, [0.95]],
    ['system.load.1', {}, []],
    ['constructor', {}, []],
  ])('of %s with %j are %j', (metric, dimensions, expected) => {
    expect(bounds(metric, dimensions as Record<string, string>)).toEqual(expected);
  });
});
