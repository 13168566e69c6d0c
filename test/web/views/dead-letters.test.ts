import { expect, it } from 'vitest';
import { isDimension, redriveCount } from '../../../web/views/dead-letters/letters.ts';

it('only the field that the setting names tells documents apart, not one whose name is a part of it', () => {
  const setting = 'sources: [{match: {dataset: app.thread}, dimensions: [host.name]}]';
  expect(['host.name', 'name', 'app.thread'].map((field) => isDimension(setting, field))).toEqual([true, false, false]);
  expect(isDimension('sources: [{match: {dataset: a}, dimensions: ["my field"]}]', 'my field')).toBe(true);
  expect(isDimension(undefined, 'name')).toBe(false);
});

it('a redrive names the letters of all topics, which it sends', () => {
  const group = (topic: string, count: number, reason = 'unknown schema') => ({
    reason,
    stage: 'persist',
    topic,
    count,
  });
  const groups = [group('samples', 3), group('minutes', 5), group('samples', 9, 'too many fields')];
  expect(redriveCount(groups[0]!, groups)).toBe(8);
});
