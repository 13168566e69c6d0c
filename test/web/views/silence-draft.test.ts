import { expect, it } from 'vitest';
import { draftOf, emptyDraft, readMatcher, withTyped } from '../../../web/views/silences/draft.ts';

it.each([
  ['name=node-*', ['name', 'node-*']],
  [' kind = chunkserver ', ['kind', 'chunkserver']],
  ['queue=a,b', ['queue', 'a,b']],
  ['queue="a, b"', ['queue', 'a, b']],
  ['queue=" a "', ['queue', ' a ']],
  [String.raw`queue="\"Hello\""`, ['queue', '"Hello"']],
  [String.raw`device="C:\\"`, ['device', 'C:\\']],
  [String.raw`device="C:\data"`, ['device', String.raw`C:\data`]],
  [String.raw`device=C:\data`, ['device', String.raw`C:\data`]],
  ['queue=say "Hello"', ['queue', 'say "Hello"']],
  ['entity=prod/host/a=b', ['entity', 'prod/host/a=b']],
])('%j is a matcher', (text, matcher) => {
  expect(readMatcher(text)).toEqual({ matcher });
});

it.each([
  ['name', 'A matcher is a label, an equals sign'],
  ['=x', 'A matcher is a label, an equals sign'],
  ['name=', 'Write what name must match'],
  ['name=""', 'an empty pattern is refused'],
  ['queue="a,b', 'must enclose the whole pattern'],
  ['queue="a"b"', 'must enclose the whole pattern'],
  ['name!=node-a', '“!=” is not known'],
  ['name=~node-.*', '“=~” is not known'],
])('%j is refused, with the reason', (text, reason) => {
  expect(readMatcher(text)).toEqual({ fault: expect.stringContaining(reason) });
});

it('what is typed and not added yet becomes a matcher of the silence', () => {
  const typed = { ...emptyDraft, matchers: [['kind', 'host']] as const, typed: 'name=node-a' };
  expect(withTyped(typed)).toMatchObject({
    typed: '',
    matchers: [
      ['kind', 'host'],
      ['name', 'node-a'],
    ],
  });
});

it('a second matcher of a label is refused, because the first would be lost', () => {
  const typed = { ...emptyDraft, matchers: [['name', 'node-a']] as const, typed: 'name=node-b' };
  expect(withTyped(typed)).toEqual({ fault: 'name has a matcher already, and all must match: remove it first' });
});

it('a matcher of an address that cannot be read stays in the field', () => {
  expect(draftOf(['kind=host', 'name="node'])).toMatchObject({ matchers: [['kind', 'host']], typed: 'name="node' });
});
