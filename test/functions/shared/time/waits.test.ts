import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awaitFound, pollMs } from '../../../../functions/shared/time/waits.ts';
import { fakeWaits } from '../../../support/fake-waits.ts';

describe('what another service shows later', () => {
  it('is found at the first look after it is there, and is looked for until the end of the time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(300_000),
        fc.nat(60).map((polls) => polls * pollMs),
        async (thereAtMs, forMs) => {
          const timing = fakeWaits();
          const look = async () => (timing.passedMs() >= thereAtMs ? 'there' : undefined);
          expect(await awaitFound(look, forMs, timing)).toBe(thereAtMs <= forMs ? 'there' : undefined);
          expect(timing.passedMs()).toBe(Math.min(Math.ceil(thereAtMs / pollMs) * pollMs, forMs));
        },
      ),
    );
  });

  it('ends with the error of a look', async () => {
    const broken = async (): Promise<string> => {
      throw new Error('no answer');
    };
    await expect(awaitFound(broken, 60_000, fakeWaits())).rejects.toThrow('no answer');
  });
});
