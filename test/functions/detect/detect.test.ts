import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import type { Sample } from '../../../functions/shared/domain/sample.ts';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import {
  anomaliesOf,
  context,
  end,
  endsOf,
  recordOf,
  run,
  sample,
  stored,
  summariesOf,
  tick,
  ticksOf,
} from './records.ts';

const cpu = 'system.cpu.total.norm.pct';
const start = 1_700_000_040_000; // a whole minute
const at = (nth: number): number => start + nth * 10_000;

/** One value of one series every ten seconds, from the `from`-th on. */
const series = (values: readonly number[], from = 0, metric = cpu, parts: Partial<Sample> = {}): LogRecord[] =>
  values.map((value, nth) => sample({ timestampMs: at(from + nth), measurements: { [metric]: value }, ...parts }));

const calm = (count: number, from = 0): LogRecord[] => series(Array(count).fill(0.1), from);

describe('an episode', () => {
  it('opens with the third of five samples that are off, as of the first of them', () => {
    const { effects } = run([...calm(30), ...series([0.9, 0.1, 0.9, 0.9], 30)]);
    expect(anomaliesOf(effects)).toMatchObject([
      { revision: 1, state: 'open', startsAtMs: at(30), updatedAtMs: at(33), direction: 'up', peak: 0.9, unit: '1' },
    ]);
    expect(anomaliesOf(effects)[0]?.reason).toMatch(/^cpu total norm pct on a at 90 %, expected 0 to \d+ %$/);
  });

  it('does not open for one spike, nor for two', () => {
    expect(anomaliesOf(run([...calm(30), ...series([0.9, 0.9, 0.1, 0.1], 30)]).effects)).toEqual([]);
  });

  it('does not open for what lies below the floor, though a series never moved before', () => {
    expect(anomaliesOf(run([...calm(30), ...series(Array(10).fill(0.2), 30)]).effects)).toEqual([]);
  });

  it('does not open while the series is new', () => {
    expect(anomaliesOf(run([...calm(10), ...series(Array(5).fill(0.9), 10)]).effects)).toEqual([]);
  });

  it('does not open for the direction nobody minds', () => {
    const busy = series(Array(30).fill(0.9));
    expect(anomaliesOf(run([...busy, ...series(Array(10).fill(0), 30)]).effects)).toEqual([]);
  });

  it('is told again when it is twice as bad, and closes as of its last sample that was off', () => {
    const { effects } = run([...calm(30), ...series([0.4, 0.4, 0.4, 0.95, 0.95, 0.5], 30), ...calm(5, 36)]);
    const [opened, worse, closed, ...more] = anomaliesOf(effects);
    expect(more).toEqual([]);
    expect(new Set([opened?.id, worse?.id, closed?.id]).size).toBe(1);
    expect(worse).toMatchObject({ revision: 2, state: 'open', peak: 0.95 });
    expect(closed).toMatchObject({ revision: 3, state: 'closed', endsAtMs: at(35), closedBecause: 'back to normal' });
  });

  it('does not become the baseline within half an hour', () => {
    const { effects } = run([...calm(60), ...series(Array(180).fill(0.9), 60)]);
    expect(anomaliesOf(effects).at(-1)?.state).toBe('open');
    expect(anomaliesOf(effects).at(-1)?.expected).toBeLessThan(0.2);
  });

  it('ends when its level has lasted for six hours, which then is the new normal', () => {
    const sixHours = 6 * 360 + 1;
    const { state, effects } = run([...calm(30), ...series(Array(sixHours).fill(0.9), 30)]);
    expect(anomaliesOf(effects).at(-1)).toMatchObject({ state: 'closed', closedBecause: 'new level accepted' });
    const after = run(series(Array(60).fill(0.9), 30 + sixHours), state);
    expect(anomaliesOf(after.effects)).toEqual([]);
  });

  it('is repeated every ten minutes of stage time', () => {
    const { effects } = run([
      ...calm(30),
      ...series([0.9, 0.9, 0.9], 30),
      ...Array.from({ length: 130 }, (_, nth) => tick(at(33 + nth))),
    ]);
    const told = anomaliesOf(effects);
    expect(told.map(({ revision }) => revision)).toEqual([1, 2, 3]);
    expect(told[1]!.updatedAtMs - told[0]!.updatedAtMs).toBe(600_000);
  });

  it('ends after an hour without samples, but not for a pause of our own', () => {
    const off = [...calm(30), ...series([0.9, 0.9, 0.9], 30)];
    const paused = run([...off, tick(at(33)), tick(at(33 + 2 * 360))]);
    expect(anomaliesOf(paused.effects).at(-1)?.state).toBe('open');
    const { effects } = run([...off, ...Array.from({ length: 365 }, (_, nth) => tick(at(33 + nth)))]);
    expect(anomaliesOf(effects).at(-1)).toMatchObject({
      state: 'closed',
      closedBecause: 'no more samples',
      endsAtMs: at(32),
    });
  });

  it('is critical where the catalogue says so', () => {
    const connected = 'moosefs.chunkserver.connected';
    const { effects } = run(series([...Array(30).fill(1), 0, 0, 0], 0, connected));
    expect(anomaliesOf(effects)).toMatchObject([{ severity: 'critical', direction: 'down', peak: 0 }]);
  });

  it('closes when the settings come to ignore its series', () => {
    const { state } = run([...calm(30), ...series([0.9, 0.9, 0.9], 30)]);
    const blocks = stored(new Map(), detectStep.takeChanges(state));
    const settings = settingsSchema.parse({ catalogue: [{ match: { metric: 'system.cpu.*' }, ignore: true }] });
    const where = { ...context, settings };
    const { effects } = run([tick(at(33))], detectStep.open(blocks, where), where);
    expect(anomaliesOf(effects)).toMatchObject([{ state: 'closed', closedBecause: 'ignored by settings' }]);
  });

  it('opens sooner for a sensitivity above 1', () => {
    const noisy = Array.from({ length: 60 }, (_, nth) => (nth % 2 === 0 ? 0.05 : 0.25));
    const records = series([...noisy, 0.6, 0.6, 0.6]);
    const where = { ...context, settings: settingsSchema.parse({ catalogue: [{ match: {}, sensitivity: 2 }] }) };
    expect(anomaliesOf(run(records).effects)).toEqual([]);
    expect(anomaliesOf(run(records, detectStep.open(new Map(), where), where).effects)).toHaveLength(1);
  });
});

