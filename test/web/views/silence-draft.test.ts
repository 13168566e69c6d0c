import { expect, it } from 'vitest';
import { matcherIn } from '../../../web/views/silences/draft.ts';

it.each([
  ['name=node-*', ['name', 'node-*']],
  [' kind = chunkserver ', ['kind', 'chunkserver']],
  ['queue="a, b"', ['queue', 'a, b']],
  ['entity=prod/host/a=b', ['entity', 'prod/host/a=b']],
])('%j is a matcher', (text, matcher) => {
  expect(matcherIn(text)).toEqual(matcher);
});

it.each(['', 'name', 'name=', '=x', 'name=""'])('%j is no matcher yet', (text) => {
  expect(matcherIn(text)).toBeUndefined();
});
