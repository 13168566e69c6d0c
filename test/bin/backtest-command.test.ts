import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { incidentMs, writeLoadRecording } from '../support/load-recording.ts';
import { offbeat } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'offbeat-backtest-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'load.ndjson');
writeLoadRecording(file, 'no document');

const timeText = (ms: number): string => new Date(ms).toISOString();
const during = { start: timeText(incidentMs - 145_000), end: timeText(incidentMs + 145_000) };
const load = { id: 'load', kind: 'busy', ...during, entities: ['host/node-a'] };
const tomorrow = { id: 'later', start: '2026-11-24T15:00:00Z', end: '2026-11-24T15:10:00Z' };

let files = 0;
function labelsOf(labels: object | string): string {
  files += 1;
  const path = join(folder, `labels-${files}.json`);
  writeFileSync(path, typeof labels === 'string' ? labels : JSON.stringify(labels));
  return path;
}

const backtest = (labels: object | string, ...more: string[]) =>
  offbeat(['backtest', file, '--labels', labelsOf(labels), ...more]);

describe('backtest', () => {
  it('prints a row for each incident, and sums up in the last line', async () => {
    const { status, stdout } = await backtest({ incidents: [load] });
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^incident +start +outcome +after +cause +first suspect$/);
    expect(lines[1]).toMatch(/^load busy +2026-11-23 15:33:\d\d UTC +found +\d+ s +right +recorded\/host\/node-a$/);
    expect(lines.at(-1)).toMatch(
      /^1 incident: 1 found, 0 missed; 0 false pages; median \d+ s from the start to the page; cause right in 1 of 1$/,
    );
  });

  it('lists false pages with the benign work during which they began', async () => {
    const { stdout } = await backtest({ incidents: [], benign: [{ kind: 'load test', ...during }] });
    expect(stdout).toMatch(/\nfalse pages\n {2}2026-11-23 15:3\d:\d\d UTC, during load test {2}load norm 1 on node-a/);
    expect(stdout).toMatch(/\n0 incidents: 0 found, 0 missed; 1 false page\n$/);
  });

  it('warns of a label that is outside the recording, and does not count it', async () => {
    const { status, stdout, stderr } = await backtest({ incidents: [load, tomorrow] });
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /labels-\d+\.json: later: outside the recording, which is from 2026-11-23 15:00:00 UTC to 2026-11-23 15:49:50 UTC, and not counted; correct/,
    );
    expect(stdout).toMatch(/^later .* outside +- +- +-$/m);
    expect(stdout).toContain('1 incident: 1 found, 0 missed');
    expect(stdout).toMatch(/; 1 label outside the recording\n$/);
  });

  it('prints one object with --json', async () => {
    const { status, stdout } = await backtest({ incidents: [load, tomorrow] }, '--json');
    expect(status).toBe(0);
    const { seconds, ...result } = JSON.parse(stdout);
    expect(seconds).toBeGreaterThan(0);
    expect(result).toEqual({
      recording: {
        from: '2026-11-23T15:00:00.000Z',
        to: '2026-11-23T15:49:50.000Z',
        documents: 301,
        samples: 300,
        deadLetters: 1,
      },
      incidents: [
        {
          ...{ id: 'load', kind: 'busy', ...during, outcome: 'found' },
          ...{ seconds: expect.any(Number), causeIsRight: true, furtherPages: 0 },
          page: {
            alert: expect.any(String),
            startsAt: expect.any(String),
            pagedAt: expect.any(String),
            suspect: 'recorded/host/node-a',
            headline: expect.stringContaining('node-a'),
          },
        },
        {
          ...{ id: 'later', start: '2026-11-24T15:00:00.000Z', end: '2026-11-24T15:10:00.000Z' },
          ...{ outcome: 'outside', furtherPages: 0 },
        },
      ],
      falsePages: [],
      totals: expect.objectContaining({ incidents: 1, found: 1, outside: 1, recall: 1, precision: 1 }),
    });
  });

  it('warns of dead letters, and names the command that lists their reasons', async () => {
    const { stderr } = await backtest({ incidents: [load] });
    expect(stderr).toMatch(/1 dead letter in .*load\.ndjson; "npx offbeat replay .*load\.ndjson" names their reasons/);
  });

  it('pages nobody, and makes no store', async () => {
    // A store would be made in the folder for temporary files, which does not exist here; the secret does not exist either.
    const labels = labelsOf({ incidents: [load] });
    const settings = join(folder, 'webhook.yaml');
    const webhook = '{ url: https://pager.example.com/, secret: env:OFFBEAT_NO_SUCH_SECRET }';
    writeFileSync(settings, `receivers:\n  - name: pager\n    webhook: ${webhook}\n`);
    vi.stubEnv('TMPDIR', join(folder, 'none'));
    const { status, stderr } = await offbeat(['backtest', file, '--labels', labels, '--settings', settings]);
    vi.unstubAllEnvs();
    expect(stderr).not.toContain('pager');
    expect(status).toBe(0);
  });

  it.each([
    [
      'labels that are wrong',
      { incidents: [{ ...load, start: 'noon' }] },
      'incidents.0.start: expected a time of RFC 3339',
    ],
    ['labels that are not JSON', 'incidents', 'not JSON'],
  ])('refuses %s', async (_name, labels, message) => {
    const { status, stdout, stderr } = await backtest(labels);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('refuses a recording that is not there', async () => {
    const { status, stderr } = await offbeat(['backtest', 'none.ndjson', '--labels', labelsOf({ incidents: [] })]);
    expect(status).toBe(2);
    expect(stderr).toContain('cannot read none.ndjson');
  });

  it('needs labels', async () => {
    const { status, stderr } = await offbeat(['backtest', file]);
    expect(status).toBe(2);
    expect(stderr).toContain("required option '--labels <file>' not specified");
  });
});
