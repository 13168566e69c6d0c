import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../../local/http/byte-budget.ts';

/** A request that the test ends, or that is cut off. */
function openRequest() {
  const closed = new AbortController();
  return { signal: closed.signal, cut: () => closed.abort(), close: () => closed.abort() };
}

describe('a budget of bytes', () => {
  it('grants bytes up to its limit, and answers 429 beyond it', () => {
    const budget = new ByteBudget(10);
    const [a, b] = [budget.share(openRequest()), budget.share(openRequest())];
    a.add(6);
    expect(() => b.add(5)).toThrow(expect.objectContaining({ status: 429, headers: { 'retry-after': '1' } }));
    b.add(4);
    a.shrinkTo(1);
    b.add(5);
  });

  it('gets the bytes of a request back when the request is over', () => {
    const budget = new ByteBudget(10);
    const request = openRequest();
    budget.share(request).add(10);
    request.close();
    budget.share(openRequest()).add(10);
  });

  it('cuts off the request that has waited longest for its client when no bytes are left', () => {
    const budget = new ByteBudget(10, 0);
    const requests = [openRequest(), openRequest(), openRequest()] as const;
    const shares = requests.map((request) => budget.share(request));
    for (const share of shares) share.add(3);
    shares[0]!.waitsForClient(false);
    budget.share(openRequest()).add(4);
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([false, true, false]);
    // The bytes of a request that was cut off do not count, even if it adds more.
    shares[1]!.add(10);
    shares[1]!.shrinkTo(0);
    budget.share(openRequest()).add(3);
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([false, true, true]);
  });

  it('cuts off no request that has not waited long', () => {
    const patient = new ByteBudget(10);
    const request = openRequest();
    patient.share(request).add(10);
    expect(() => patient.share(openRequest()).add(1)).toThrow(expect.objectContaining({ status: 429 }));
    expect(request.signal.aborted).toBe(false);
  });

  it('never grants more than its limit, and gets all of it back in the end', () => {
    const steps = fc.array(fc.record({ share: fc.nat({ max: 3 }), bytes: fc.nat({ max: 8 }), isAdded: fc.boolean() }));
    fc.assert(
      fc.property(steps, (taken) => {
        const budget = new ByteBudget(20);
        const shares = Array.from({ length: 4 }, () => budget.share(openRequest()));
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
        budget.share(openRequest()).add(20);
      }),
    );
  });
});
