import { expect, it } from 'vitest';
import { fileText } from '../../../web/frame/download.ts';

it('a CSV begins with the mark of UTF-8, without which Excel garbles letters such as ö', () => {
  expect([...new TextEncoder().encode(fileText('größe', 'text/csv'))].slice(0, 3)).toEqual([0xef, 0xbb, 0xbf]);
});

it('other files begin with their text, which programs read', () => {
  expect(fileText('{}', 'application/json')).toBe('{}');
});
