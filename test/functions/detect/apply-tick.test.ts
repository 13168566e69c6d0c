import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { liveScope } from '../../../functions/shared/domain/sample.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { startMs } from './flood.ts';
import {
  anomaliesOf,
  at,
  calm,
  context,
  cpu,
  end,
  endsOf,
  run,
  sample,
  series,
  start,
  summariesOf,
  tick,
  ticksOf,
} from './records.ts';

describe('a tick', () => {
  it('is passed on to every partition of signals, with the detect partition that it comes from', () => {
    const layout = { partitions: { ...context.layout.partitions, [topics.signals]: 3, [topics.samples]: 4 } };
    const where = { ...context, layout, partition: 2 };
    const { effects } = run([tick(start)], detectStep.open(new Map(), where), where);
    expect(effects.map(({ partition }) => partition)).toEqual([0, 1, 2]);
    expect(ticksOf(effects)[0]).toEqual({ scope: 'live', timeMs: start, detectPartition: 2, detectPartitions: 4 });
  });

  it('is dropped and counted if it is not newer than the last of its scope', () => {
    const { state, effects } = run([tick(start), tick(start), tick(start - 1), tick(start - 1, 'replayed')]);
    expect(ticksOf(effects)).toHaveLength(2);
    expect(Object.fromEntries(state.counts)).toEqual({ 'tick not newer': 2 });
  });

  it('of a replay does not close minutes of live data', () => {
    const { effects } = run([...calm(1), ...series([1], 0, cpu, { scope: 'old' }), tick(start + 90_000, 'old')]);
    expect(summariesOf(effects)).toHaveLength(1);
  });

  it('that ends a replay closes its anomalies and forgets its series, and no others', () => {
    const off = series([0.9, 0.9, 0.9], 60, cpu, { scope: 'old' });
    const before = Array(60).fill(0.1);
    const { state, effects } = run([
      ...series(before, 0, cpu, { scope: 'old' }),
      ...off,
      ...calm(1),
      end(at(70), 'old'),
    ]);
    expect(anomaliesOf(effects).at(-1)).toMatchObject({ closedBecause: 'replay ended', scope: 'old' });
    expect(endsOf(effects)).toEqual([{ scope: 'old', timeMs: at(70), detectPartition: 0, detectPartitions: 1 }]);
    expect(state.table.all().map(({ identity }) => identity.scope)).toEqual(['live']);
  });

  it('forgets a series without samples for seven days, and closes its anomaly', () => {
    const week = 7 * 86_400_000;
    const { state, effects } = run([
      ...calm(60),
      ...series([0.9, 0.9, 0.9], 60),
      tick(at(63)),
      tick(at(63) + week + 3_600_000),
    ]);
    expect(anomaliesOf(effects).at(-1)).toMatchObject({ closedBecause: 'series forgotten' });
    expect(state.table.seriesCount).toBe(0);
    expect(detectStep.takeChanges(state).get('series/000001')).toBeNull();
  });
});

describe('a series that is forgotten below the limits', () => {
  const day = 24 * 3_600_000;
  const of = (name: string, ...days: number[]) =>
    days.map((nth) =>
      sample({
        entity: { cluster: 'c', kind: 'host', name },
        timestampMs: startMs + nth * day,
        measurements: { a: 1 },
      }),
    );
  const knownAfter = (days: number, records: ReturnType<typeof of>) => {
    const ticks = [tick(startMs), tick(startMs + days * day - 3_600_000), tick(startMs + days * day)];
    const all = [...records, ...ticks].sort((a, b) => a.timestampMs - b.timestampMs);
    return run(all)
      .state.table.all()
      .map(({ identity }) => identity.entity.name);
  };

  it('is forgotten three days and two hours after its only sample, or seven days after its newest of several', () => {
    const records = [...of('once', 0), ...of('daily', 0, 1)];
    expect(knownAfter(3, records)).toEqual(['once', 'daily']);
    expect(knownAfter(3.2, records)).toEqual(['daily']);
    expect(knownAfter(7.9, records)).toEqual(['daily']);
    expect(knownAfter(8.1, records)).toEqual([]);
  });

  it('is not that of a job that runs every working day, not even over a weekend', () => {
    expect(knownAfter(3.05, of('job', 0, 3))).toEqual(['job']);
  });

  it('may be that of a replay without an end, which is ended eight days after its newest tick', () => {
    const replayed = [
      sample({ scope: 'old', timestampMs: startMs - 100 * day, measurements: { a: 1 } }, startMs),
      tick(startMs - 100 * day, 'old', { index: 0, of: 1 }, startMs),
    ];
    const { state } = run([tick(startMs), ...replayed, tick(startMs + 7.9 * day)]);
    expect([state.clocks.has('old'), state.table.seriesCount]).toEqual([true, 1]);
    const { effects } = run([tick(startMs + 8.1 * day)], state);
    expect([state.clocks.has('old'), state.table.seriesCount]).toEqual([false, 0]);
    expect(effects.some(({ headers }) => headers['offbeat-schema'] === 'end/1')).toBe(true);
    expect(state.clocks.has(liveScope)).toBe(true);
  });
});
