import { expect, it } from 'vitest';
import { describe as textOf } from '../../../web/charts/description.ts';

const line = { label: '', role: 'a', times: [0, 1, 2], values: [4, null, 8] } as const;

it('a chart is read out with the peaks of its steps, as its scale has them', () => {
  const peaks = { ...line, min: [1, null, 6], max: [180, null, 9] };
  expect(textOf('Load', [peaks], '1')).toBe('Load. last 8, least 1, most 180');
});

it('a chart of one sample a step is read out with its values', () => {
  expect(textOf('Load', [line], '1')).toBe('Load. last 8, least 4, most 8');
  expect(textOf('Load', [{ ...line, values: [null, null, null] }], '1')).toBe('Load. no data');
});
