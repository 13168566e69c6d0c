import { describe, expect, it } from 'vitest';
import { floorAt, ruleOf } from '../../../functions/detect/rule.ts';
import { defaultSettings, settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { ruleWith } from './series.ts';

const entity = { cluster: 'prod', kind: 'host', name: 'node-a' } as const;
const seriesOf = (metric: string) => ({ entity, metric, dimensions: {} });
const overridden = (override: object) => settingsSchema.parse({ catalogue: [{ match: {}, ...override }] });

describe('the rule of a series', () => {
  // Facts from the catalogue (functions/shared/domain/catalogue/host.ts); the threshold is 6 at sensitivity 1.
  it('has the facts of the catalogue, and the unit of a counter per second', () => {
    expect(ruleOf(seriesOf('system.diskio.write.bytes'), undefined, undefined, defaultSettings)).toEqual({
      kind: 'counter',
      kindIsGuessed: false,
      unit: 'By/s',
      direction: 'up',
      floor: 4e6,
      relativeFloor: 0.5,
      threshold: 6,
      criticalAt: Number.POSITIVE_INFINITY,
      isJudged: true,
    });
  });

  it('has the kind and unit that samples carry for a metric that the catalogue does not describe', () => {
    expect(ruleOf(seriesOf('app.jobs'), 'counter', '{job}', defaultSettings)).toMatchObject({
      kind: 'counter',
      unit: '{job}/s',
      direction: 'both',
      floor: 0,
      relativeFloor: 0.5,
    });
  });

  // By hand: threshold = 6 / sensitivity.
  it.each([
    [1, 6],
    [2, 3],
    [0.5, 12],
  ])('has for sensitivity %s the threshold %s', (sensitivity, threshold) => {
    expect(ruleOf(seriesOf('x'), undefined, undefined, overridden({ sensitivity })).threshold).toBe(threshold);
  });

  it('judges no series that the settings ignore', () => {
    expect(ruleOf(seriesOf('x'), undefined, undefined, overridden({ ignore: true })).isJudged).toBe(false);
  });
});

describe('the floor at an expected value', () => {
  // By hand: max(floor, relativeFloor * |expected|).
  it.each([
    { floor: 30, relativeFloor: 0.5, expected: 0, result: 30 },
    { floor: 30, relativeFloor: 0.5, expected: 60, result: 30 },
    { floor: 30, relativeFloor: 0.5, expected: 100, result: 50 },
    { floor: 30, relativeFloor: 0.5, expected: -100, result: 50 },
    { floor: 0, relativeFloor: 0, expected: 100, result: 0 },
  ])('$expected is $result for floor $floor and relative floor $relativeFloor', (row) => {
    const { floor, relativeFloor, expected, result } = row;
    expect(floorAt(ruleWith({ floor, relativeFloor }), expected)).toBe(result);
  });
});
