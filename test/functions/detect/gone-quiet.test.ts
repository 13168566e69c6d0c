import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaliesOf, at, context, cpu, run, series } from './records.ts';

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

describe('a series that has only ever been 0', () => {
  const zeros = Array<number>(200).fill(0);
  const ones = Array<number>(20).fill(1);

  it('pages for no first 1 where no floor says how much matters', () => {
    expect(anomaliesOf(run(series([...zeros, ...ones], 0, 'acme.blocked')).effects)).toEqual([]);
  });

  it('pages where the settings have a floor, or say that everything matters', () => {
    for (const own of [{ floor: 0.5 }, { relativeFloor: 0 }]) {
      const where = { ...context, settings: settingsSchema.parse({ catalogue: [{ match: {}, ...own }] }) };
      const state = detectStep.open(new Map(), where);
      const found = anomaliesOf(run(series([...zeros, ...ones], 0, 'acme.blocked'), state, where).effects);
      expect(found).toMatchObject([{ kind: 'deviation', peak: 1 }]);
    }
  });

  it('pages without a floor once it has been 1 before, which is its scale', () => {
    const known = [...zeros, ...ones, ...zeros, ...Array<number>(10).fill(500)];
    const found = anomaliesOf(run(series(known, 0, 'acme.blocked')).effects);
    expect(found.at(0)).toMatchObject({ kind: 'deviation', peak: 500 });
  });
});

describe('a processor whose reading never varies', () => {
  /** Returns loads that vary between 20 and 29 %, then the same one again and again. */
  const thenAlways = (load: number): number[] => [
    ...Array.from({ length: 300 }, (_, nth) => 0.2 + ((nth * 37) % 91) / 1_000),
    ...Array<number>(60).fill(load),
  ];

  it('is an anomaly of kind quiet while its agent repeats an earlier reading', () => {
    const found = anomaliesOf(run(series(thenAlways(0.25), 0, cpu)).effects);
    expect(found[0]).toMatchObject({ kind: 'quiet', state: 'open', peak: 0.25, startsAtMs: at(300) });
    expect(found[0]!.reason).toMatch(/at 25 % for \d+ (min|s), which it usually is for a shorter time$/);
  });

  it.each([
    ['is idle', 0],
    ['is busy all the time', 1],
  ])('is none of that kind while it %s', (_, load) => {
    const found = anomaliesOf(run(series(thenAlways(load), 0, cpu)).effects);
    expect(found.filter(({ kind }) => kind === 'quiet')).toEqual([]);
  });
});
