import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { type Anomaly, anomalySchema } from '../../../functions/shared/domain/anomaly.ts';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaliesOf, context, run, sample, start, stored } from './records.ts';

const minute = 60_000;
const used = 'system.filesystem.used.pct';

/** Returns the levels of a file system, one a minute. */
const levels = (values: readonly number[], metric = used, mount_point = '/data'): LogRecord[] =>
  values.map((value, nth) =>
    sample({
      timestampMs: start + nth * minute,
      dataset: 'system.filesystem',
      dimensions: { mount_point },
      measurements: { [metric]: value },
    }),
  );

/** Returns levels that rise from one level by so much an hour. */
const rising = (minutes: number, from: number, anHour: number): number[] =>
  Array.from({ length: minutes }, (_, nth) => from + (anHour * nth) / 60 + 0.0005 * Math.sin(nth));

/** Returns the forecasts in short: minutes from the start, the state, the severity, why it closed. */
const inShort = (anomalies: readonly Anomaly[]): string[] =>
  anomalies
    .filter(({ kind }) => kind === 'forecast')
    .map(({ updatedAtMs, state, severity, closedBecause }) =>
      [(updatedAtMs - start) / minute, state, severity, ...(closedBecause ? [closedBecause] : [])].join(' '),
    );
const forecastsIn = (records: readonly LogRecord[]): string[] => inShort(anomaliesOf(run(records).effects));

describe('the forecast of a capacity', () => {
  it('pages for a file system that will be full within a day, with the interval, after an hour', () => {
    const found = anomaliesOf(run(levels(rising(90, 0.6, 0.03))).effects).filter(({ kind }) => kind === 'forecast');
    expect(found).toHaveLength(1);
    const [anomaly] = found;
    expect(anomaly).toMatchObject({ state: 'open', severity: 'warning', upper: 1, detector: 'trend', direction: 'up' });
    expect((anomaly!.updatedAtMs - start) / minute).toBe(64);
    // By hand: (1 - 0.632) / 0.03 = 12.3 hours after 64 minutes.
    expect(anomaly!.reason).toMatch(
      /^filesystem used pct on a\/\/data at 63 %, full in 1[12] to 1[34] h if it goes on$/,
    );
    expect(anomalySchema.parse(anomaly)).toEqual(anomaly);
  });

  it('becomes critical when it will be full within 4 hours', () => {
    const found = forecastsIn(levels(rising(360, 0.6, 0.05)));
    expect(found[0]).toMatch(/open warning$/);
    expect(found[1]).toMatch(/open critical$/);
    expect(found).toHaveLength(2);
  });

  it('closes when the level no longer rises', () => {
    const full = rising(180, 0.6, 0.03);
    const flat = Array<number>(1_200).fill(full.at(-1)!);
    const found = forecastsIn(levels([...full, ...flat]));
    expect(found).toHaveLength(2);
    expect(found[1]).toMatch(/ closed warning back to normal$/);
  });

  it.each([
    ['a level that rises slowly', rising(600, 0.6, 0.005)],
    ['an empty file system that fills', rising(300, 0.1, 0.05)],
    ['noise on a steady level', Array.from({ length: 600 }, (_, nth) => 0.8 + 0.02 * Math.sin(nth * 1.7))],
    ['one step', [...Array<number>(300).fill(0.6), ...Array<number>(3).fill(0.65)]],
    ['a level that falls', rising(300, 0.95, -0.03)],
  ])('pages nobody for %s', (_, values) => {
    expect(forecastsIn(levels(values))).toEqual([]);
  });

  it('is made of no other metric, no image, and not where the settings take the limits away', () => {
    const values = rising(90, 0.6, 0.03);
    expect(forecastsIn(levels(values, 'system.memory.actual.used.pct'))).toEqual([]);
    expect(forecastsIn(levels(values, used, '/snap/core'))).toEqual([]);
    const off = { ...context, settings: settingsSchema.parse({ catalogue: [{ match: {}, limit: 'off' }] }) };
    expect(inShort(anomaliesOf(run(levels(values), detectStep.open(new Map(), off), off).effects))).toEqual([]);
  });

  it('is remembered over a restart at any sample', () => {
    const records = levels([...rising(100, 0.6, 0.06), ...Array<number>(20).fill(0.5)]);
    const whole = anomaliesOf(run(records).effects);
    expect(inShort(whole).length).toBeGreaterThan(0);
    for (const cut of [1, 30, 62, 66, 90, 110]) {
      const before = run(records.slice(0, cut));
      const restarted = detectStep.open(stored(new Map(), detectStep.takeChanges(before.state)), context);
      const after = run(records.slice(cut), restarted);
      expect(anomaliesOf([...before.effects, ...after.effects])).toEqual(whole);
    }
  });
});