describe('order within a series', () => {
  it('learns a sample once, and none that is older than the newest', () => {
    const records = [...calm(10), ...calm(10).slice(8), ...calm(3)];
    const { state } = run(records);
    expect(Object.fromEntries(state.counts)).toEqual({ duplicate: 1, late: 4 });
  });

  it('drops a counter that was reset for one sample', () => {
    const bytes = 'system.network.in.bytes';
    const { state, effects } = run([...series([1_000, 2_000, 10, 1_010, 2_010], 0, bytes), tick(at(0) + 90_000)]);
    expect(Object.fromEntries(state.counts)).toEqual({ 'counter reset': 1 });
    expect(summariesOf(effects)[0]?.metrics[bytes]).toMatchObject({ count: 3, min: 100, max: 100, avg: 100 });
  });

  it('does not judge a rate over a gap', () => {
    const bytes = 'system.network.in.bytes';
    const { state } = run([...series([0, 1, 2], 0, bytes), ...series([99], 60, bytes)]);
    expect(Object.fromEntries(state.counts)).toEqual({ gap: 1 });
  });

  it('ignores a number whose square no double holds', () => {
    const { state } = run(series([1e101]));
    expect(Object.fromEntries(state.counts)).toEqual({ 'out of reach': 1 });
  });
});

