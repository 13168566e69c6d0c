import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaliesOf, at, context, run, sample, series, stored, summariesOf, tick } from './records.ts';

const guessed = 'acme.requests';
const bytes = 'system.network.in.bytes';

/** Returns readings of a counter that grows by `step` (default 10,000) every ten seconds. */
const counter = (count: number, step = 10_000, from = 5e9): number[] =>
  Array.from({ length: count }, (_, nth) => from + nth * step);
/** Returns the same samples, whose counters count since `startMs`. */
const since = (startMs: number, values: readonly number[], from: number): LogRecord[] =>
  series(values, from, bytes, { startMs });

const resetsOf = (records: readonly LogRecord[]): number => run(records).state.counts.get('counter reset') ?? 0;

describe('a metric without a known kind that rises like a counter', () => {
  const bursting = [...counter(120), ...counter(12, 900_000, 5e9 + 1_200_000)];

  it.each([45, 60, 90])('pages for no restart, as after %s readings', (before) => {
    const { effects } = run(series([...counter(before), ...counter(80, 10_000, 0)], 0, guessed));
    expect(anomaliesOf(effects)).toEqual([]);
  });

  it('is off when its change per second is, in that unit', () => {
    const { effects } = run(series(bursting, 0, guessed, { units: { [guessed]: 'By' } }));
    expect(anomaliesOf(effects)).toMatchObject([{ state: 'open', unit: 'By/s', peak: 90_000 }]);
  });

  it('is no anomaly as long as its change per second stays the same', () => {
    expect(anomaliesOf(run(series(counter(600), 0, guessed)).effects)).toEqual([]);
  });

  it('keeps its values in minutes, with the score of what was judged', () => {
    const { effects } = run([...series(counter(120), 0, guessed), tick(at(140))]);
    const last = summariesOf(effects).at(-1)?.metrics[guessed];
    expect(last).toEqual({
      avg: 5e9 + 1_165_000,
      min: 5e9 + 1_140_000,
      max: 5e9 + 1_190_000,
      last: 5e9 + 1_190_000,
      count: 6,
      score: 0,
    });
  });

  it('is judged by its value again after a fall that is no reset, and its anomaly closes', () => {
    const { effects } = run(series([...bursting, 4e9], 0, guessed));
    expect(anomaliesOf(effects)).toMatchObject([
      { state: 'open' },
      { state: 'closed', closedBecause: 'judged in another way' },
    ]);
  });

  it('is judged in the same way after its state was stored', () => {
    const records = series([...bursting, 4e9, ...counter(30)], 0, guessed);
    const whole = run(records);
    let blocks = new Map<string, Uint8Array>();
    const effects = records.flatMap((record) => {
      const state = detectStep.open(blocks, context);
      const made = detectStep.apply(state, record, context);
      blocks = stored(blocks, detectStep.takeChanges(state));
      return [...made];
    });
    expect(effects).toEqual(whole.effects);
  });
});

describe('a counter that states when it began', () => {
  it('has no rate over a restart, even if it is higher than before', () => {
    const before = since(1, counter(40), 0);
    expect(resetsOf([...before, ...since(at(39) + 5_000, counter(40, 10_000, 6e9), 40)])).toBe(1);
    expect(resetsOf([...before, ...since(1, counter(40, 10_000, 6e9), 40)])).toBe(0);
  });

  it('was not reset if its start moves by less than the time between two readings', () => {
    const jittering = counter(40).flatMap((value, nth) => since(1_000 + nth, [value], nth));
    expect(resetsOf(jittering)).toBe(0);
  });

  it('was reset once, however many samples follow', () => {
    const after = at(39) + 5_000;
    expect(resetsOf([...since(1, counter(40), 0), ...since(after, counter(9, 10, 0), 40)])).toBe(1);
  });
});

describe('a counter that falls from 3.5 GB', () => {
  it('was reset, and did not wrap at 32 bits', () => {
    const { state, effects } = run([...series([3.4e9, 3.41e9, 0, 1e7], 0, bytes), tick(at(20))]);
    expect(state.counts.get('counter reset')).toBe(1);
    expect(summariesOf(effects)[0]?.metrics[bytes]).toMatchObject({ max: 1e6, count: 2 });
  });

  it('is a sample like any other in a sample without measurements of it', () => {
    expect(run([sample({ timestampMs: at(0), startMs: at(0) })]).effects).toEqual([]);
  });
});

describe('a metric whose samples name it a counter later, as with an entry of the settings', () => {
  const named = { kinds: { [guessed]: 'counter' } } as const;
  // It falls now and then, so that nothing but its name makes it a counter.
  const before = series(
    Array.from({ length: 60 }, (_, nth) => 5e9 + (nth % 2) * 10_000),
    0,
    guessed,
  );
  const counted = (count: number) => series(counter(count), 60, guessed, named);

  it('is a counter from then on, and has its change per second in its minutes', () => {
    const { effects } = run([...before, ...counted(12), tick(at(80))]);
    expect(summariesOf(effects).at(-1)?.metrics[guessed]).toMatchObject({ min: 1_000, max: 1_000, count: 6 });
    expect(anomaliesOf(effects)).toEqual([]);
  });

  it('remains one after its state was stored, and with samples that do not name it', () => {
    const { state } = run([...before, ...counted(3)]);
    const restored = detectStep.open(stored(new Map(), detectStep.takeChanges(state)), context);
    const { effects } = run([...series(counter(9, 10_000, 5e9 + 30_000), 63, guessed), tick(at(80))], restored);
    expect(summariesOf(effects).at(-1)?.metrics[guessed]).toMatchObject({ min: 1_000, max: 1_000, count: 6 });
  });

  it('closes its anomaly, because its values and its change per second have nothing in common', () => {
    const jump = series(Array(6).fill(9e12), 60, guessed);
    const { effects } = run([
      ...series(Array(60).fill(5e9), 0, guessed),
      ...jump,
      ...series([9e12], 66, guessed, named),
    ]);
    expect(anomaliesOf(effects)).toMatchObject([
      { state: 'open' },
      { state: 'closed', closedBecause: 'judged in another way' },
    ]);
  });
});
