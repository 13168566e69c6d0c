import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { anomalyVersion } from '../../../functions/shared/domain/anomaly.ts';
import type { Lane } from '../../../functions/shared/domain/lane.ts';
import { liveScope } from '../../../functions/shared/domain/sample.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import {
  anomaliesOf,
  context,
  type DetectState,
  run,
  sample,
  stored,
  summariesOf,
  throughLane,
  tick,
  ticksOf,
} from './records.ts';

const startMs = Date.parse('2026-11-23T15:00:00Z');
const dayMs = 86_400_000;
const at = (clock: string): number => Date.parse(`2026-11-23T${clock.length === 5 ? `${clock}:00` : clock}Z`);
const clockOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(11, 19);

const [first, second]: readonly [Lane, Lane] = [
  { index: 0, of: 2 },
  { index: 1, of: 2 },
];
const only: Lane = { index: 0, of: 1 };

/** Returns a tick. By default it is read from a backlog, a day after it was due, so that no lane is left behind. */
const tickOf = (lane: Lane, timeMs: number): LogRecord => tick(timeMs, liveScope, lane, startMs + dayMs);

const load = (lane: Lane, name: string, timeMs: number, value = 0.2): LogRecord =>
  throughLane(
    lane,
    sample({
      entity: { cluster: 'c', kind: 'host', name },
      timestampMs: timeMs,
      measurements: { 'system.cpu.total.norm.pct': value },
    }),
  );

const line = (lane: Lane, timeMs: number): LogRecord =>
  throughLane(
    lane,
    sample({
      timestampMs: timeMs,
      dataset: 'app.log',
      dimensions: { level: 'error' },
      measurements: { 'log.records': 1 },
    }),
  );

/** Returns a text such as `15:00 of a: 6` for each summary. */
const minutesOf = (effects: Parameters<typeof summariesOf>[0]): string[] =>
  summariesOf(effects).map(({ entity, minuteMs, metrics }) => {
    const [count] = Object.values(metrics).map((metric) => metric.count);
    return `${clockOf(minuteMs)} of ${entity.name}: ${count}`;
  });

const episodesOf = (state: DetectState): string[] =>
  state.table.visitedByEveryTick().map(({ identity }) => identity.entity.name);

/** Returns a tick every 10 s, from after one time up to another. */
const ticksTo = (lane: Lane, from: string, to: string) =>
  Array.from({ length: (at(to) - at(from)) / 10_000 }, (_, nth) => tickOf(lane, at(from) + (nth + 1) * 10_000));

describe('a lane', () => {
  it('loses no sample when it is slow, because its minutes close by its own ticks', () => {
    const { effects, state } = run([
      tickOf(first, at('15:00')),
      tickOf(second, at('15:00')),
      load(first, 'a', at('15:00:10')),
      ...ticksTo(first, '15:00', '15:04:30'),
      ...['15:00:10', '15:00:20', '15:01:10'].map((clock) => load(second, 'b', at(clock))),
      ...ticksTo(second, '15:00', '15:02:40'),
    ]);
    expect(minutesOf(effects)).toEqual(['15:00:00 of a: 1', '15:00:00 of b: 2', '15:01:00 of b: 1']);
    expect(Object.fromEntries(state.counts)).toEqual({});
  });

  it('moves the time of signals on only as far as the slowest lane', () => {
    const { effects } = run([
      tickOf(first, at('15:00')),
      tickOf(first, at('15:00:02')),
      tickOf(second, at('15:00')),
      tickOf(second, at('15:00:02')),
      tickOf(second, at('15:00:04')),
    ]);
    expect(ticksOf(effects).map(({ timeMs }) => clockOf(timeMs))).toEqual(['15:00:00', '15:00:02']);
  });

  it('adds its newest tick to each of its anomalies', () => {
    const quiet = Array.from({ length: 60 }, (_, nth) =>
      load(first, 'a', startMs + nth * 10_000, 0.2 + (nth % 3) / 100),
    );
    const off = [60, 61, 62].map((nth) => load(first, 'a', startMs + nth * 10_000, 0.95));
    const { effects } = run([
      tickOf(second, at('15:14')),
      ...quiet,
      tickOf(first, at('15:09:58')),
      ...off.slice(0, 2),
      tickOf(first, at('15:10:18')),
      ...off.slice(2),
    ]);
    const [anomaly] = effects.filter(({ headers }) => headers[header.schema] === anomalyVersion);
    expect(anomaly?.headers).toMatchObject({
      [header.detectPartition]: '0',
      [header.tick]: String(at('15:10:18')),
    });
  });

  it('is left behind and counted when it has no more ticks', () => {
    const live = (lane: Lane, timeMs: number) => tick(timeMs, liveScope, lane);
    const { effects, state } = run([
      live(first, at('15:00')),
      live(second, at('15:00')),
      ...Array.from({ length: 20 }, (_, nth) => live(first, at('15:00:02') + nth * 2_000)),
    ]);
    expect(clockOf(ticksOf(effects).at(-1)!.timeMs)).toBe('15:00:40');
    expect(state.counts.get('lane left behind')).toBeGreaterThan(0);
  });

  it('must be named by the header of a tick, or the tick is refused', () => {
    const { [header.lane]: _lane, ...headers } = tickOf(first, startMs).headers;
    expect(() => run([{ ...tickOf(first, startMs), headers }])).toThrow('header offbeat-lane: expected LANE/LANES');
  });
});

