import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptId, attemptSchema } from '../../../../functions/shared/domain/attempt.ts';
import { attempts } from '../../../support/arbitraries.ts';
import { attempt } from '../../../support/attempts.ts';

describe('an attempt', () => {
  it('an attempt is unchanged after JSON', () => {
    fc.assert(
      fc.property(attempts, (one) => {
        expect(attemptSchema.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
      }),
    );
  });

  it('an attempt has one id however often its message comes, and another attempt has another one', () => {
    const one = attempt();
    expect(attemptId(structuredClone(one))).toBe(attemptId(one));
    expect(attemptId({ ...one, startedAtMs: one.startedAtMs + 1 })).not.toBe(attemptId(one));
    expect(attemptId({ ...one, deliveryId: 'delivery-2' })).not.toBe(attemptId(one));
  });

  it.each(['https://pager.example/hook', '/hook', 'timeout?key=1', 'ada@example', 'a'.repeat(81), ''])(
    'refuses the reason "%s", which may hold an address',
    (reason) => {
      expect(attemptSchema.safeParse(attempt({ outcome: 'failed', reason })).success).toBe(false);
    },
  );

  it.each(['url', 'secret', 'body', 'headers'])('an attempt refuses a field "%s"', (name) => {
    expect(attemptSchema.safeParse({ ...attempt(), [name]: 'x' }).success).toBe(false);
  });
});
