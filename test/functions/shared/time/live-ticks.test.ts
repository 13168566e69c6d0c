import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveTickMs, liveTicks, untilTickMs } from '../../../../functions/shared/time/live-ticks.ts';

describe('the time until a heartbeat is due', () => {
  const moments = fc.integer({ min: 0, max: 4e12 });

  it('ends after the next tick and before the tick after that, from any moment', () => {
    fc.assert(
      fc.property(moments, (nowMs) => {
        expect(liveTicks(nowMs, nowMs + untilTickMs(nowMs))).toHaveLength(1);
      }),
    );
  });

  it('ends soon after that tick, so that a quiet partition does not wait for a further second', () => {
    fc.assert(
      fc.property(moments, (nowMs) => {
        expect((nowMs + untilTickMs(nowMs)) % liveTickMs).toBeLessThan(liveTickMs / 10);
      }),
    );
  });
});
