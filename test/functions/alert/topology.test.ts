import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { depthOf, type Location, relationOf } from '../../../functions/alert/topology.ts';
import { type EntityKind, entityKinds } from '../../../functions/shared/domain/entity.ts';

const place = (kind: EntityKind, name: string, dataset = 'd'): Location => ({
  entity: { cluster: 'c', kind, name },
  dataset,
});

describe('topology', () => {
  it.each([
    ['a disk and the processors of one host', place('host', 'a', 'diskio'), place('host', 'a', 'cpu'), 'same entity'],
    ['the network of two hosts', place('host', 'a', 'network'), place('host', 'b', 'network'), 'same dataset'],
    ['different things of two hosts', place('host', 'a', 'cpu'), place('host', 'b', 'diskio'), undefined],
    ['a host and a chunkserver', place('host', 'a'), place('chunkserver', 'x'), 'same tier'],
    ['two chunkservers', place('chunkserver', 'x'), place('chunkserver', 'y', 'e'), 'same tier'],
    ['a chunkserver and its master', place('chunkserver', 'x'), place('storage-master', 'm'), 'same tier'],
    ['a topic and a consumer group', place('topic', 't'), place('consumer-group', 'g'), 'same tier'],
    ['a chunkserver and a topic of its name', place('chunkserver', 'x'), place('topic', 'x'), undefined],
    ['a broker and a search node', place('broker', 'x'), place('search-node', 'y'), undefined],
    ['two services', place('service', 'x'), place('service', 'y'), undefined],
  ])('relates %s', (_, a, b, relation) => {
    expect(relationOf(a, b)).toBe(relation);
  });

  it('gives the same relation in both directions', () => {
    const any = fc
      .tuple(fc.constantFrom(...entityKinds), fc.constantFrom('x', 'y'), fc.constantFrom('d', 'e'))
      .map(([kind, name, dataset]) => place(kind, name, dataset));
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(relationOf(a, b)).toBe(relationOf(b, a));
      }),
    );
  });

  it('puts hosts upstream of every other kind', () => {
    for (const kind of entityKinds) expect(depthOf('host')).toBeLessThanOrEqual(depthOf(kind));
  });
});
