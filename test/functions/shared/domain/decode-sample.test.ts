import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSample, isSample } from '../../../../functions/shared/domain/decode-sample.ts';
import { sampleSchema } from '../../../../functions/shared/domain/sample.ts';
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
  it('accepts by hand what the schema accepts, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, fc.anything()), (value) => {
        if (isSample(value)) expect(sampleSchema.safeParse(value).success).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('accepts by hand a sample with everything in it, so that the schema costs nothing', () => {
    const full = { ...good, units: { x: 'By' }, kinds: { x: 'counter' }, scope: 'recorded' };
    expect(isSample(full)).toBe(true);
    expect(decodeSample(recordOf('sample/1', full))).toEqual(full);
  });

  it.each([
    [{ ...good, timestampMs: -1 }, 'timestampMs'],
    [{ ...good, entity: { ...good.entity, cluster: 'a/b' } }, 'entity.cluster'],
    [{ ...good, entity: { ...good.entity, kind: 'fridge' } }, 'entity.kind'],
    [{ ...good, measurements: { x: 'many' } }, 'measurements.x'],
    [{ ...good, kinds: { x: 'wave' } }, 'kinds.x'],
    [[], 'value'],
    [null, 'value'],
  ])('names the field that is wrong in %j', (value, field) => {
    expect(() => decodeSample(recordOf('sample/1', value))).toThrow(new RegExp(`^${field}: `));
  });
});
