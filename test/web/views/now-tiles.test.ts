import { expect, it } from 'vitest';
import { pastWords } from '../../../web/views/now/past-words.ts';

it('a tile of a range of the past says of which moment its value is, as tiles of now stand beside it', () => {
  const of = { times: [0, 10, 20], values: [1, 2, null] };
  expect(pastWords(of, true, (ms) => `15:32:${ms}`)).toBe('at 15:32:10; ');
  expect(pastWords(of, false, String)).toBe('');
  expect(pastWords({ ...of, values: undefined }, true, String)).toBe('');
});
