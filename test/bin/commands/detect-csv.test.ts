import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BadRow, detectCsv } from '../../../bin/commands/detect-csv.ts';
import { explainRow } from '../../../bin/commands/explain-row.ts';
import type { InputColumns } from '../../../bin/commands/input-rows.ts';

async function detect(chunks: readonly (string | Buffer)[], columns?: InputColumns) {
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
  const counts = await detectCsv(input(), output, {
    onBadRow: (row) => bad.push(row),
    ...(columns === undefined ? {} : { columns }),
  });
  const [header, ...rows] = text.trimEnd().split('\n');
  return { counts, header, rows: rows.map((row) => row.split(',')), bad, text };
}

const csv = (values: readonly unknown[]): string => `timestamp,value\n${values.map((v, n) => `t${n},${v}\n`).join('')}`;
const calm = Array.from({ length: 200 }, (_, nth) => 100 + (nth % 7));

describe('detect FILE.csv', () => {
  it('answers each row with one row, its timestamp and value as they came', async () => {
    const { counts, header, rows } = await detect(['timestamp,value\r\n2014-04-01 00:00:00,1.50\r\nMonday,2\r\n']);
    expect(header).toBe('timestamp,value,score,alarm,page,anomaly');
    expect(rows).toEqual([
      ['2014-04-01 00:00:00', '1.50', '0', '0', '0', '0'],
      ['Monday', '2', '0', '0', '0', '0'],
    ]);
    expect(counts).toMatchObject({ rows: 2, badRows: 0 });
  });

  it('reads an input of empty lines alone in time in proportion to it', async () => {
    const blank = Array.from({ length: 1_000 }, () => Buffer.alloc(64 * 1024, '\n'));
    const { rows } = await detect([...blank, 'timestamp,value\nt0,1\n']);
    expect(rows).toEqual([['t0', '1', '0', '0', '0', '0']]);
  });

  it('refuses an input of spaces alone, as any row that is too long', async () => {
    const blank = Array.from({ length: 1_000 }, () => Buffer.alloc(64 * 1024, ' '));
    await expect(detect([...blank, '{"timestamp":1,"value":2}\n'])).rejects.toThrow(/more than 64 KiB/);
  });

  it('scores a value far off higher than all before it, alarms, and pages nobody for one value alone', async () => {
    const { rows } = await detect([csv([...calm, 500, ...calm.slice(0, 20)])]);
    const scores = rows.map((row) => Number(row[2]));
    expect(scores[calm.length]).toBeGreaterThan(0.99);
    expect(scores.indexOf(Math.max(...scores))).toBe(calm.length);
    expect(Number(rows[calm.length]![3])).toBeGreaterThan(0.9);
    expect(rows.every((row) => row[4] === '0' && row[5] === '0')).toBe(true);
  });

  it('answers before it learns: what comes later changes no earlier row', async () => {
    const short = await detect([csv(calm)]);
    const long = await detect([csv([...calm, 900, 900, 900])]);
    expect(long.rows.slice(0, calm.length)).toEqual(short.rows);
  });

  it('pages once for a level that stays off, and marks every row of the episode from its first value on', async () => {
    const after = Array.from({ length: 300 }, (_, nth) => 500 + (nth % 7));
    const { rows, counts } = await detect([csv([...calm, ...after])]);
    const marked = rows.flatMap((row, index) => (row[5] === '1' ? [index] : []));
    expect(rows.flatMap((row, index) => (row[4] === '1' ? [index] : []))).toEqual([calm.length + 2]);
    expect(marked[0]).toBe(calm.length);
    expect(marked.at(-1)! - marked[0]!).toBe(marked.length - 1);
    expect(rows.at(-1)?.[5]).toBe('0');
    expect(counts).toMatchObject({ pages: 1, anomalousRows: marked.length, highest: { row: calm.length + 1 } });
  });

  it('alarms once for a burst, and again for what is clearly worse, while its rows stay unusual', async () => {
    const { rows } = await detect([csv([...calm, 500, 500, 200_000])]);
    const burst = rows.slice(-3);
    expect(burst.map((row) => Number(row[3]) > 0.5)).toEqual([true, false, true]);
    expect(burst.every((row) => Number(row[2]) > 0.8)).toBe(true);
  });

  it('holds no row back for long: a candidate that comes to nothing is written', async () => {
    const { rows } = await detect([csv([...calm, 500, 'bad', ...calm.slice(0, 10), 500])]);
    expect(rows.map(([timestamp]) => timestamp)).toEqual(
      Array.from({ length: calm.length + 13 }, (_, nth) => `t${nth}`),
    );
  });

  it('reads columns of any name, in any order, among others', async () => {
    const text = `host,Latency ms,when\n${calm.map((value, nth) => `a,${value},t${nth}\n`).join('')}`;
    const { rows } = await detect([text], { time: 'when', value: 'latency ms' });
    expect(rows.map(([time, value]) => [time, Number(value)])).toEqual(calm.map((value, nth) => [`t${nth}`, value]));
  });

  it('reads NDJSON, and reports its bad lines', async () => {
    const lines = [
      '{"@timestamp":"2026-01-05T00:00:00Z","n":1}',
      '',
      '{"n":"2"}',
      'no',
      '[1]',
      '{"m":1}',
      '{"n":null}',
    ];
    const columns = { time: '@timestamp', value: 'n' };
    for (const lineBreak of ['\n', '\r\n']) {
      const { rows, bad, counts } = await detect([`\uFEFF${lines.join(lineBreak)}`], columns);
      expect(rows.map((row) => row.slice(0, 2))).toEqual([
        ['2026-01-05T00:00:00Z', '1'],
        ['', '2'],
        ...Array<string[]>(4).fill(['', '']),
      ]);
      expect(bad).toEqual([
        { line: 4, problem: 'expected an object in JSON, got "no"' },
        { line: 5, problem: 'expected an object in JSON, got [1]' },
        { line: 6, problem: 'n: missing; expected a number, or another name with --value' },
        { line: 7, problem: 'value: missing; expected a number' },
      ]);
      expect(counts).toMatchObject({ rows: 6, badRows: 4, untimedRows: 5 });
    }
  });

  it('judges NDJSON as the same CSV', async () => {
    const values = [...calm, 500, 500, 500, 500];
    const json = values.map((value, nth) => `${JSON.stringify({ value, timestamp: `t${nth}` })}\n`).join('');
    expect((await detect([json])).text).toBe((await detect([csv(values)])).text);
  });

  it('explains a row in words', async () => {
    async function* input() {
      yield csv([...calm, 500, 501, 502]);
    }
    const [row, score, alarm, page] = await explainRow(input(), calm.length + 3);
    expect(row).toBe(`row ${calm.length + 3}  t${calm.length + 2}  502`);
    expect(score).toMatch(
      /^score {2}0\.\d+ {2}\d+\.\d times the usual variation of [\d.]+ (above|below) the (usual level|forecast) [\d.]+/,
    );
    expect(alarm).toMatch(
      /^alarm {2}0 {2}.* is outside its range so far by .*; 0 soon after a larger alarm$|^alarm {2}0 {2}nothing/,
    );
    expect(page).toMatch(
      /^page {3}1 {2}3 of the last 5 values are off; this one is \d+\.\d times the usual variation from/,
    );
    await expect(explainRow(input(), 999)).rejects.toThrow(
      '--explain 999: there are 203 rows; expected a number from 1 to 203',
    );
  });

  it('explains by what a value that is no page yet counts, after the discounts', async () => {
    async function* input() {
      yield csv([...calm, 500]);
    }
    const [, , , page] = await explainRow(input(), calm.length + 1);
    const found = /fewer than 3 are off; this one is ([\d.]+) times .*, which counts as ([\d.]+) for a page$/.exec(
      page!,
    );
    expect(Number(found?.[2])).toBeGreaterThan(0);
    expect(Number(found?.[2])).toBeLessThan(Number(found?.[1]));
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
    expect(counts).toMatchObject({ rows: 3, badRows: 1 });
    expect(rows[1]?.slice(2)).toEqual(['0', '0', '0', '0']);
  });

  it('reads quoted fields with commas, quotes and line breaks, and names bad rows by the lines they begin in', async () => {
    const lines = ['timestamp,value', '"Mon, 1 ""Jan""","1.5"', '"a', 'b",2', '"x",bad', '', '5" disk,3', 'last,worse'];
    for (const lineBreak of ['\n', '\r\n']) {
      const { bad, rows, text } = await detect([lines.join(lineBreak)]);
      expect(bad.map(({ line }) => line)).toEqual([5, 8]);
      expect(rows.length).toBe(5);
      expect(text).toContain('\n"Mon, 1 ""Jan""",1.5,0,0,0,0\n');
      expect(text).toContain('\n"5"" disk",3,0,0,0,0\n');
    }
  });

  it('reads a byte order mark, a header in quotes and capitals, and leaves empty lines out', async () => {
    const { counts, rows } = await detect(['\uFEFF"Timestamp", VALUE\n\na,1\n\n\nb,2\n\n']);
    expect(rows.map(([timestamp]) => timestamp)).toEqual(['a', 'b']);
    expect(counts).toMatchObject({ rows: 2, badRows: 0 });
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
    await expect(detectCsv(input(), output)).rejects.toThrow('a quote is not closed in the row after line 11');
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
    expect((await detect(['timestamp,value\n'])).text).toBe('timestamp,value,score,alarm,page,anomaly\n');
  });

  it.each([[''], ['a,b\n1,2\n'], ['1,2\n']])('refuses the file %j, which lacks the header', async (text) => {
    await expect(detect([text])).rejects.toThrow('line 1: expected a header with the columns "timestamp" and "value"');
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