describe('a minute', () => {
  it('closes at the first tick half a minute after its end, once', () => {
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

  it('tells what was expected once the series is known', () => {
    const { effects } = run([...calm(60), tick(at(75))]);
    expect(summariesOf(effects)).toHaveLength(10);
    expect(summariesOf(effects).at(-1)?.metrics[cpu]).toMatchObject({ expected: 0.1, score: 0 });
  });

  it('learns a sample that comes after its summary, and counts it', () => {
    const { state, effects } = run([tick(start + 90_000), ...series([1])]);
    expect(Object.fromEntries(state.counts)).toEqual({ 'after summary': 1 });
    expect(summariesOf(run([tick(start + 999_000)], state).effects)).toEqual([]);
    expect(effects).toHaveLength(1);
  });

  it('closes without a tick when its place is needed two minutes later', () => {
    const { effects } = run([...series([1]), ...series([2], 12)]);
    expect(summariesOf(effects)).toMatchObject([{ minuteMs: start }]);
  });
});

describe('logs', () => {
  const log = (timestampMs: number): LogRecord =>
    sample({
      timestampMs,
      dataset: 'nginx.access',
      measurements: { 'app.events': 1 },
      kinds: { 'app.events': 'delta' },
    });

  it('are summed by their minute, whatever their order', () => {
    const { effects } = run([log(start + 9), log(start + 5), log(start + 5), tick(start + 90_000)]);
    expect(summariesOf(effects)[0]?.metrics['app.events']).toEqual({ avg: 3, min: 3, max: 3, last: 3, count: 3 });
  });

  it('that stop are off, because a minute without any is a sum of zero', () => {
    const minutes = Array.from({ length: 30 }, (_, nth) => start + nth * 60_000);
    const steady = minutes.flatMap((minute) => [tick(minute), log(minute), log(minute + 1)]);
    const quiet = Array.from({ length: 5 }, (_, nth) => tick(start + (30 + nth) * 60_000));
    const { effects } = run([...steady, ...quiet]);
    expect(anomaliesOf(effects)).toMatchObject([{ direction: 'down', peak: 0, startsAtMs: start + 30 * 60_000 }]);
  });

  it('that burst are judged when their minutes close', () => {
    const minutes = Array.from({ length: 30 }, (_, nth) => start + nth * 60_000);
    const steady = minutes.flatMap((minute) => [tick(minute), log(minute), log(minute + 1)]);
    const burstAt = start + 30 * 60_000;
    const burst = [0, 1].flatMap((nth) => Array.from({ length: 500 }, () => log(burstAt + nth * 60_000)));
    const after = [2, 3, 4, 5].map((nth) => burstAt + nth * 60_000);
    const calmer = after.flatMap((minute) => [tick(minute), log(minute), log(minute + 1)]);
    const { effects } = run([...steady, ...burst, ...calmer, tick(burstAt + 7 * 60_000), tick(burstAt + 8 * 60_000)]);
    expect(anomaliesOf(effects)).toMatchObject([
      { state: 'open', startsAtMs: burstAt, peak: 500 },
      { state: 'closed', closedBecause: 'back to normal' },
    ]);
  });
});

describe('time', () => {
  it('passes a tick on to every partition of signals, and names the one it comes from', () => {
    const layout = { partitions: { ...context.layout.partitions, [topics.signals]: 3, [topics.samples]: 4 } };
    const where = { ...context, layout, partition: 2 };
    const { effects } = run([tick(start)], detectStep.open(new Map(), where), where);
    expect(effects.map(({ partition }) => partition)).toEqual([0, 1, 2]);
    expect(ticksOf(effects)[0]).toEqual({ scope: 'live', timeMs: start, detectPartition: 2, detectPartitions: 4 });
  });

  it('drops a tick that is not newer in its scope', () => {
    const { state, effects } = run([tick(start), tick(start), tick(start - 1), tick(start - 1, 'replayed')]);
    expect(ticksOf(effects)).toHaveLength(2);
    expect(Object.fromEntries(state.counts)).toEqual({ 'tick not newer': 2 });
  });

  it('keeps the minutes of a replay and of live apart', () => {
    const { effects } = run([...calm(1), ...series([1], 0, cpu, { scope: 'old' }), tick(start + 90_000, 'old')]);
    expect(summariesOf(effects)).toHaveLength(1);
  });

  it('closes and forgets a replay at its end, and nothing else', () => {
    const off = series([0.9, 0.9, 0.9], 30, cpu, { scope: 'old' });
    const before = Array(30).fill(0.1);
    const { state, effects } = run([
      ...series(before, 0, cpu, { scope: 'old' }),
      ...off,
      ...calm(1),
      end(at(40), 'old'),
    ]);
    expect(anomaliesOf(effects).at(-1)).toMatchObject({ closedBecause: 'replay ended', scope: 'old' });
    expect(endsOf(effects)).toEqual([{ scope: 'old', timeMs: at(40), detectPartition: 0, detectPartitions: 1 }]);
    expect(state.table.all().map(({ identity }) => identity.scope)).toEqual(['live']);
  });

  it('forgets a series that was not seen for seven days, and closes its anomaly', () => {
    const week = 7 * 86_400_000;
    const { state, effects } = run([
      ...calm(30),
      ...series([0.9, 0.9, 0.9], 30),
      tick(at(33)),
      tick(at(33) + week + 3_600_000),
    ]);
    expect(anomaliesOf(effects).at(-1)).toMatchObject({ closedBecause: 'series forgotten' });
    expect(state.table.seriesCount).toBe(0);
    expect(detectStep.takeChanges(state).get('series/000001')).toBeNull();
  });
});

describe('names that JavaScript gives a meaning', () => {
  it('are metrics like any other, or left out', () => {
    const names = '{"constructor":1,"toString":2,"__proto__":3}';
    const record = sample({ timestampMs: start, kinds: {}, units: {} });
    const value = Buffer.from(record.value!.toString().replace('"measurements":{}', `"measurements":${names}`));
    const { state, effects } = run([{ ...record, value }, tick(start + 90_000)]);
    expect(Object.keys(summariesOf(effects)[0]?.metrics ?? {})).toEqual(['constructor', 'toString']);
    expect(detectStep.takeChanges(state).size).toBe(2);
  });
});

describe('a record that cannot be read', () => {
  it.each([
    ['no schema', { ...tick(start), headers: {} }, 'unknown schema'],
    ['a newer schema', recordOf('sample/2', {}), 'unknown schema'],
    ['a tombstone', { ...tick(start), value: null }, 'not JSON'],
    ['broken JSON', { ...tick(start), value: Buffer.from('{') }, 'not JSON'],
    ['a tick without time', recordOf('tick/1', { scope: 'live' }), 'not a tick'],
    ['a sample without entity', recordOf('sample/1', {}), 'not a sample'],
    ['an end of live', end(start, 'live'), 'end of live'],
  ])('is refused with a reason: %s', (_, record, reason) => {
    const state = detectStep.open(new Map(), context);
    expect(() => detectStep.apply(state, record, context)).toThrow(expect.objectContaining({ reason }));
    expect(detectStep.takeChanges(state).size).toBe(1);
  });
});
