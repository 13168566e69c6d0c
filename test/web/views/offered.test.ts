import { expect, it } from 'vitest';
import type { AlertSummary } from '../../../web/api/types.ts';
import { offeredOf } from '../../../web/views/now/offered.ts';

const worst = { id: 'of now', status: 'open' } as unknown as AlertSummary;

it('the sentence about the end of a range of the past offers a link to the alert that it names, and no act on another one', () => {
  expect(offeredOf([{ id: 'of then' }], [worst])).toEqual({ id: 'of then' });
});

it('the sentence about the present offers its worst alert', () => {
  expect(offeredOf([], [worst])).toEqual({ id: 'of now', acted: worst });
  expect(offeredOf([], [])).toEqual({});
});
