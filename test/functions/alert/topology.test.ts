import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { depthOf, type Location, relationOf } from '../../../functions/alert/topology.ts';
import { type EntityKind, entityKinds } from '../../../functions/shared/domain/entity.ts';

const location = (kind: EntityKind, name: string, dataset = 'd'): Location => ({
  entity: { cluster: 'c', kind, name },
  dataset,
});

describe('topology', () => {
  it.each([
    [
      'a disk and the processors of one host',
      location('host', 'a', 'diskio'),
      location('host', 'a', 'cpu'),
      'same entity',
    ],
    ['the network of two hosts', location('host', 'a', 'network'), location('host', 'b', 'network'), 'same dataset'],
    ['different things of two hosts', location('host', 'a', 'cpu'), location('host', 'b', 'diskio'), undefined],
    ['a host and a chunkserver', location('host', 'a'), location('chunkserver', 'x'), 'same tier'],
    ['two chunkservers', location('chunkserver', 'x'), location('chunkserver', 'y', 'e'), 'same tier'],
    ['a chunkserver and its master', location('chunkserver', 'x'), location('storage-master', 'm'), 'same tier'],
    ['a topic and a consumer group', location('topic', 't'), location('consumer-group', 'g'), 'same tier'],
    ['a chunkserver and a topic of its name', location('chunkserver', 'x'), location('topic', 'x'), undefined],
    ['a broker and a search node', location('broker', 'x'), location('search-node', 'y'), undefined],
    ['two services', location('service', 'x'), location('service', 'y'), undefined],
  ])('relates %s', (_, a, b, relation) => {
    expect(relationOf(a, b)).toBe(relation);
  });

  it('gives the same relation in both directions', () => {
    const any = fc
      .tuple(fc.constantFrom(...entityKinds), fc.constantFrom('x', 'y'), fc.constantFrom('d', 'e'))
      .map(([kind, name, dataset]) => location(kind, name, dataset));
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
