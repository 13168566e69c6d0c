import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awayMs, expectAllTaken, placesAtReturn, placesAway } from '../support/sigkill/away.ts';
import type { Killing, Replayed } from '../support/sigkill/killing.ts';
import { report } from '../support/sigkill/report.ts';
import { seed } from '../support/sigkill/seed.ts';
import { openUndisturbed } from '../support/sigkill/undisturbed.ts';

let killing: Killing;
let recording: string;
let undisturbed: Replayed;

beforeAll(async () => {
  ({ killing, recording, undisturbed } = await openUndisturbed());
});
afterAll(() => killing.close());

describe('a replay whose receiver is unavailable, and that is killed with SIGKILL at each call that follows', () => {
  it.each([1, 2, 3])(
    `delivers every first page and newest state within a minute, round %i (seed ${seed})`,
    async (round) => {
      const nth = fc.integer({ min: 1, max: 6 });
      const once = fc.shuffledSubarray([...placesAway], { minLength: placesAway.length });
      const [[order, nths] = [[], []]] = fc.sample(
        fc.tuple(once, fc.array(nth, { minLength: placesAway.length, maxLength: placesAway.length })),
        { seed: seed + round, numRuns: 1 },
      );
      // At the receiver's return there is little time for several kills: one replay gets the first of each.
      const kills = [
        ...order.map((at, index) => ({ at, nth: nths[index]! })),
        ...placesAtReturn.map((at) => ({ at, nth: 1 })),
      ];
      const replayed = await killing.replay(recording, kills, awayMs);
      process.stdout.write(`${report(replayed.deaths)}\n`);
      expect(replayed.deaths).toEqual(kills.map(({ at }) => at));
      expectAllTaken(replayed, undisturbed);
    },
  );
});
