import { describe, expect, it } from 'vitest';
import { depthOf, edgeLength, reachMax, reachOf } from '../../../functions/alert/topology.ts';
import { entityKinds } from '../../../functions/shared/domain/entity.ts';

describe('topology', () => {
  it('puts hosts upstream of every other kind', () => {
    for (const kind of entityKinds) expect(depthOf('host')).toBeLessThanOrEqual(depthOf(kind));
  });

  it('relates entities at most two edges apart, and three from a chunkserver or a storage master, in both directions', () => {
    for (const a of entityKinds) {
      for (const b of entityKinds) {
        const isOfStorage = [a, b].some((kind) => kind === 'chunkserver' || kind === 'storage-master');
        expect([a, b, reachOf(a, b)]).toEqual([a, b, isOfStorage ? 3 : 2]);
        expect(reachOf(a, b)).toBeLessThanOrEqual(reachMax);
      }
    }
  });

  it('separates two entities that use a third one further than related ones may be', () => {
    expect(2 * edgeLength.uses).toBeGreaterThan(reachMax);
  });
});
