import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { families } from '../../../../functions/shared/ports/warehouse.ts';
import { indexOf, spanOfIndex } from '../../../../functions/shared/warehouse/index-names.ts';

const timeMs = Date.parse('2026-11-25T23:59:59.999Z');
const at = (text: string): number => Date.parse(text);

describe('the index of a write', () => {
  it.each([
    ['the day', 'offbeat-samples', 'offbeat-samples-2026.11.25'],
    ['the week by its Monday', 'offbeat-summaries', 'offbeat-summaries-2026.11.23'],
    ['the month', 'offbeat-summaries-1h', 'offbeat-summaries-1h-2026.11'],
    ['the month', 'offbeat-anomalies', 'offbeat-anomalies-2026.11'],
    ['the month', 'offbeat-deliveries', 'offbeat-deliveries-2026.11'],
    ['the year', 'offbeat-alerts', 'offbeat-alerts-2026'],
    ['the year', 'offbeat-silences', 'offbeat-silences-2026'],
    ['no period', 'offbeat-inventory', 'offbeat-inventory-latest'],
  ] as const)('is named by %s for %s', (_period, family, index) => {
    expect(indexOf({ family, timeMs })).toBe(index);
  });

  it('changes at midnight of UTC, and a week on Monday', () => {
    const weekOf = (text: string) => indexOf({ family: 'offbeat-summaries', timeMs: at(text) });
    expect(weekOf('2026-11-22T23:59:59.999Z')).toBe('offbeat-summaries-2026.11.16');
    expect(weekOf('2026-11-23T00:00:00.000Z')).toBe('offbeat-summaries-2026.11.23');
    expect(indexOf({ family: 'offbeat-alerts', timeMs: at('2027-01-01T00:00:00Z') })).toBe('offbeat-alerts-2027');
    expect(weekOf('1970-01-01T00:00:00Z')).toBe('offbeat-summaries-1969.12.29');
  });
});

describe('the period of an index', () => {
  it('contains the times of all writes to it', () => {
    const kept = families.filter((family) => family !== 'offbeat-inventory');
    const times = fc.integer({ min: at('-000100-01-01T00:00:00Z'), max: at('+012000-01-01T00:00:00Z') });
    fc.assert(
      fc.property(fc.constantFrom(...kept), times, (family, timeMs) => {
        const index = indexOf({ family, timeMs });
        const span = spanOfIndex(family, index);
        expect(timeMs).toBeGreaterThanOrEqual(span!.fromMs);
        expect(timeMs).toBeLessThan(span!.toMs);
        expect(indexOf({ family, timeMs: span!.toMs })).not.toBe(index);
        expect(indexOf({ family, timeMs: span!.toMs - 1 })).toBe(index);
      }),
    );
  });

  it.each([
    ['the family of the hours', 'offbeat-summaries', 'offbeat-summaries-1h-2026.11'],
    ['a day of an older release', 'offbeat-alerts', 'offbeat-alerts-2026.11.23'],
    ['a day that begins no week', 'offbeat-summaries', 'offbeat-summaries-2026.11.24'],
    ['a day that no calendar has', 'offbeat-samples', 'offbeat-samples-2026.02.30'],
    ['the inventory', 'offbeat-inventory', 'offbeat-inventory-latest'],
  ] as const)('is not read from the name of %s', (_name, family, index) => {
    expect(spanOfIndex(family, index)).toBeUndefined();
  });
});
