import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaliesOf, at, run, series } from './records.ts';

const offset = 'kafka.partition.offset.newest';
const topic = { entity: { cluster: 'c', kind: 'topic', name: 'orders' }, dataset: 'kafka.partition' } as const;

/** Returns the offsets of a topic that gets about 8.6 messages a second for so many samples, and none after them. */
function topicThatStops(busy: number, silent: number): LogRecord[] {
  let newest = 1_000;
  const offsets = Array.from({ length: busy + silent }, (_, nth) => {
    if (nth < busy) newest += 86 + 7 * Math.sin(nth) + 5 * Math.cos(7 * nth);
    return Math.round(newest);
  });
  return series(offsets, 0, offset, topic);
}

describe('a series that goes quiet', () => {
  // The floor of the catalogue is 10 messages/s, more than the topic ever has.
  it('pages within 3 samples where a topic with 8.6 messages/s under a floor of 10 falls silent', () => {
    const [first] = anomaliesOf(run(topicThatStops(400, 3)).effects);
    expect(first).toMatchObject({ state: 'open', series: { metric: offset }, direction: 'down', peak: 0 });
  });

  it('is an anomaly of kind quiet where it has paused before, and says for how long it is silent', () => {
    const steps = Array.from({ length: 600 }, (_, nth) => (nth % 10 < 3 ? 0 : 86));
    let newest = 1_000;
    const offsets = [...steps, ...Array<number>(80).fill(0)].map((step) => (newest += step));
    const [first] = anomaliesOf(run(series(offsets, 0, offset, topic)).effects);
    expect(first).toMatchObject({ kind: 'quiet', state: 'open', direction: 'down', peak: 0 });
    expect(first!.reason).toMatch(
      /^partition offset newest on orders at 0 messages\/s for \d+ (min|s), which it usually is for a shorter time$/,
    );
    expect(first!.startsAtMs).toBeLessThanOrEqual(at(605));
  });
});
