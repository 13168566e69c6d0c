import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { groupKey } from '../../../functions/detect/table.ts';
import { liveScope, type Sample } from '../../../functions/shared/domain/sample.ts';
import { isSample } from '../../../functions/shared/log/decode-sample.ts';
import { context, run, sample, stored } from './records.ts';

const one = {
  entity: { cluster: 'c', kind: 'host', name: 'a' },
  timestampMs: 1_700_000_040_000,
  dataset: 'd',
  dimensions: {},
  measurements: { m: 1 },
  source: 'metricbeat',
};

const identityOf = ({ scope = liveScope, entity, dataset, dimensions }: Sample) => ({
  scope,
  entity,
  dataset,
  dimensions,
});
const inOrder = (of: Sample): string => {
  const { dimensions, ...rest } = identityOf(of);
  return JSON.stringify([rest, Object.entries(dimensions).sort()]);
};

describe('the key of a group', () => {
  it('is the same for two samples only if entity, dataset, scope and dimensions are the same', () => {
    // Few names that are alike, so that wrongly built keys would be equal.
    const text = fc.constantFrom('a', 'a\u0000a', 'a\u0000a\u0000a');
    const sampleOf = fc
      .tuple(text, text, fc.dictionary(text, text, { maxKeys: 1, noNullPrototype: true }))
      .map(([name, dataset, dimensions]) => ({ ...one, entity: { ...one.entity, name }, dataset, dimensions }));
    fc.assert(
      fc.property(sampleOf, sampleOf, (a, b) => {
        if (!isSample(a) || !isSample(b)) return;
        expect(groupKey(identityOf(a)) === groupKey(identityOf(b))).toBe(inOrder(a) === inOrder(b));
      }),
      { numRuns: 3_000 },
    );
  });

  it('and the names of its metrics are the same after the state was stored and opened', () => {
    const text = fc.oneof(
      fc.constantFrom('a b', 'é', '😀', '\ud83d', '\ude00', 'constructor', '\ufffd'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
    );
    const names = fc.record({
      name: text,
      dataset: text,
      scope: text,
      dimensions: fc.dictionary(text, text, { maxKeys: 1, noNullPrototype: true }),
      metric: text,
    });
    fc.assert(
      fc.property(names, ({ name, metric, ...rest }) => {
        const given = { ...one, ...rest, entity: { ...one.entity, name }, measurements: { [metric]: 1 } };
        if (!isSample(given)) return;
        const { state } = run([sample(given)]);
        const reopened = detectStep.open(stored(new Map(), state.takeChanges()), context);
        const group = reopened.table.find(groupKey(identityOf(given)));
        expect(group?.metrics.map((each) => each.name)).toEqual([metric]);
      }),
      { numRuns: 500 },
    );
  });
});
