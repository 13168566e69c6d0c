import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../local/byte-budget.ts';

describe('a budget of bytes', () => {
  it('gives what is left, and 429 where that is not enough', () => {
    const budget = new ByteBudget(10);
    const [a, b] = [budget.share(), budget.share()];
    a.add(6);
    expect(() => b.add(5)).toThrow(expect.objectContaining({ status: 429, headers: { 'retry-after': '1' } }));
    b.add(4);
    a.shrinkTo(1);
    b.add(5);
  });

  it('never gives more than it has, and has all of it back in the end', () => {
    const steps = fc.array(fc.record({ share: fc.nat({ max: 3 }), bytes: fc.nat({ max: 8 }), isAdded: fc.boolean() }));
    fc.assert(
      fc.property(steps, (taken) => {
        const budget = new ByteBudget(20);
        const shares = Array.from({ length: 4 }, () => budget.share());
        const held = shares.map(() => 0);
        for (const { share, bytes, isAdded } of taken) {
          const total = held.reduce((sum, of) => sum + of, 0);
          if (!isAdded) {
            shares[share]!.shrinkTo(bytes);
            held[share] = Math.min(held[share]!, bytes);
          } else if (total + bytes > 20) expect(() => shares[share]!.add(bytes)).toThrow();
          else {
            shares[share]!.add(bytes);
            held[share]! += bytes;
          }
        }
        for (const share of shares) share.shrinkTo(0);
        budget.share().add(20);
      }),
    );
  });
});
