import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { letterHeader } from '../../functions/shared/log/dead-letter.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { CaseFolders, readStore } from './case-folders.ts';

const folders = new CaseFolders();
afterAll(() => folders.remove());

/** Returns 12 rounds of documents about three targets. No name of a field says that the target distinguishes them. */
function recordingOf(apartMs: number): string {
  const rounds = Array.from({ length: 12 }, (_, round) =>
    ['shop', 'api', 'cdn'].map((target, nth) => ({
      '@timestamp': new Date(Date.parse('2026-11-23T15:10:00Z') + round * 10_000 + nth * apartMs).toISOString(),
      agent: { type: 'metricbeat', name: 'p-1' },
      host: { name: 'p-1' },
      event: { dataset: 'acme.probe', module: 'acme' },
      acme: { probe: { target, state: 'up', ms: 10 + nth * 5 + round } },
    })),
  );
  return rounds
    .flat()
    .map((each) => `${JSON.stringify(each)}\n`)
    .join('');
}

/** Replays the recording. Returns its totals, and the details of the dead letters of detect. */
async function replay(file: string, ...options: readonly string[]) {
  const totals = await folders.replay(file, ...options);
  return readStore(totals, async ({ store: { broker } }) => {
    const letters = broker.read(topics.deadLetters, 0, 0, { recordsMax: 100, bytesMax: 1e6 });
    const ofDetect = letters.filter(({ headers }) => headers[letterHeader.stage] === 'detect');
    return { totals, details: ofDetect.map(({ headers }) => headers[letterHeader.detail] ?? '') };
  });
}

it.each([
  ['the same moment', 0],
  ['moments 700 ms apart', 700],
])(
  'documents of several things at %s are told apart by the setting that their dead letter names',
  async (_name, apartMs) => {
    const file = folders.recording(recordingOf(apartMs));
    const before = await replay(file);
    expect(before.totals.series).toBe(1);
    expect(before.details).toEqual([expect.stringContaining('they differ in acme.probe.target;')]);
    const [, setting] = /add to the settings: (.*)$/.exec(before.details[0]!)!;
    const settings = join(folders.make(), 'offbeat.yaml');
    writeFileSync(settings, `${setting}\n`);
    const after = await replay(file, '--settings', settings);
    expect(after.totals).toMatchObject({ samples: 36, series: 3, deadLetters: 0 });
    expect(after.details).toEqual([]);
  },
);