describe('a host whose documents come through two lanes', () => {
  const both = [tickOf(first, at('15:00')), tickOf(second, at('15:00'))];
  const seenInBoth = [...both, load(first, 'a', at('15:00:10')), load(second, 'a', at('15:00:20'))];

  it('has its minutes closed by the slower one', () => {
    const { state, effects } = run([...seenInBoth, ...ticksTo(first, '15:00', '15:03')]);
    expect(minutesOf(effects)).toEqual([]);
    expect(minutesOf(run(ticksTo(second, '15:00', '15:01:30'), state).effects)).toEqual(['15:00:00 of a: 2']);
  });

  it('follows one lane alone when no sample came through the other for an hour', () => {
    const steps = Array.from({ length: 62 }, (_, nth) => at('15:01') + nth * 60_000);
    const inFirst = steps.flatMap((timeMs) => [tickOf(first, timeMs), load(first, 'a', timeMs + 1_000)]);
    const { state, effects } = run([...seenInBoth, ...inFirst]);
    const { lanes } = state.table.all()[0]!;
    expect(lanes).toBe(0);
    expect(minutesOf(effects).length).toBeGreaterThan(0);
  });

  it('has one summary for each minute, whichever lane falls behind', () => {
    const { effects } = run([
      tickOf(first, at('15:00')),
      load(first, 'a', at('15:00:10')),
      ...ticksTo(first, '15:00', '15:01:30'),
      tickOf(second, at('15:00:30')),
      load(second, 'a', at('15:00:40')),
      ...ticksTo(second, '15:00:30', '15:02'),
      tickOf(first, at('15:02')),
    ]);
    expect(minutesOf(effects)).toEqual(['15:00:00 of a: 1']);
  });

  it('has the same summaries after its state was stored and opened', () => {
    const before = run(seenInBoth).state;
    const opened = detectStep.open(stored(new Map(), before.takeChanges()), context);
    const rest = [tickOf(first, at('15:03')), tickOf(second, at('15:01:30'))];
    expect(run(rest, opened).effects).toEqual(run(rest, run(seenInBoth).state).effects);
  });
});

describe('after a pause of more than 30 s', () => {
  const live = (timeMs: number) => tick(timeMs, liveScope, only);
  const paused = [live(at('15:00:02')), line(only, at('15:00:10')), live(at('15:00:30')), live(at('15:10'))];

  it('samples that shippers kept are counted in their minutes if they come within 2 min', () => {
    const kept = ['15:00:40', '15:00:50', '15:01:20', '15:02:10'].map((clock) => line(only, at(clock)));
    const { effects, state } = run([...paused, ...kept, live(at('15:11:58')), live(at('15:12'))]);
    expect(minutesOf(effects)).toEqual(['15:00:00 of a: 3', '15:01:00 of a: 1', '15:02:00 of a: 1']);
    expect(Object.fromEntries(state.counts)).toEqual({});
  });

  it('samples that come later are counted as late', () => {
    const { effects, state } = run([...paused, live(at('15:12')), line(only, at('15:00:40'))]);
    expect(minutesOf(effects)).toEqual(['15:00:00 of a: 1']);
    expect(state.counts.get('after summary')).toBe(1);
  });
});

describe('a tick that closes no minute', () => {
  const quiet = Array.from({ length: 60 }, (_, nth) => startMs + nth * 10_000);
  const records = quiet.flatMap((timeMs, nth) => [
    ...(nth % 6 === 0 ? [tickOf(only, timeMs)] : []),
    ...['a', 'b', 'c'].map((name) => load(only, name, timeMs, 0.2 + (nth % 3) / 100)),
  ]);

  it('visits only groups with an open episode, or in several lanes', () => {
    const { state } = run(records);
    expect(episodesOf(state)).toEqual([]);
    const off = [60, 61, 62].map((nth) => load(only, 'b', startMs + nth * 10_000, 0.95));
    expect(anomaliesOf(run(off, state).effects)).toHaveLength(1);
    expect(episodesOf(state)).toEqual(['b']);
    run([load({ index: 1, of: 2 }, 'c', startMs + 600_000)], state);
    expect(episodesOf(state)).toEqual(['b', 'c']);
    const opened = detectStep.open(stored(new Map(), state.takeChanges()), context);
    expect(episodesOf(opened)).toEqual(['b', 'c']);
  });

  it('still repeats an anomaly that has been open for ten minutes', () => {
    const { state } = run(records);
    const off = Array.from({ length: 3 }, (_, nth) => load(only, 'b', startMs + (60 + nth) * 10_000, 0.95));
    run(off, state);
    const effects = run([tickOf(only, at('15:20:02')), tickOf(only, at('15:20:32'))], state).effects;
    expect(anomaliesOf(effects)).toMatchObject([{ state: 'open', revision: 2 }]);
  });
});
