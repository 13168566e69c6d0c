import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { DetectState } from '../../../functions/detect/state.ts';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { flood, limited, reachedLimitsOf, ship, startMs, watched } from './flood.ts';
import { anomaliesOf, context, run, sample, stored, summariesOf, tick } from './records.ts';

const hourS = 3_600;

describe('the series that are forgotten for a new one', () => {
  const host = (name: string) => ({ cluster: 'c', kind: 'host' as const, name });
  const of = (name: string, second: number, measurements: Record<string, number> = { a: 1 }) =>
    sample({ entity: host(name), timestampMs: startMs + second * 1_000, measurements });
  const names = (state: DetectState) => state.table.all().map(({ identity }) => identity.entity.name);

  it('are the quarter that was seen longest ago, by append time and then by key', () => {
    const state = limited(100, 8);
    const late = sample(
      { entity: host('late clock'), timestampMs: startMs - 60_000, measurements: { a: 1 } },
      startMs + 9_000,
    );
    run(
      [...['c', 'b', 'a'].map((name) => of(name, 0)), ...['d', 'e', 'f', 'g'].map((name) => of(name, 1)), late],
      state,
    );
    run([of('b', 9), of('new', 10)], state);
    expect(names(state)).toEqual(['b', 'd', 'e', 'f', 'g', 'late clock', 'new']);
  });

  it('are found by the right time again once a broker clock that was ahead is set right', () => {
    const state = limited(100, 4);
    const ahead = (name: string, aheadMs: number) =>
      sample({ entity: host(name), timestampMs: startMs, measurements: { a: 1 } }, startMs + aheadMs);
    run([ahead('was ahead', 10 ** 13), ahead('b', 10 ** 9), of('c', 1), of('d', 1)], state);
    detectStep.takeChanges(state);
    run([of('was ahead', 0), ...['b', 'c', 'd'].map((name) => of(name, 5)), of('new', 10)], state);
    expect(names(state)).toEqual(['b', 'c', 'd', 'new']);
  });

  it('emit the summary of their open minute before', () => {
    const state = limited(100, 1);
    const { effects } = run([of('a', 0), of('b', 1)], state);
    expect(summariesOf(effects).map(({ entity, metrics }) => [entity.name, metrics.a?.count])).toEqual([['a', 1]]);
  });

  it('leave the minute of the new sample open, even if their group has no other series', () => {
    const state = limited(100, 1);
    const minute = (nth: number) => startMs + nth * 60_000;
    const at = (timestampMs: number, measurements: Record<string, number>, appendedMs = timestampMs) =>
      sample({ entity: host('a'), timestampMs, measurements }, appendedMs);
    const { effects } = run(
      [
        tick(minute(0)),
        at(minute(0) + 1_000, { x: 1 }),
        at(minute(1) + 1_000, { x: 2 }),
        at(minute(1) + 2_000, { y: 5 }),
        tick(minute(3)),
        at(minute(3) + 1_000, { y: 100 }),
        tick(minute(5)),
        tick(minute(7)),
      ],
      state,
    );
    const summaries = summariesOf(effects).map(({ minuteMs, metrics }) => [
      (minuteMs - startMs) / 60_000,
      Object.entries(metrics).map(([name, { count, max }]) => [name, count, max]),
    ]);
    expect(summaries).toEqual([
      [0, [['x', 1, 1]]],
      [1, [['x', 1, 2]]],
      [1, [['y', 1, 5]]],
      [3, [['y', 1, 100]]],
    ]);
  });

  it('have their anomalies closed with the reason series forgotten', () => {
    const state = limited(100, 1);
    const calmThenOff = Array.from({ length: 60 }, (_, nth) =>
      of('a', nth * 10, { a: nth < 50 ? 1 + (nth % 3) / 100 : 9 }),
    );
    const { effects } = run([...calmThenOff, ...Array.from({ length: 1 }, () => of('b', 600))], state);
    const [last] = anomaliesOf(effects).slice(-1);
    expect(last).toMatchObject({ state: 'closed', closedBecause: 'series forgotten' });
  });

  it('are never series of the same sample: those beyond the limit are refused', () => {
    const state = limited(100, 3);
    const { effects } = run([of('wide', 0, { a: 1, b: 1, c: 1, d: 1 })], state);
    expect(state.table.seriesCount).toBe(3);
    const letters = effects.filter(({ topic }) => topic === topics.deadLetters);
    expect(letters.map(({ headers }) => headers[letterHeader.reason])).toEqual(['too many series']);
  });

  it('are those that a group no longer sends before those that it sends', () => {
    const state = limited(4, 100);
    run(
      [of('a', 0, { x: 1, old: 1 }), of('a', 10, { x: 1, y: 1, z: 1 }), of('a', 20, { x: 1, y: 1, z: 1, new: 1 })],
      state,
    );
    expect(state.table.all()[0]?.metrics.map(({ name }) => name)).toEqual(['x', 'y', 'z', 'new']);
  });

  it('are shown series where the half for shown series is full, which is counted and not noted as a limit', () => {
    const state = limited(100, 8);
    const shown = (pid: number) =>
      sample({
        timestampMs: startMs + pid * 1_000,
        dimensions: { pid: `${pid}` },
        measurements: { 'system.process.fd.open': 1 },
      });
    run([of('judged', 0), ...Array.from({ length: 20 }, (_, pid) => shown(pid))], state);
    expect(state.table.all().some(({ identity }) => identity.entity.name === 'judged')).toBe(true);
    expect(state.table.seriesCount).toBeLessThanOrEqual(5);
    expect(state.counts.get('forgotten for what is shown')).toBe(16);
    expect(reachedLimitsOf(state)).toEqual([]);
  });
});

