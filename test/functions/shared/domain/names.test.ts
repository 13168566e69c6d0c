import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entityPath, parseEntityPath } from '../../../../functions/shared/domain/entity.ts';
import { anomalyId, deliveryId, measurementId } from '../../../../functions/shared/domain/ids.ts';
import type { Series } from '../../../../functions/shared/domain/series.ts';

const series: Series = {
  entity: { cluster: 'prod', kind: 'host', name: 'node-a' },
  metric: 'system.diskio.write.bytes',
  dimensions: { device: 'sda', a: '1' },
};

describe('names', () => {
  it('the name of an entity may contain slashes after the kind', () => {
    expect(parseEntityPath('prod/topic/a/b')).toEqual({ cluster: 'prod', kind: 'topic', name: 'a/b' });
    expect(parseEntityPath('prod/teapot/a')).toBeUndefined();
    const entity = fc.record({
      cluster: fc.stringMatching(/^[a-z0-9.-]{1,9}$/),
      kind: fc.constantFrom('host' as const, 'search-node' as const),
      name: fc.string({ minLength: 1 }),
    });
    fc.assert(
      fc.property(entity, (one) => {
        expect(parseEntityPath(entityPath(one))).toEqual(one);
      }),
    );
  });
});

describe('ids', () => {
  it('ids come from content alone: the order of dimensions does not matter, everything else does', () => {
    const swapped = { ...series, dimensions: { a: '1', device: 'sda' } };
    expect(anomalyId(swapped, 5)).toBe(anomalyId(series, 5));
    expect(anomalyId(series, 6)).not.toBe(anomalyId(series, 5));
    const at = (device: string) => measurementId(series.entity, 'system.diskio', { device }, 5);
    expect(at('sda')).not.toBe(at('sdb'));
    expect(deliveryId('alert:1', 'ops')).toBe(deliveryId('alert:1', 'ops', 0));
    expect(deliveryId('alert:1', 'ops', 1)).not.toBe(deliveryId('alert:1', 'ops'));
  });
});
