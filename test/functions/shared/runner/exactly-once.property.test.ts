import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FencedError } from '../../../../functions/shared/domain/errors.ts';
import { collectGarbage } from '../../../../functions/shared/runner/collect-garbage.ts';
import { Chain, expectedOf, upstream } from '../../../support/chain.ts';
import { Crash, type Decide } from '../../../support/faults.ts';

const word = fc.constantFrom('a', 'b', 'c', 'quiet', 'quieter');

/** One delivery: which worker gets how many records, from how far back, and the call at which it dies. */
const delivery = fc.record({
  worker: fc.nat({ max: 2 }),
  take: fc.integer({ min: 1, max: 8 }),
  back: fc.nat({ max: 4 }),
  diesAtCall: fc.option(fc.nat({ max: 9 }), { nil: undefined }),
  side: fc.constantFrom('before' as const, 'after' as const),
  collect: fc.boolean(),
});

it('every record counts once, at any death of a worker and with any retries of batches', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, { minLength: 1, maxLength: 30 }),
      fc.array(delivery, { maxLength: 40 }),
      async (words, deliveries) => {
        const chain = new Chain();
        const records = chain.words(...words);
        const faults: { armed: Decide } = { armed: () => undefined };
        const workers = [0, 1, 2].map(() => chain.worker((...call) => faults.armed(...call)));
        let committed = 0;
        for (const { worker, take, back, diesAtCall, side, collect } of deliveries) {
          const from = Math.max(0, committed - back);
          const batch = records.slice(from, from + take);
          faults.armed = dyingAt(diesAtCall, side);
          try {
            await workers[worker]!(batch);
            committed = Math.max(committed, from + batch.length);
          } catch (error) {
            if (!(error instanceof Crash || error instanceof FencedError)) throw error;
          }
          faults.armed = () => undefined;
          if (collect) await collectGarbage(upstream, chain.ports);
        }
        await workers[0]!(records.slice(committed));
        const expected = expectedOf(words);
        expect(await chain.state()).toEqual(expected.state);
        expect(await chain.received()).toEqual(expected.sent);
      },
    ),
    { numRuns: 300 },
  );
});

function dyingAt(nth: number | undefined, dyingSide: 'before' | 'after'): Decide {
  let calls = 0;
  return (_call, side) => {
    if (side !== dyingSide) return undefined;
    calls += 1;
    return calls - 1 === nth ? new Crash() : undefined;
  };
}
