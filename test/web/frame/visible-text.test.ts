import { expect, it } from 'vitest';
import { visibleText } from '../../../web/frame/visible-text.ts';

it('a text shows the characters that turn it, or that nobody sees', () => {
  expect(visibleText('node\u202egnp.exe')).toBe('node\\u202egnp.exe');
  expect(visibleText('node\u200b-a\u2066\u2069\ufeff')).toBe('node\\u200b-a\\u2066\\u2069\\ufeff');
});

it('a text of any script, with joiners, emoji and spaces that do not break, stays as it is', () => {
  for (const text of ['Zürich', 'מחשב', 'نام\u200cها', '👩\u200d💻', '29\u00a0MB/s'])
    expect(visibleText(text)).toBe(text);
});
