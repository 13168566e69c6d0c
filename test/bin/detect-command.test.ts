import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { offbeat, spawnOffbeat } from './run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-detect-'));
afterAll(() => rmSync(directory, { recursive: true }));

function fileOf(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe('detect', () => {
  const csv = `timestamp,value\n${Array.from({ length: 200 }, (_, i) => `t${i},${i >= 150 && i < 153 ? 900 : 10 + (i % 3)}`).join('\n')}\n`;

  it('prints a row for each row, from standard input as from a file', async () => {
    const [fromFile, fromInput] = await Promise.all([
      offbeat(['detect', fileOf('good.csv', csv)]),
      spawnOffbeat(['detect', '-'], csv),
    ]);
    expect(fromFile.status).toBe(0);
    expect(fromInput).toEqual(fromFile);
    const rows = fromFile.stdout.trimEnd().split('\n');
    expect(rows).toHaveLength(201);
    expect(rows[0]).toBe('timestamp,value,score,alarm,page,anomaly');
    expect(rows.filter((row) => row.endsWith(',1,1'))).toEqual([expect.stringMatching(/^t152,900,/)]);
    expect(fromFile.stderr).toMatch(
      /^200 rows: 1 page, \d+ anomalous rows, highest score 1\.00 in row 151; 200 rows without a time that can be read\n$/,
    );
  });

  it('writes to the file that was named, and leaves standard output empty', async () => {
    const out = join(directory, 'scored.csv');
    const { status, stdout } = await offbeat(['detect', '-', '--out', out], csv);
    expect(status).toBe(0);
    expect(stdout).toBe('');
    expect(readFileSync(out, 'utf8').trimEnd().split('\n')).toHaveLength(201);
  });

  it('names the line of a bad row, scores it 0, continues, and fails at the end', async () => {
    const { status, stdout, stderr } = await offbeat(['detect', '-'], 'timestamp,value\na,1\nb,many\nc,2\n');
    expect(status).toBe(1);
    expect(stdout.split('\n')[2]).toBe('b,many,0,0,0,0');
    expect(stdout.trimEnd().split('\n')).toHaveLength(4);
    expect(stderr).toContain('standard input:3: value: expected a number');
    expect(stderr).toContain('offbeat: 1 of 3 rows of standard input have no number and were scored 0; correct them');
  });

  it('says how many rows are out of order, and what happens with them', async () => {
    const rows = ['00:00:20,1', '00:00:10,2', '00:00:10,3', 'at some time,4', '00:00:05,5', '00:00:30,6'];
    const input = `timestamp,value\n${rows.map((row) => row.replace(/^00/, '2026-11-23T00')).join('\n')}\n`;
    const { status, stderr } = await offbeat(['detect', '-'], input);
    expect(status).toBe(0);
    expect(stderr).toContain(
      '; 1 row without a time that can be read; 2 rows earlier than the row before: rows are judged and learned in the order of the file, so sort it by time',
    );
    expect((await offbeat(['detect', '-'], csv)).stderr).not.toContain('earlier');
  });

  it('requires the header', async () => {
    const { status, stderr } = await offbeat(['detect', '-'], '1,2\n');
    expect(status).toBe(2);
    expect(stderr).toContain('expected a header with the columns "timestamp" and "value"');
  });

  it('explains a row instead of printing all', async () => {
    const { status, stdout } = await offbeat(['detect', fileOf('good.csv', csv), '--explain', '153']);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^row 153 {2}t152 {2}900\nscore {2}.*\nalarm {2}.*\npage {3}1 {2}3 of the last 5 values are off; .*\n$/,
    );
  });
});
