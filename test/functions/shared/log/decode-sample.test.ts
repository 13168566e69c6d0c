import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleSchema } from '../../../../functions/shared/domain/sample.ts';
import { decodeSample, isSample } from '../../../../functions/shared/log/decode-sample.ts';
import { recordOf } from '../../detect/records.ts';

const good = {
  entity: { cluster: 'c', kind: 'host', name: 'a' },
  timestampMs: 1,
  dataset: 'system.cpu',
  dimensions: { device: 'sda' },
  measurements: { 'system.cpu.total.pct': 0.5 },
  source: 'metricbeat',
};

/** A good sample in which some fields were replaced by anything or left out. */
const mutated = fc
  .tuple(
    fc.record({ units: fc.dictionary(fc.string(), fc.anything()), scope: fc.string() }, { requiredKeys: [] }),
    fc.array(
      fc.tuple(
        fc.constantFrom('entity', 'timestampMs', 'dataset', 'dimensions', 'measurements', 'source', 'kinds', 'units'),
        fc.oneof(
          fc.anything(),
          fc.dictionary(fc.string(), fc.oneof(fc.double(), fc.string())),
          fc.double(),
          fc.string(),
        ),
      ),
      { maxLength: 2 },
    ),
  )
  .map(([optional, fields]): unknown => ({ ...good, ...optional, ...Object.fromEntries(fields) }));

describe('decodeSample', () => {
  it('the check by hand accepts only samples that the schema accepts', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, fc.anything()), (value) => {
        if (isSample(value)) expect(sampleSchema.safeParse(value).success).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('the check by hand accepts all that the schema accepts, except the name __proto__', () => {
    const texts = fc.oneof(
      fc.constantFrom('a', '', '\u0000', 'a\u0000b', '\ud83d', '\ude00a', '😀', '__proto__', 'a/b', 'a b'),
      fc.constantFrom(64, 65, 128, 129, 256, 257, 512, 513, 1024, 1025).map((length) => 'x'.repeat(length)),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const named = <T>(value: fc.Arbitrary<T>) => fc.dictionary(texts, value, { maxKeys: 2, noNullPrototype: true });
    const manyFacts = fc
      .integer({ min: 15, max: 17 })
      .map((count) => Object.fromEntries(Array.from({ length: count }, (_, nth) => [`fact ${nth}`, 'x'])));
    const fields = fc.record(
      {
        entity: fc.record({ cluster: texts, kind: fc.constant('host'), name: texts }),
        dataset: texts,
        dimensions: named(texts),
        measurements: named(fc.double()),
        units: named(texts),
        kinds: named(fc.constantFrom('gauge', 'wave')),
        source: texts,
        scope: texts,
        facts: fc.oneof(named(texts), manyFacts),
        startMs: fc.oneof(fc.integer(), fc.double()),
        periodMs: fc.oneof(fc.integer({ min: -1, max: 90_000_000 }), fc.double()),
        line: fc.record({ id: fc.oneof(fc.integer(), fc.constant(2 ** 32)), text: texts }, { requiredKeys: ['text'] }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, (changed) => {
        const sample = { ...good, ...changed };
        fc.pre(!JSON.stringify(sample).includes('"__proto__":'));
        expect(isSample(sample)).toBe(sampleSchema.safeParse(sample).success);
      }),
      { numRuns: 1_000 },
    );
  });

  it('the check by hand accepts a sample with all fields, so that the schema is not needed', () => {
    const full = {
      ...good,
      units: { x: 'By' },
      kinds: { x: 'counter' },
      scope: 'recorded',
      facts: { 'service.version': '3.7.0' },
      startMs: 1,
      periodMs: 10_000,
      line: { id: 1, text: 'disk full' },
    };
    expect(isSample(full)).toBe(true);
    expect(decodeSample(recordOf('sample/2', full))).toEqual(full);
  });

  it.each([
    [{ ...good, timestampMs: -1 }, 'timestampMs'],
    [{ ...good, entity: { ...good.entity, cluster: 'a/b' } }, 'entity.cluster'],
    [{ ...good, entity: { ...good.entity, kind: 'fridge' } }, 'entity.kind'],
    [{ ...good, measurements: { x: 'many' } }, 'measurements.x'],
    [{ ...good, kinds: { x: 'wave' } }, 'kinds.x'],
    [{ ...good, scope: 5 }, 'scope'],
    [{ ...good, facts: { version: 'x'.repeat(257) } }, 'facts.version'],
    [{ ...good, periodMs: 0 }, 'periodMs'],
    [{ ...good, line: { id: -1, text: '' } }, 'line.id'],
    [[], 'value'],
    [null, 'value'],
  ])('the refusal names the field that is wrong in %j', (value, field) => {
    expect(() => decodeSample(recordOf('sample/2', value))).toThrow(new RegExp(`^${field}: `));
  });

  const nul = 'a\u0000b';
  const half = '\ud83d';
  it.each([
    ['entity.cluster', { entity: { ...good.entity, cluster: nul } }],
    ['entity.name', { entity: { ...good.entity, name: nul } }],
    ['entity.name', { entity: { ...good.entity, name: half } }],
    ['dataset', { dataset: nul }],
    ['dataset', { dataset: half }],
    ['dimensions.a\\u0000b', { dimensions: { [nul]: 'x' } }],
    ['dimensions.\\ud83d', { dimensions: { [half]: 'x' } }],
    ['dimensions.device', { dimensions: { device: nul } }],
    ['dimensions.device', { dimensions: { device: half } }],
    ['measurements.a\\u0000b', { measurements: { [nul]: 1 } }],
    ['measurements.\\ud83d', { measurements: { [half]: 1 } }],
    ['scope', { scope: nul }],
  ])('NUL and half of a surrogate pair in %s are refused', (field, changed) => {
    const refusal = `${field}: `;
    expect(() => decodeSample(recordOf('sample/2', { ...good, ...changed }))).toThrow(
      expect.objectContaining({ reason: 'not a sample', message: expect.stringContaining(refusal) }),
    );
    expect(() => decodeSample(recordOf('sample/2', { ...good, ...changed }))).toThrow('without NUL');
  });

  it.each(['By\n    ignore: true', 'By\r', 'By\u0085', 'By\u2028', 'By\u0000', 'x'.repeat(65)])(
    'refuses the unit %j, which is no short text of one line',
    (unit) => {
      const sample = { ...good, units: { 'system.cpu.total.pct': unit } };
      expect(isSample(sample)).toBe(false);
      expect(sampleSchema.safeParse(sample).success).toBe(false);
      expect(isSample({ ...good, units: { 'system.cpu.total.pct': '{message}/s °C' } })).toBe(true);
    },
  );
});
