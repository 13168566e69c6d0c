import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, LineCutter } from '../../../local/bulk/line-cutter.ts';

const lineBytesMax = 8;

function cut(pieces: readonly Buffer[]) {
  const cutter = new LineCutter(lineBytesMax);
  const lines: Line[] = [];
  for (const piece of pieces) {
    cutter.feed(piece);
    for (let line = cutter.next(); line !== undefined; line = cutter.next()) lines.push(line);
  }
  const last = cutter.end();
  return last === undefined ? lines : [...lines, last];
}

const text = fc
  .array(fc.constantFrom('a', 'bc', '\n', '\r\n', '\r', '\n\n\n', 'a line too long'), { maxLength: 20 })
  .map((parts) => parts.join(''));

describe('the lines of a text that arrives in pieces', () => {
  it('are those of the whole text without the empty ones, wherever it is divided into pieces', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 60 })), (whole, cuts) => {
        const bytes = Buffer.from(whole);
        const ends = [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const pieces = ends.map((end, nth) => bytes.subarray(ends[nth - 1] ?? 0, end));
        const expected = whole
          .split('\n')
          .map((line, nth) => ({ number: nth + 1, line, length: Buffer.byteLength(line) }))
          .filter(({ line }) => line !== '' && line !== '\r')
          .map(({ number, line, length }) => ({
            number,
            bytes: length > lineBytesMax ? undefined : Buffer.from(line),
            length,
          }));
        expect(cut(pieces)).toEqual(expected);
      }),
    );
  });

  it('are numbered with the empty ones before them', () => {
    expect(cut([Buffer.from('\n\n\r\n'), Buffer.from('\r'), Buffer.from('\na\n')])).toMatchObject([{ number: 5 }]);
  });

  it('are complete after a line that is too long, of which nothing is kept', () => {
    const lines = cut([...Array.from({ length: 100 }, () => Buffer.from('xxxx')), Buffer.from('\nab\n')]);
    expect(lines).toEqual([
      { number: 1, bytes: undefined, length: 400 },
      { number: 2, bytes: Buffer.from('ab'), length: 2 },
    ]);
  });
});