describe('a settled group', () => {
  const known = (toS: number) => watched('known', 0, toS);
  const newcomers = (perSecond: number, fromS: number, toS: number) =>
    flood(perSecond, fromS, toS, (nth) => ({ name: `random-${nth}` }));

  it('keeps its place through a silence of an hour, however many new series come, and may lose it then', () => {
    const silentFor = (seconds: number) => {
      const state = limited(100, 100);
      ship(state, [known(700), newcomers(1, 700, 700 + seconds)], 700 + seconds);
      return state.table.all().some(({ identity }) => identity.entity.name === 'known');
    };
    expect(silentFor(hourS - 60)).toBe(true);
    expect(silentFor(hourS + 200)).toBe(false);
  });

  it('is one of at most a fifth of the limit within an hour', () => {
    const fleet = flood(8, 0, 2 * hourS, (nth) => ({ name: `fleet-${nth % 95}` }));
    const settledAfter = (seconds: number) => {
      const state = limited(100, 100);
      ship(state, [{ ...fleet, toS: seconds }], seconds);
      return state.table.all().filter(({ isSettled }) => isSettled).length;
    };
    const nextHourS = hourS - ((startMs / 1_000) % hourS);
    expect([nextHourS - 1, nextHourS + 60].map(settledAfter)).toEqual([20, 40]);
  });

  it('is one of at most three quarters of the limit', () => {
    const state = limited(100, 100);
    ship(state, [flood(1, 0, 9 * hourS, (nth) => ({ name: `fleet-${nth % 95}` }))], 9 * hourS);
    expect(state.table.all().filter(({ isSettled }) => isSettled).length).toBe(75);
  });

  it('is on trial again if it grows beyond the limit of an hour', () => {
    const state = limited(1_000, 100);
    ship(state, [known(700)], 700);
    expect(state.table.all()[0]?.isSettled).toBe(true);
    const measurements = Object.fromEntries(Array.from({ length: 21 }, (_, nth) => [`m${nth}`, 1]));
    run(
      [
        sample({
          entity: { cluster: 'c', kind: 'host', name: 'known' },
          timestampMs: startMs + 710_000,
          dataset: 'system.cpu',
          measurements,
        }),
      ],
      state,
    );
    expect(state.table.all()[0]?.isSettled).toBe(false);
  });
});

describe('forgetting series for new ones', () => {
  it('has the same effects for any split into batches, also when the state is stored and opened between them', () => {
    const acts = fc.array(
      fc.record({
        name: fc.nat(12),
        metrics: fc.uniqueArray(fc.constantFrom('a', 'b', 'system.process.fd.open'), { minLength: 1 }),
        stepS: fc.constantFrom(0, 1, 10, 400, 4_000),
        isTick: fc.boolean(),
      }),
      { minLength: 20, maxLength: 120 },
    );
    const limits = { perEntity: 2, perPartition: 11 };
    let forgotten = 0;
    fc.assert(
      fc.property(acts, fc.array(fc.nat(20), { maxLength: 10 }), (given, sizes) => {
        let second = 0;
        const records = given.map(({ name, metrics, stepS, isTick }) => {
          second += stepS;
          const timestampMs = startMs + second * 1_000;
          if (isTick) return tick(timestampMs);
          const measurements = Object.fromEntries(metrics.map((metric) => [metric, 1]));
          return sample({ entity: { cluster: 'c', kind: 'host', name: `h${name}` }, timestampMs, measurements });
        });
        const open = (blocks: ReadonlyMap<string, Uint8Array>) => new DetectState(blocks, context.settings, limits);
        const straight = run(records, open(new Map()));
        forgotten += straight.state.counts.get('forgotten for new series') ?? 0;
        expect(straight.state.table.seriesCount).toBeLessThanOrEqual(limits.perPartition);
        let blocks = new Map<string, Uint8Array>();
        const effects = [];
        for (let from = 0, nth = 0; from < records.length; nth += 1) {
          const batch = records.slice(from, from + 1 + (sizes[nth] ?? 40));
          const part = run(batch, open(blocks));
          effects.push(...part.effects);
          blocks = stored(blocks, detectStep.takeChanges(part.state));
          from += batch.length;
        }
        expect(effects).toEqual(straight.effects);
        expect(new Map([...blocks].sort())).toEqual(
          new Map([...stored(new Map(), detectStep.takeChanges(straight.state))].sort()),
        );
      }),
      { numRuns: 150 },
    );
    expect(forgotten).toBeGreaterThan(100);
  });
});
