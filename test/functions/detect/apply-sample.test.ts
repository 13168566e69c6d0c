import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaliesOf, at, calm, cpu, run, sample, series, start, summariesOf, tick } from './records.ts';

describe('the samples of a series', () => {
  it('are learned once, and not if they are older than the newest one', () => {
    const records = [...calm(10), ...calm(10).slice(8), ...calm(3)];
    const { state } = run(records);
    expect(Object.fromEntries(state.counts)).toEqual({ duplicate: 1, late: 4 });
  });

  it('give no rate where a counter was reset, and one again after it', () => {
    const bytes = 'system.network.in.bytes';
    const { state, effects } = run([...series([1_000, 2_000, 10, 1_010, 2_010], 0, bytes), tick(at(0) + 90_000)]);
    expect(Object.fromEntries(state.counts)).toEqual({ 'counter reset': 1 });
    expect(summariesOf(effects)[0]?.metrics[bytes]).toMatchObject({ count: 3, min: 100, max: 100, avg: 100 });
  });

  it('give no rate over a gap', () => {
    const bytes = 'system.network.in.bytes';
    const { state } = run([...series([0, 1, 2], 0, bytes), ...series([99], 60, bytes)]);
    expect(Object.fromEntries(state.counts)).toEqual({ gap: 1 });
  });

  it('are not learned beyond 1e100, because their squares would be infinite', () => {
    const { state } = run(series([1e101]));
    expect(Object.fromEntries(state.counts)).toEqual({ 'out of reach': 1 });
  });
});

describe('a minute of a group', () => {
  it('is summarized once, at the first tick half a minute after its end', () => {
    const { effects } = run([
      ...series([1, 2, 3, 4, 5, 6]),
      tick(start + 89_999),
      tick(start + 90_000),
      tick(start + 99_000),
    ]);
    expect(summariesOf(effects)).toEqual([
      {
        entity: { cluster: 'c', kind: 'host', name: 'a' },
        minuteMs: start,
        dataset: 'system.cpu',
        dimensions: {},
        metrics: { [cpu]: { avg: 3.5, min: 1, max: 6, last: 6, count: 6 } },
      },
    ]);
  });

  it('contains what was expected once the detector has warmed up', () => {
    const { effects } = run([...calm(60), tick(at(75))]);
    expect(summariesOf(effects)).toHaveLength(10);
    expect(summariesOf(effects).at(-1)?.metrics[cpu]).toMatchObject({ expected: 0.1, score: 0 });
  });

  it('does not contain a sample that comes after its summary, which is counted', () => {
    const { state, effects } = run([tick(start + 90_000), ...series([1])]);
    expect(Object.fromEntries(state.counts)).toEqual({ 'after summary': 1 });
    expect(summariesOf(run([tick(start + 999_000)], state).effects)).toEqual([]);
    expect(effects).toHaveLength(1);
  });

  it('is closed by a sample two minutes later if no tick came', () => {
    const { effects } = run([...series([1]), ...series([2], 12)]);
    expect(summariesOf(effects)).toMatchObject([{ minuteMs: start }]);
  });
});

describe('the log records of a series', () => {
  const log = (timestampMs: number): LogRecord =>
    sample({
      timestampMs,
      dataset: 'nginx.access',
      measurements: { 'app.events': 1 },
      kinds: { 'app.events': 'delta' },
    });

  it('are summed by minute, in any order', () => {
    const { effects } = run([log(start + 9), log(start + 5), log(start + 5), tick(start + 90_000)]);
    expect(summariesOf(effects)[0]?.metrics['app.events']).toEqual({ avg: 3, min: 3, max: 3, last: 3, count: 3 });
  });

  it('are off when they stop, because a minute without records has the sum 0', () => {
    const minutes = Array.from({ length: 60 }, (_, nth) => start + nth * 60_000);
    const steady = minutes.flatMap((minute) => [tick(minute), log(minute), log(minute + 1)]);
    const quiet = Array.from({ length: 5 }, (_, nth) => tick(start + (60 + nth) * 60_000));
    const { effects } = run([...steady, ...quiet]);
    expect(anomaliesOf(effects)).toMatchObject([{ direction: 'down', peak: 0, startsAtMs: start + 60 * 60_000 }]);
  });

  it('are judged when their minutes close', () => {
    const minutes = Array.from({ length: 60 }, (_, nth) => start + nth * 60_000);
    const steady = minutes.flatMap((minute) => [tick(minute), log(minute), log(minute + 1)]);
    const burstAt = start + 60 * 60_000;
    const burst = [0, 1].flatMap((nth) => Array.from({ length: 500 }, () => log(burstAt + nth * 60_000)));
    const after = [2, 3, 4, 5, 6].map((nth) => burstAt + nth * 60_000);
    const calmer = after.flatMap((minute) => [tick(minute), log(minute), log(minute + 1)]);
    const end = [7, 8, 9].map((nth) => tick(burstAt + nth * 60_000));
    const { effects } = run([...steady, ...burst, ...calmer, ...end]);
    expect(anomaliesOf(effects)).toMatchObject([
      { state: 'open', startsAtMs: burstAt, peak: 500 },
      { state: 'closed', closedBecause: 'back to normal' },
    ]);
  });
});

describe('a metric with a name of JavaScript', () => {
  it('is learned like any other, except __proto__, which is left out', () => {
    const names = '{"constructor":1,"toString":2,"__proto__":3}';
    const record = sample({ timestampMs: start, kinds: {}, units: {} });
    const value = Buffer.from(record.value!.toString().replace('"measurements":{}', `"measurements":${names}`));
    const { state, effects } = run([{ ...record, value }, tick(start + 90_000)]);
    expect(Object.keys(summariesOf(effects)[0]?.metrics ?? {})).toEqual(['constructor', 'toString']);
    expect(detectStep.takeChanges(state).size).toBe(2);
  });
});
