import { expect, it } from 'vitest';
import { settingText, valueText } from '../../../web/views/settings/value-text.ts';

it.each([
  [null, 'none'],
  [['a', 'b'], '[a, b]'],
  [{ match: { dataset: 'x' } }, '{ match: { dataset: x } }'],
  [{}, '{}'],
  [false, 'false'],
])('the value %j is shown as %s', (value, text) => {
  expect(valueText(value)).toBe(text);
});

it('a large number of a setting has separators', () => {
  expect(settingText({ value: 400_000 })).toBe('400,000');
});
