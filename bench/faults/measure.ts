import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { backtest } from '../../local/backtest/backtest.ts';
import { parseLabels } from '../../local/backtest/labels.ts';
import type { FaultRecording } from './fault-recording.ts';
import type { ScoredRecording } from './tally.ts';

/** Characters that are written at once. */
const writeCharacters = 4_000_000;
/** The time of the backtest: after every document, whatever the clock of this machine shows. */
const nowMs = Date.UTC(2030, 0, 1);

/** Writes a recording to a temporary file, and backtests it. */
export async function scoreRecording(recording: FaultRecording, settings: Settings): Promise<ScoredRecording> {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-faults-'));
  try {
    const file = join(folder, 'beats.ndjson');
    await writeRecording(recording, file);
    const labels = parseLabels(JSON.stringify(recording.labels), 'labels');
    return { recording, score: await backtest({ file, labels, settings, nowMs }) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes the lines of a recording. */
export async function writeRecording(recording: FaultRecording, file: string): Promise<void> {
  const output = await open(file, 'wx');
  try {
    let text = '';
    for (const line of recording.lines()) {
      text += `${line}\n`;
      if (text.length < writeCharacters) continue;
      await output.writeFile(text);
      text = '';
    }
    await output.writeFile(text);
  } finally {
    await output.close();
  }
}
