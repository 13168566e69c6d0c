import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeniedError, UsageError } from '../../../../functions/shared/domain/errors.ts';
import { permissionWaitMs, untilPermitted } from '../../../../functions/shared/time/until-permitted.ts';
import { fakeWaits } from '../../../support/fake-waits.ts';

describe('a call whose permission was just attached', () => {
  it('is repeated until it is permitted, and for no longer than two minutes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(300_000), async (permittedAtMs) => {
        const timing = fakeWaits();
        let calls = 0;
        const doing = async () => {
          calls += 1;
          if (timing.passedMs() < permittedAtMs) throw new DeniedError('not yet');
          return 'done';
        };
        const outcome = await untilPermitted(doing, timing).catch((error: Error) => error.message);
        // The last call is made at the end of the time.
        expect(outcome).toBe(permittedAtMs <= permissionWaitMs ? 'done' : 'not yet');
        expect(timing.passedMs()).toBeLessThanOrEqual(permissionWaitMs);
        expect(calls).toBe(timing.passedMs() / 5_000 + 1);
      }),
    );
  });

  it.each([
    ['an explicit denial', new DeniedError('an explicit deny', { isFinal: true })],
    ['another error', new UsageError('no such cluster')],
  ])('is not repeated after %s', async (_what, error) => {
    const timing = fakeWaits();
    let calls = 0;
    const doing = async () => {
      calls += 1;
      throw error;
    };
    await expect(untilPermitted(doing, timing)).rejects.toBe(error);
    expect({ calls, passedMs: timing.passedMs() }).toEqual({ calls: 1, passedMs: 0 });
  });
});
