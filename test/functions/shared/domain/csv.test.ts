import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvCell, csvRow } from '../../../../functions/shared/domain/csv.ts';

describe('a cell of a CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1+1', "'+1+1"],
    ['-1+1', "'-1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['\u0000=1', "'\u0000=1"],
    [' =1', "' =1"],
    ['＝1+1', "'＝1+1"],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['-', "'-"],
    ['-Infinity', "'-Infinity"],
  ])('a cell that a spreadsheet would run, %j, becomes text', (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });

  it.each(['-5', '+5', '-1.5e-9', '.5', '5.', '0x10', '2026-11-28 10:00:00', 'Monday', '', "it's"])(
    'that is harmless, %j, stays as it is',
    (text) => {
      expect(csvCell(text)).toBe(text);
    },
  );

  it('a cell that is a number stays that number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(csvCell(value))).toBe(Number(String(value)));
      }),
    );
  });

  it('no cell begins a formula, and each is read back except for the apostrophe', () => {
    const text = fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', ' ', '"', ',', '1', 'a', '＝'),
    });
    fc.assert(
      fc.property(text, (value) => {
        const [[read]] = parse(`${csvCell(value)},\n`, { record_delimiter: '\n' }) as [[string]];
        expect(read === value || read === `'${value}`).toBe(true);
        const isNumber = read.trim() !== '' && Number.isFinite(Number(read));
        expect(isNumber || !/^[=+\-@\t\r＝]/.test(read.trimStart() || read)).toBe(true);
      }),
    );
  });

  it('a row joins its cells by commas', () => {
    expect(csvRow(['=a', 'b,c', 'd"e', 1, -2])).toBe(`'=a,"b,c","d""e",1,-2`);
  });
});
