import { expect, it } from 'vitest';
import type { Alert } from '../../../web/api/alert-types.ts';
import { ApiProblem } from '../../../web/api/client.ts';
import { alertGap, glyphBeside } from '../../../web/charts/alert-gap.ts';

const fromMs = 1_000;
const known = { data: { alerts: [] }, problem: undefined, isOfBefore: false };

it('alerts that were not read, could not be or were cut are told', () => {
  expect(alertGap(known, fromMs)).toBe('');
  expect(alertGap({ ...known, data: undefined }, fromMs)).toBe('the alerts are still being read');
  expect(alertGap({ ...known, isOfBefore: true }, fromMs)).toBe('the alerts are still being read');
  expect(alertGap({ ...known, problem: new ApiProblem(503, 'No answer', '') }, fromMs)).toBe(
    'the alerts could not be read',
  );
  const cut = { alerts: [{ startsAtMs: 3_000 }, { startsAtMs: 1_001 }] as Alert[], next: 'cursor' };
  expect(alertGap({ ...known, data: cut }, fromMs)).toBe('only the newest 2 alerts were read');
  expect(alertGap({ ...known, data: cut }, 1_001)).toBe('');
});

it('a sentence has no glyph of ok while alerts are not known', () => {
  expect(glyphBeside('ok', 'the alerts could not be read')).toBe('unknown');
  expect(glyphBeside('critical', 'the alerts could not be read')).toBe('critical');
  expect(glyphBeside('ok', '')).toBe('ok');
});
