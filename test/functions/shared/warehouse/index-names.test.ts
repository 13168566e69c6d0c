import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, indexOf } from '../../../../functions/shared/warehouse/index-names.ts';

describe('the index of a write', () => {
  it('the index of a write is that of its UTC day', () => {
    const at = (timeMs: number) => indexOf({ family: 'offbeat-samples', timeMs });
    expect(at(Date.parse('2026-11-23T00:00:00.000Z'))).toBe('offbeat-samples-2026.11.23');
    expect(at(Date.parse('2026-11-23T23:59:59.999Z'))).toBe('offbeat-samples-2026.11.23');
    expect(at(0)).toBe('offbeat-samples-1970.01.01');
  });

  it('the day of an index is read for its own family only', () => {
    expect(dayOf('offbeat-summaries', 'offbeat-summaries-2026.11.23')).toBe(Date.parse('2026-11-23T00:00:00Z'));
    expect(dayOf('offbeat-summaries', 'offbeat-summaries-1h-2026.11.23')).toBeUndefined();
    expect(dayOf('offbeat-inventory', 'offbeat-inventory-latest')).toBeUndefined();
  });

  it('the day of an index is read for every day of a date', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8.64e15 }), (timeMs) => {
        const day = dayOf('offbeat-samples', indexOf({ family: 'offbeat-samples', timeMs }))!;
        expect(timeMs - day).toBeGreaterThanOrEqual(0);
        expect(timeMs - day).toBeLessThan(86_400_000);
      }),
    );
  });
});
