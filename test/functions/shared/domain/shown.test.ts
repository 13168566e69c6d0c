import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shown, shownText } from '../../../../functions/shared/domain/shown.ts';
import { levelsMax, nestedArrays, nestedObjects, valueTexts } from '../../../support/hostile.ts';

/** The 80 characters of the value, the rest of a number that began within them, and quotes, brackets and ellipsis. */
const charactersMax = 120;

describe('a foreign value', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [false, 'false'],
    [-1.5, '-1.5'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['now', '"now"'],
    ['', '""'],
    ['say "\\"', '"say \\"\\\\\\""'],
    ['a\u0000b\n', '"a\\u0000b\\u000a"'],
    ['\ud800 and 😀', '"\\ud800 and 😀"'],
    ['\u001b[2J\u202e', '"\\u001b[2J\\u202e"'],
    [[], '[]'],
    [[1, 'a', null], '[1, "a", null]'],
    [[1, [2, [3, [4]]]], '[1, [2, [3, […]]]]'],
    [{ a: 1 }, '{…}'],
    [[{}], '[{…}]'],
  ])('a value such as %j is shown as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  it('a long value is shortened', () => {
    expect(shown('x'.repeat(4_000_000))).toBe(`"${'x'.repeat(80)}…"`);
    expect(shown(Array.from({ length: 100_000 }, (_, nth) => nth))).toMatch(/^\[0, 1, 2, .*…\]$/);
    expect(shownText('\u0000'.repeat(100))).toBe(`${'\\u0000'.repeat(13)}…`);
    expect(shownText('12345', 5)).toBe('12345');
    expect(shownText('123456', 5)).toBe('12345…');
  });

  it('a value may have more levels than the stack', () => {
    expect(shown(JSON.parse(nestedArrays(levelsMax)))).toBe('[[[[…]]]]');
    expect(shown(JSON.parse(nestedObjects(levelsMax)))).toBe('{…}');
  });

  it('the names of an object are not read', () => {
    const names: string[] = [];
    const asked = new Proxy({ a: 1 }, { ownKeys: () => names.splice(0, 0, 'asked') });
    expect(shown(asked)).toBe('{…}');
    expect(names).toEqual([]);
  });

  it('any value is shown in one short line without control characters', () => {
    fc.assert(
      fc.property(valueTexts, (text) => {
        const printed = shown(JSON.parse(text));
        expect(printed.length).toBeLessThanOrEqual(charactersMax);
        expect(printed).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(printed.isWellFormed()).toBe(true);
      }),
    );
  });
});
