import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BadRow, detectCsv } from '../../../bin/commands/detect-csv.ts';

async function detect(chunks: readonly (string | Buffer)[]) {
  let text = '';
  const output = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const bad: BadRow[] = [];
  async function* input() {
    yield* chunks;
  }
  const counts = await detectCsv(input(), output, (row) => bad.push(row));
  const [header, ...rows] = text.trimEnd().split('\n');
  return { counts, header, rows: rows.map((row) => row.split(',')), bad, text };
}

const csv = (values: readonly unknown[]): string => `timestamp,value\n${values.map((v, n) => `t${n},${v}\n`).join('')}`;
const calm = Array.from({ length: 200 }, (_, nth) => 100 + (nth % 7));

describe('detect FILE.csv', () => {
  it('answers each row with one row, its timestamp and value as they came', async () => {
    const { counts, header, rows } = await detect(['timestamp,value\r\n2014-04-01 00:00:00,1.50\r\nMonday,2\r\n']);
    expect(header).toBe('timestamp,value,score,alarm,anomaly');
    expect(rows).toEqual([
      ['2014-04-01 00:00:00', '1.50', '0', '0', '0'],
      ['Monday', '2', '0', '0', '0'],
    ]);
    expect(counts).toEqual({ rows: 2, badRows: 0 });
  });

  it('scores a burst higher than all before it and calls it an anomaly', async () => {
    const { rows } = await detect([csv([...calm, 500])]);
    const scores = rows.map((row) => Number(row[2]));
    expect(scores.at(-1)).toBeGreaterThan(Math.max(...scores.slice(0, -1)));
    expect(rows.at(-1)?.[4]).toBe('1');
    expect(rows.slice(0, -1).every((row) => row[4] === '0')).toBe(true);
  });

  it('answers before it learns: what comes later changes no earlier row', async () => {
    const short = await detect([csv(calm)]);
    const long = await detect([csv([...calm, 900, 900, 900])]);
    expect(long.rows.slice(0, calm.length)).toEqual(short.rows);
  });

  it('pages once for a burst, while its rows stay unusual', async () => {
    const { rows } = await detect([csv([...calm, 500, 500, 500])]);
    const burst = rows.slice(-3);
    expect(burst.map((row) => row[4])).toEqual(['1', '0', '0']);
    expect(burst.every((row) => Number(row[2]) > 0.9)).toBe(true);
  });

  it('pages again for what is clearly worse', async () => {
    const { rows } = await detect([csv([...calm, 500, 500, 5_000])]);
    expect(rows.slice(-3).map((row) => row[4])).toEqual(['1', '0', '1']);
  });

  it.each([
    ['x,', 'value: missing; expected a number'],
    ['x', 'value: missing in "x"; expected timestamp,value'],
    ['x,1,2', 'expected 2 fields, got 3; put a field that contains commas in quotes'],
    ['x,NaN', 'value: expected a number within ±1e100, got "NaN"'],
    ['x,Infinity', 'value: expected a number within ±1e100, got "Infinity"'],
    ['x,1e200', 'value: expected a number within ±1e100, got "1e200"'],
    ['x,abc', 'value: expected a number within ±1e100, got "abc"'],
  ])('reports the bad row "%s" by its line and scores it zero', async (row, problem) => {
    const { counts, bad, rows } = await detect([`timestamp,value\na,1\n${row}\nb,2\n`]);
    expect(bad).toEqual([{ line: 3, problem }]);
    expect(counts).toEqual({ rows: 3, badRows: 1 });
    expect(rows[1]?.slice(2)).toEqual(['0', '0', '0']);
  });

  it('reads quoted fields with commas, quotes and line breaks, and names bad rows by the lines they begin in', async () => {
    const lines = ['timestamp,value', '"Mon, 1 ""Jan""","1.5"', '"a', 'b",2', '"x",bad', '', '5" disk,3', 'last,worse'];
    for (const lineBreak of ['\n', '\r\n']) {
      const { bad, rows, text } = await detect([lines.join(lineBreak)]);
      expect(bad.map(({ line }) => line)).toEqual([5, 8]);
      expect(rows.length).toBe(5);
      expect(text).toContain('\n"Mon, 1 ""Jan""",1.5,0,0,0\n');
      expect(text).toContain('\n"5"" disk",3,0,0,0\n');
    }
  });

  it('reads a byte order mark, a header in quotes and capitals, and leaves empty lines out', async () => {
    const { counts, rows } = await detect(['\uFEFF"Timestamp", VALUE\n\na,1\n\n\nb,2\n\n']);
    expect(rows.map(([timestamp]) => timestamp)).toEqual(['a', 'b']);
    expect(counts).toEqual({ rows: 2, badRows: 0 });
  });

  it.each([
    [
      'a quote that is not closed',
      'timestamp,value\na,1\n"b,2\nc,3\n',
      'a quote is not closed in the row after line 2',
    ],
    [
      'a row longer than 64 KiB',
      `timestamp,value\n"${'x\n'.repeat(40_000)}`,
      'more than 64 KiB, or a quote that is not closed, in the row after line 1',
    ],
  ])('refuses %s', async (_what, text, message) => {
    await expect(detect([text])).rejects.toThrow(message);
  });

  it('writes all rows before a fault, and none that a quote without its end would swallow', async () => {
    const rows = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, nth) => `t${from + nth},${nth}\n`).join('');
    const text = `timestamp,value\n${rows(0, 10)}"t10,0\n${rows(11, 20)}"t20,0\n${rows(21, 30)}`;
    const written: string[] = [];
    const output = new Writable({
      write(chunk, _encoding, done) {
        written.push(String(chunk));
        done();
      },
    });
    async function* input() {
      yield text;
    }
    await expect(detectCsv(input(), output, () => {})).rejects.toThrow(
      'a quote is not closed in the row after line 11',
    );
    const timestamps = written
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(',')[0]);
    expect(timestamps).toEqual(['timestamp', ...Array.from({ length: 10 }, (_, nth) => `t${nth}`)]);
  });

  it('learns nothing from a bad row', async () => {
    const clean = await detect([csv([...calm, 500])]);
    const spoilt = await detect([csv([...calm, 'broken', 500])]);
    expect(spoilt.rows.at(-1)?.slice(1)).toEqual(clean.rows.at(-1)?.slice(1));
  });

  it('answers a file of a header alone with a header alone', async () => {
    expect((await detect(['timestamp,value\n'])).text).toBe('timestamp,value,score,alarm,anomaly\n');
  });

  it.each([[''], ['a,b\n1,2\n'], ['1,2\n']])('refuses the file %j, which lacks the header', async (text) => {
    await expect(detect([text])).rejects.toThrow('line 1: expected the header "timestamp,value"');
  });

  it('does the same however its bytes are cut, also within a character', async () => {
    const bytes = Buffer.from(csv(calm).replaceAll('t', 'é'));
    const whole = Buffer.concat([Buffer.from('timestamp,value\n'), bytes.subarray(bytes.indexOf('\n') + 1)]);
    const expected = (await detect([whole])).text;
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), fc.nat(whole.length), async (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect((await detect([whole.subarray(0, from), whole.subarray(from, to), whole.subarray(to)])).text).toBe(
          expected,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('scores any numbers within [0, 1)', async () => {
    const value = fc.oneof(fc.integer(), fc.double({ min: -1e100, max: 1e100, noNaN: true }), fc.constant(0));
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 60, maxLength: 200 }), async (values) => {
        for (const row of (await detect([csv(values)])).rows) {
          for (const each of [Number(row[2]), Number(row[3])]) {
            expect(each).toBeGreaterThanOrEqual(0);
            expect(each).toBeLessThan(1);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
