import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isPrintable,
  printable,
  printableJson,
  printableLines,
} from '../../../../functions/shared/domain/printable.ts';
import { hostileNames, unprintableIn } from '../../../support/hostile-text.ts';

const escapes: readonly (readonly [name: string, character: string, escaped: string])[] = [
  ['the beginning of a terminal command', '\u001b', '\\u001b'],
  ['its one-byte form', '\u009b', '\\u009b'],
  ['a line break', '\n', '\\u000a'],
  ['delete', '\u007f', '\\u007f'],
  ['a next line', '\u0085', '\\u0085'],
  ['a line separator', '\u2028', '\\u2028'],
  ['a paragraph separator', '\u2029', '\\u2029'],
  ['an override of the direction', '\u202e', '\\u202e'],
  ['an isolate', '\u2066', '\\u2066'],
  ['an Arabic letter mark', '\u061c', '\\u061c'],
  ['a zero-width space', '\u200b', '\\u200b'],
  ['a zero-width joiner', '\u200d', '\\u200d'],
  ['a word joiner', '\u2060', '\\u2060'],
  ['a byte order mark', '\ufeff', '\\ufeff'],
  ['a soft hyphen', '\u00ad', '\\u00ad'],
  ['a combining grapheme joiner', '\u034f', '\\u034f'],
  ['a tag', '\u{e0041}', '\\udb40\\udc41'],
  ['a variation selector', '\ufe0f', '\\ufe0f'],
  ['an interlinear annotation', '\ufff9', '\\ufff9'],
  ['a Hangul filler', '\u3164', '\\u3164'],
  ['a Hangul choseong filler', '\u115f', '\\u115f'],
  ['a half-width Hangul filler', '\uffa0', '\\uffa0'],
  ['a blank Braille pattern', '\u2800', '\\u2800'],
  ['a null note head', '\u{1d159}', '\\ud834\\udd59'],
  ['a no-break space', '\u00a0', '\\u00a0'],
  ['an ideographic space', '\u3000', '\\u3000'],
  ['a private character', '\ue000', '\\ue000'],
  ['an unassigned character', '\u0378', '\\u0378'],
  ['half of a surrogate pair', '\ud800', '\\ud800'],
];

describe('a text that a person reads', () => {
  it.each(escapes)('a printable text shows %s as an escape', (_name, character, escaped) => {
    expect(printable(`a${character}b`)).toBe(`a${escaped}b`);
    expect(isPrintable(character)).toBe(false);
    expect(JSON.parse(`"${escaped}"`)).toBe(character);
  });

  it('a printable text keeps the letters of all scripts, and symbols', () => {
    const text = 'node-a диск 磁盘 ディスク डिस्क قرص é e\u0301 ✓ 🔥 “” – …';
    expect(printable(text)).toBe(text);
  });

  it('a printable text contains nothing unprintable, and is unchanged when it is made printable again', () => {
    fc.assert(
      fc.property(hostileNames, (name) => {
        const text = printable(name);
        expect(unprintableIn(text)).toEqual([]);
        expect(printable(text)).toBe(text);
        expect(printableLines(text)).toBe(text);
      }),
    );
  });

  it('two different names stay different, unless one contains the escape of the other', () => {
    fc.assert(
      fc.property(hostileNames, hostileNames, (a, b) => {
        fc.pre(a !== b && !a.includes('\\') && !b.includes('\\'));
        expect(printable(a)).not.toBe(printable(b));
      }),
    );
  });

  it('a printable text may have several lines', () => {
    expect(printableLines('a\u202e\nb\r\n')).toBe('a\\u202e\nb\\u000d\n');
  });
});

describe('JSON for a terminal', () => {
  it('printable JSON is the same value to a parser, and contains nothing unprintable', () => {
    const values = fc.dictionary(hostileNames, fc.oneof(hostileNames, fc.array(hostileNames), fc.integer()));
    fc.assert(
      fc.property(values, fc.constantFrom(undefined, 2), (value, indent) => {
        const text = printableJson(value, indent);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        for (const line of text.split('\n')) expect(unprintableIn(line)).toEqual([]);
      }),
    );
  });
});
