import { describe, expect, it } from 'vitest';
import { Random } from '../../../../bench/quality/random.ts';
import { plainRule } from '../../../../functions/detect/detector/paging.ts';
import { SeriesDetector } from '../../../../functions/detect/detector/series-detector.ts';
import { hourMs } from '../../../../functions/shared/domain/durations.ts';

/** A Monday, 00:00 UTC. */
const startMs = Date.UTC(2026, 0, 5);
const hours = 120;

/** Returns the hours at which a series pages whose level shifts by 30 spreads at some hour of its life. */
function pageHours(shiftHour: number, periodMs: number): number[] {
  const detector = new SeriesDetector({ ...plainRule, floor: 5 });
  const random = new Random(1);
  const values = (hours * hourMs) / periodMs;
  return Array.from({ length: values }, (_, nth) => (nth * periodMs) / hourMs).flatMap((hour) => {
    const value = 100 + random.normal() + (hour > shiftHour ? 30 : 0);
    return detector.next(startMs + hour * hourMs, value).page ? [hour] : [];
  });
}

describe('a level shift of a young series', () => {
  it.each([10_000, 60_000])(
    'pages once, although half hours that were seen before it come again, at %i ms',
    (periodMs) => {
      for (const shiftHour of [14.1, 26.1, 30.4, 40, 60.2]) {
        const pages = pageHours(shiftHour, periodMs);
        expect(pages).toHaveLength(1);
        expect(pages[0]! - shiftHour).toBeLessThan((6 * periodMs) / hourMs);
      }
    },
  );
});
