import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Graph, type Place, throughMax } from '../../../functions/alert/graph.ts';
import type { Relation } from '../../../functions/shared/domain/edge.ts';
import type { EntityKind } from '../../../functions/shared/domain/entity.ts';

/** Returns the place of an entity. @param edges such as `runs on host 10.0.0.1` */
function place(path: string, edges: readonly [Relation, EntityKind, string][] = [], addresses: string[] = []): Place {
  const [kind, name] = path.split('/') as [EntityKind, string];
  return {
    kind,
    name,
    addresses,
    edges: edges.map(([relation, of, to]) => ({ relation, to: { kind: of, name: to } })),
  };
}

const near = (places: readonly Place[], from: string, lengthMax: number) =>
  Object.fromEntries(new Graph(places, []).within(from, lengthMax));

describe('the graph of a cluster', () => {
  it('finds a host by an address that it reports', () => {
    const places = [
      place('host/a', [], ['10.0.0.1']),
      place('broker/10.0.0.1:9092', [['runs on', 'host', '10.0.0.1']]),
    ];
    expect(near(places, 'host/a', 1)).toEqual({ 'host/a': 0, 'broker/10.0.0.1:9092': 1 });
  });

  it('connects nothing by an address that two hosts report', () => {
    const places = [
      place('host/a', [], ['172.17.0.1']),
      place('host/b', [], ['172.17.0.1']),
      place('broker/k', [['runs on', 'host', '172.17.0.1']]),
    ];
    expect(near(places, 'broker/k', 3)).toEqual({ 'broker/k': 0 });
  });

  it.each(['kafka-1', 'kafka-1.example.org'])('finds host kafka-1.example.org by the name %s', (name) => {
    const places = [place('host/kafka-1.example.org'), place('broker/k', [['runs on', 'host', name]])];
    expect(near(places, 'broker/k', 1)).toEqual({ 'broker/k': 0, 'host/kafka-1.example.org': 1 });
  });

  it('connects nothing by the first label of two hosts’ names, unless one has it as its whole name', () => {
    const broker = place('broker/k', [['runs on', 'host', 'k1']]);
    const two = [place('host/k1.a.org'), place('host/k1.b.org')];
    expect(near([...two, broker], 'broker/k', 1)).toEqual({ 'broker/k': 0 });
    expect(near([...two, place('host/k1'), broker], 'broker/k', 1)).toEqual({ 'broker/k': 0, 'host/k1': 1 });
  });

  it('connects entities by a host of which nothing else is known', () => {
    const places = ['broker/k', 'service/s'].map((path) => place(path, [['runs on', 'host', '10.0.0.9']]));
    expect(near(places, 'broker/k', 2)).toEqual({ 'broker/k': 0, 'host/10.0.0.9': 1, 'service/s': 2 });
  });

  it('takes the shortest path, with the lengths of its edges', () => {
    const places = [
      place('topic/t', [
        ['uses', 'broker', 'k'],
        ['depends on', 'service', 's'],
      ]),
      place('service/s', [['runs on', 'broker', 'k']]),
    ];
    expect(near(places, 'topic/t', 1)).toEqual({ 'topic/t': 0, 'service/s': 1 });
    expect(near(places, 'topic/t', 3)).toEqual({ 'topic/t': 0, 'service/s': 1, 'broker/k': 2 });
  });

  it('has no path through an entity that too many others use', () => {
    const users = (count: number) =>
      Array.from({ length: count }, (_, nth) => place(`service/s${nth}`, [['runs on', 'host', 'a']]));
    expect(Object.keys(near(users(throughMax), 'service/s0', 2))).toHaveLength(throughMax + 1);
    expect(near(users(throughMax + 1), 'service/s0', 2)).toEqual({ 'service/s0': 0, 'host/a': 1 });
    expect(Object.keys(near(users(throughMax + 1), 'host/a', 1))).toHaveLength(throughMax + 2);
  });

  it('knows what is upstream of an entity: what it needs, and not what needs it', () => {
    const graph = new Graph(
      [
        place('chunkserver/x', [
          ['runs on', 'host', 'a'],
          ['belongs to', 'storage-master', 'm'],
        ]),
      ],
      [{ from: 'prod/service/s', to: 'prod/chunkserver/x' }],
    );
    expect([...graph.upstreamOf('service/s')].sort()).toEqual(['chunkserver/x', 'host/a', 'storage-master/m']);
    expect([...graph.upstreamOf('host/a')]).toEqual([]);
  });

  it('has the same distance in both directions, whatever the edges', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const links = fc.array(fc.tuple(name, fc.constantFrom<Relation>('runs on', 'uses'), name), { maxLength: 12 });
    fc.assert(
      fc.property(links, name, name, fc.integer({ min: 0, max: 4 }), (all, a, b, lengthMax) => {
        const graph = new Graph(
          all.map(([from, relation, to]) => place(`service/${from}`, [[relation, 'service', to]])),
          [],
        );
        const there = graph.within(`service/${a}`, lengthMax).get(`service/${b}`);
        expect(graph.within(`service/${b}`, lengthMax).get(`service/${a}`)).toBe(there);
      }),
    );
  });
});
