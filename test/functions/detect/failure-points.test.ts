import { describe, expect, it } from 'vitest';
import { anomaliesOf, run, sample, summariesOf, tick, ticksOf } from './records.ts';

// The numbers are those of the list of failure points; docs/exactly-once.md names the tests of the others.

const start = Date.parse('2026-11-23T15:00:00Z');
const cpu = (second: number, value: number) =>
  sample({ timestampMs: start + second * 1000, measurements: { 'system.cpu.total.norm.pct': value } });
const tickAt = (second: number) => tick(start + second * 1000);
const quiet = (from: number, to: number) =>
  Array.from({ length: (to - from) / 10 }, (_, nth) => cpu(from + nth * 10, 0.2 + (nth % 3) / 100));

describe('failure points of detect', () => {
  it('16: late and out-of-order event times change no baseline and no effect, and are counted', () => {
    const inOrder = [...quiet(0, 600), ...[600, 610, 620, 630].map((second) => cpu(second, 0.9)), tickAt(720)];
    const disturbed = inOrder.flatMap((record, nth) => [record, ...(nth % 7 === 3 ? [inOrder[nth - 2]!] : [])]);
    const [expected, found] = [run(inOrder), run(disturbed)];
    expect(anomaliesOf(expected.effects)).toHaveLength(1);
    expect(found.effects).toEqual(expected.effects);
    expect(found.state.counts.get('late')).toBeGreaterThan(0);
  });

  it('18: a clock that jumps, stands still or goes back closes each minute once, and opens and closes no anomaly', () => {
    const steady = run([
      ...quiet(0, 300),
      tickAt(300),
      tickAt(320),
      tickAt(340),
      tickAt(360),
      tickAt(380),
      tickAt(400),
    ]);
    const jumps = [100, 100, 90, 300, 86_400, 300, 86_400, 310, 86_520, 86_640].map(tickAt);
    const jumping = run([...quiet(0, 300), ...jumps]);
    expect(summariesOf(jumping.effects)).toEqual(summariesOf(steady.effects));
    expect(anomaliesOf(jumping.effects)).toEqual([]);
    expect(ticksOf(jumping.effects).map(({ timeMs }) => (timeMs - start) / 1000)).toEqual([
      100, 300, 86_400, 300, 86_400, 310, 86_520, 86_640,
    ]);
    expect(jumping.state.counts.get('tick not newer')).toBe(2);
  });
});
