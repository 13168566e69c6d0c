import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paths } from '../../../../functions/collect/search/answers.ts';
import { collectSearch } from '../../../../functions/collect/search/collect-search.ts';
import { parseSearchTarget } from '../../../../functions/collect/search/target.ts';
import { sampleOf } from '../../normalise/beats.ts';
import { green, node } from './answers.ts';

const target = parseSearchTarget('http://10.77.0.30:9200');
const collect = (health: unknown, nodes: unknown, settings: unknown) => {
  const answers = new Map([
    [paths.health as string, health],
    [paths.nodes, nodes],
    [paths.settings, settings],
  ]);
  const cluster = { get: async (path: string) => answers.get(path) };
  return collectSearch(target, {
    cluster,
    clock: { nowMs: () => Date.parse('2026-11-23T14:23:35Z') },
    hostName: 'search-1',
  });
};

/** An answer of any kind, often one that is nearly right: some of its fields are left out, or have another value. */
const near = (right: object): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constant(right),
    fc.jsonValue(),
    fc
      .tuple(fc.constantFrom(...Object.keys(right)), fc.oneof(fc.jsonValue(), fc.constant(undefined)))
      .map(([name, value]) => ({ ...right, [name]: value })),
  );
const nodes = fc.oneof(
  fc.jsonValue(),
  fc
    .dictionary(fc.string(), fc.oneof(near(node), fc.constant({ name: 'x' })), { maxKeys: 4 })
    .map((all) => ({ nodes: all })),
);

describe('the documents of any answers of an OpenSearch cluster', () => {
  it('begin with the status of the cluster, and are all read by normalise', async () => {
    await fc.assert(
      fc.asyncProperty(near(green), nodes, fc.jsonValue(), async (health, all, settings) => {
        const documents = await collect(health, all, settings);
        const { status, reason } = documents[0]!.elasticsearch.cluster!;
        expect(['ok', 'degraded', 'unknown']).toContain(status);
        expect(reason === undefined).toBe(status === 'ok');
        for (const document of documents) {
          const { measurements } = sampleOf(document);
          expect(Object.values(measurements).every(Number.isFinite)).toBe(true);
        }
      }),
    );
  });
});
