import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationSchema } from '../../../../functions/shared/domain/duration-schema.ts';
import { durationText } from '../../../../functions/shared/domain/durations.ts';

describe('the text of a duration', () => {
  it.each([
    [2_592_000_000, '30d'],
    [5_400_000, '90m'],
    [7_200_000, '2h'],
    [1_500, '1500ms'],
    [0, '0ms'],
  ])('the text of %i ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('the settings read the text as the same duration', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(1, 1_000, 60_000, 3_600_000, 86_400_000), (count, unit) => {
        expect(durationSchema.parse(durationText(count * unit))).toBe(count * unit);
      }),
    );
  });
});
