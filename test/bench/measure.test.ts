import { describe, expect, it } from 'vitest';
import { measure, type Timed } from '../../bench/measure.ts';
import { lineOf, share } from '../../bench/row.ts';

/** Returns work whose rounds report these durations, ms, one after the other. */
function taking(...ms: readonly number[]): () => Timed {
  const rest = [...ms];
  return () => ({ tookMs: rest.shift()! });
}

describe('measure', () => {
  // Of 10, 20, 40 operations a second: median 20, deviations 10, 0, 20, so 10 in the middle, half of 20.
  it('returns median, spread and best of the rounds after the first', async () => {
    const { work } = await measure(1, 3, { work: taking(1, 100, 50, 25) });
    expect(work).toEqual({ median: 20, spread: 0.5, best: 40 });
  });

  it('alternates between the works', async () => {
    const log: string[] = [];
    await measure(1, 2, { a: () => void log.push('a'), b: async () => void log.push('b') });
    expect(log).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  });

  it('measures the time itself where the work does not return a duration', async () => {
    const { work } = await measure(1, 1, { work: async () => -1 });
    expect(work.median).toBeGreaterThan(0);
  });
});

describe('a row', () => {
  const figure = { median: 30, spread: 0.1, best: 40 };

  it('compares medians, not the best', () => {
    expect(share(figure, { median: 60, spread: 0, best: 60 }, 'the peer')).toBe('0.50 of the peer');
  });

  it.each([
    [30, 'samples/s', 'meets at least 30'],
    [31, 'samples/s', 'MISSES at least 31'],
    [30, 'bytes', 'meets at most 30'],
    [29, 'bytes', 'MISSES at most 29'],
    [30, 'ms', 'meets at most 30'],
    [29, 'ms', 'MISSES at most 29'],
  ])('holds its median against a budget of %d %s', (budget, unit, shown) => {
    const line = lineOf({ name: 'detector', figure, unit, budget });
    expect(line).toContain(`30 ${unit}  ± 10 %, best 40`);
    expect(line).toContain(shown);
  });

  it('of a size has no spread', () => {
    expect(lineOf({ name: 'state', figure: 224, unit: 'bytes' })).toMatch(/^state +224 bytes$/);
  });
});
