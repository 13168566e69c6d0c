import fc from 'fast-check';

/**
 * Ranges of code points that are invisible or that control a terminal. They are written out, so that the code under
 * test does not judge itself.
 */
const unprintableRanges: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0xa0],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x1680, 0x1680],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x2800, 0x2800],
  [0x3000, 0x3000],
  [0x3164, 0x3164],
  [0xd800, 0xf8ff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x1d159, 0x1d159],
  [0x1d173, 0x1d17a],
  [0xe0000, 0x10ffff],
];

/** Returns the code points of a text that it must not show, in hexadecimal. */
export function unprintableIn(text: string): string[] {
  return Array.from(text, (character) => character.codePointAt(0)!)
    .filter((code) => unprintableRanges.some(([from, to]) => code >= from && code <= to))
    .map((code) => code.toString(16));
}

const unprintableCharacters = fc
  .constantFrom(...unprintableRanges)
  .chain(([from, to]) => fc.integer({ min: from, max: to }))
  .map((code) => String.fromCodePoint(code));

/** Names as a hostile document has them: letters, characters that control a terminal, and any Unicode. */
export const hostileNames: fc.Arbitrary<string> = fc.string({
  unit: fc.oneof(
    { weight: 3, arbitrary: unprintableCharacters },
    { weight: 3, arbitrary: fc.constantFrom('a', 'b', '-', '[', '2', 'J', 'm', ']', ';', '\\', 'u', '0') },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  ),
  maxLength: 40,
});

/**
 * A name with one character of each kind, for outputs that are too slow for hundreds of runs. A name in Offbeat never
 * contains NUL.
 */
export const hostileName =
  'a\u001b[31m\u001b]0;t\u0007\r\n\u0085\u009b2J\u00a0\u00ad\u200b\u2028\u202e\u2066\u3164\ufe0f\ufeff\u{e0041}z';
