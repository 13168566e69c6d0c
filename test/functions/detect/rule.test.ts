import { describe, expect, it } from 'vitest';
import { floorAt } from '../../../functions/detect/detector/paging.ts';
import { ruleOf, thresholdOf } from '../../../functions/detect/rule.ts';
import { defaultSettings, settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { ruleWith } from './series.ts';

const entity = { cluster: 'prod', kind: 'host', name: 'node-a' } as const;
const seriesOf = (metric: string) => ({ entity, metric, dimensions: {} });
const overridden = (override: object) => settingsSchema.parse({ catalogue: [{ match: {}, ...override }] });

describe('the rule of a series', () => {
  // Facts from the catalogue (functions/shared/domain/catalogue/host.ts).
  it('has the facts of the catalogue, and the unit of a counter per second', () => {
    expect(ruleOf(seriesOf('system.diskio.write.bytes'), undefined, undefined, defaultSettings)).toEqual({
      kind: 'counter',
      kindIsGuessed: false,
      limits: [],
      fullAt: undefined,
      unit: 'By/s',
      direction: 'up',
      floor: 5e6,
      relativeFloor: 0.5,
      sensitivity: 1,
      flatLines: 'falls',
      offNeeded: 3,
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

  // By hand: threshold = 3 / sensitivity.
  it.each([
    [1, 3],
    [2, 1.5],
    [0.5, 6],
  ])('has for sensitivity %s the threshold %s', (sensitivity, threshold) => {
    expect(thresholdOf(ruleOf(seriesOf('x'), undefined, undefined, overridden({ sensitivity })))).toBe(threshold);
  });

  it('judges no series that the settings ignore', () => {
    expect(ruleOf(seriesOf('x'), undefined, undefined, overridden({ ignore: true })).isJudged).toBe(false);
  });
});

describe('the floor at an expected value', () => {
  // By hand: max(floor, relativeFloor * |expected|) for a rise; for a fall, the floor is at most half of |expected|.
  it.each([
    { floor: 30, relativeFloor: 0.5, expected: 0, rise: 30, fall: 0 },
    { floor: 30, relativeFloor: 0.5, expected: 60, rise: 30, fall: 30 },
    { floor: 30, relativeFloor: 0.2, expected: 40, rise: 30, fall: 20 },
    { floor: 30, relativeFloor: 0.5, expected: 100, rise: 50, fall: 50 },
    { floor: 30, relativeFloor: 0.5, expected: -100, rise: 50, fall: 50 },
    { floor: 0, relativeFloor: 0, expected: 100, rise: 0, fall: 0 },
  ])('$expected is $rise for a rise and $fall for a fall, by $floor and $relativeFloor', (row) => {
    const { floor, relativeFloor, expected, rise, fall } = row;
    const rule = ruleWith({ floor, relativeFloor });
    expect([floorAt(rule, expected, 1), floorAt(rule, expected, -1)]).toEqual([rise, fall]);
  });
});
