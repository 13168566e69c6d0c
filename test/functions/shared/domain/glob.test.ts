import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globOf, matchesBeyond, matchesGlob } from '../../../../functions/shared/domain/glob.ts';

/** The definition of a match, letter by letter. */
function fits(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] !== '*') return pattern[0] === text[0] && fits(pattern.slice(1), text.slice(1));
  return fits(pattern.slice(1), text) || (text !== '' && fits(pattern, text.slice(1)));
}

describe('a glob', () => {
  it.each([
    ['system.*.bytes', 'system.diskio.write.bytes'],
    ['node-*', 'node-'],
    ['*', ''],
    ['*', 'two\nlines'],
    ['**', 'any'],
    ['local/host/*', 'local/host/a/b'],
    ['*.example', 'a.example.example'],
    ['a*a', 'aa'],
    ['', ''],
  ])('the glob %j matches %j', (pattern, text) => {
    expect(matchesGlob(pattern, text)).toBe(true);
  });

  it.each([
    ['system.*', 'systemXload'],
    ['a+b', 'aab'],
    ['[ab]', 'a'],
    ['a?', 'ab'],
    ['.*', 'ab'],
    ['a|b', 'a'],
    ['node', 'node-a'],
    ['node', 'a-node'],
    ['Node-*', 'node-a'],
    ['a*a', 'a'],
    ['ab*bc', 'abc'],
    ['*ab*ab', 'ab'],
    ['', 'a'],
  ])('the glob %j does not match %j', (pattern, text) => {
    expect(matchesGlob(pattern, text)).toBe(false);
  });

  it('a glob without a star matches the same text only, whatever characters it contains', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (pattern, text) => {
        fc.pre(!pattern.includes('*'));
        expect(matchesGlob(pattern, pattern)).toBe(true);
        expect(matchesGlob(pattern, text)).toBe(pattern === text);
      }),
    );
  });

  it('a glob matches by its definition', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (glob, word) => {
        expect(matchesGlob(glob, word)).toBe(fits(glob, word));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['db[*]', 'db*', true],
    ['db[*]', 'db-1', false],
    ['*[*]', 'any*', true],
    ['*[*]', 'any', false],
    ['[**]', '[a]', true],
    ['[[*]]', '[*]', true],
  ])('the glob %j takes the star of [*] as itself: %j is matched: %j', (pattern, text, isMatched) => {
    expect(matchesGlob(pattern, text)).toBe(isMatched);
  });

  it('the glob of a text matches that text and nothing else', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '*', '[', ']'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (named, other) => {
        expect(matchesGlob(globOf(named), named)).toBe(true);
        expect(matchesGlob(globOf(named), other)).toBe(named === other);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a glob of a hundred stars is matched at once, and not by trying every combination', () => {
    expect(matchesGlob(`${'*a'.repeat(100)}b`, 'a'.repeat(10_000))).toBe(false);
  });
});

it('a star that stands for itself is matched beyond a beginning as any other letter', () => {
  expect(matchesBeyond('db[*]', 'db')).toBe(true);
  expect(matchesBeyond('db[*]', 'db-1')).toBe(false);
});

it('a glob matches beyond a beginning exactly if it matches a text that is longer', () => {
  const letters = ['a', 'b'];
  const longer = (text: string, most: number): string[] =>
    most === 0 ? [] : letters.flatMap((letter) => [text + letter, ...longer(text + letter, most - 1)]);
  const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 5 });
  fc.assert(
    fc.property(patterns, fc.string({ unit: fc.constantFrom(...letters), maxLength: 3 }), (pattern, prefix) => {
      const isMatched = longer(prefix, 5).some((text) => matchesGlob(pattern, text));
      expect(matchesBeyond(pattern, prefix)).toBe(isMatched);
    }),
    { numRuns: 300 },
  );
});
