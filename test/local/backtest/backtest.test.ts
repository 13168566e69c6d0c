import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultSettings, settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { type BacktestOptions, backtest } from '../../../local/backtest/backtest.ts';
import { parseLabels } from '../../../local/backtest/labels.ts';
import { incidentMs, loadDocuments, writeLoadRecording } from '../../support/load-recording.ts';
import { pagesOfReplay } from '../../support/pages-of-replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'offbeat-backtest-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'load.ndjson');
writeLoadRecording(file, 'no document', JSON.stringify({ '@timestamp': '2026-11-23T15:49:59Z' }));

const timeText = (ms: number): string => new Date(ms).toISOString();
const labels = parseLabels(
  JSON.stringify({
    incidents: [
      {
        id: 'load',
        start: timeText(incidentMs - 145_000),
        end: timeText(incidentMs + 145_000),
        entities: ['host/node-a'],
      },
    ],
  }),
  'labels',
);

const run = (options: Partial<BacktestOptions> = {}) =>
  backtest({ file, labels, settings: defaultSettings, nowMs: Date.parse('2030-01-01'), ...options });

describe('a backtest', () => {
  it('finds the incident of a recording, and counts documents, samples and dead letters', async () => {
    const { incidents, totals, range, documents, samples, deadLetters } = await run();
    expect(incidents[0]).toMatchObject({ outcome: 'found', causeIsRight: true });
    expect(totals).toMatchObject({ found: 1, missed: 0, falsePages: 0 });
    expect(range.fromMs).toBe(Date.parse(String(loadDocuments[0]!['@timestamp'])));
    expect({ documents, samples, deadLetters }).toEqual({ documents: 302, samples: 300, deadLetters: 2 });
  });

  it('pages what a replay through the embedded run pages, at the same times', async () => {
    const { incidents } = await run();
    expect(await pagesOfReplay(file)).toEqual([incidents[0]!.page]);
  });

  it('gives the same pages each time', async () => {
    const [first, second] = await Promise.all([run(), run()]);
    expect(first.incidents).toEqual(second.incidents);
  });

  it('pages later with a longer group wait of the settings', async () => {
    const settings = settingsSchema.parse({ alerts: { groupWait: '90s' } });
    const [usual, patient] = await Promise.all([run(), run({ settings })]);
    expect(patient.totals.medianSeconds).toBeGreaterThan(usual.totals.medianSeconds!);
  });

  it('misses what the settings ignore', async () => {
    const settings = settingsSchema.parse({ catalogue: [{ match: { metric: 'system.load.*' }, ignore: true }] });
    expect((await run({ settings })).totals).toMatchObject({ found: 0, missed: 1 });
  });

  it('reports the lines that were processed', async () => {
    const lines: number[] = [];
    await run({ onProgress: (line) => lines.push(line) });
    expect(lines.at(-1)).toBe(302);
  });

  it('ends with the reason of a signal', async () => {
    const reason = new Error('stopped by a test');
    await expect(run({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it.each([
    ['no document', 'no line could be read: 1 dead letter (not JSON 1)'],
    ['{"host":{"name":"a"},"system":{"load":{"1":2}},"event":{"dataset":"system.load"}}', 'no line states a time'],
  ])('refuses a recording with the line %s alone', async (line, message) => {
    const bad = join(folder, `${line.length}.ndjson`);
    writeFileSync(bad, line);
    await expect(run({ file: bad })).rejects.toThrow(message);
  });

  it('refuses a live cluster', async () => {
    await expect(run({ cluster: 'local' })).rejects.toThrow('cluster "local" is a live cluster');
  });
});
