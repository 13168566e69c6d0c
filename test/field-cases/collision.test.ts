import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { letterHeader } from '../../functions/shared/log/dead-letter.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { openEmbedded } from '../../local/embedded.ts';
import { offbeat } from '../bin/run-cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offbeat-collision-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes 12 rounds of documents about three targets. No name of a field says that the target distinguishes them. */
function writeRecording(apartMs: number): void {
  const rounds = Array.from({ length: 12 }, (_, round) =>
    ['shop', 'api', 'cdn'].map((target, nth) => ({
      '@timestamp': new Date(Date.parse('2026-11-23T15:10:00Z') + round * 10_000 + nth * apartMs).toISOString(),
      agent: { type: 'metricbeat', name: 'p-1' },
      host: { name: 'p-1' },
      event: { dataset: 'acme.probe', module: 'acme' },
      acme: { probe: { target, state: 'up', ms: 10 + nth * 5 + round } },
    })),
  );
  writeFileSync(
    join(folder, 'r.ndjson'),
    rounds
      .flat()
      .map((each) => `${JSON.stringify(each)}\n`)
      .join(''),
  );
}

/** Replays the recording. Returns its totals, and the details of the dead letters of detect. */
async function replay(data: string, ...options: readonly string[]) {
  const dataDir = join(folder, data);
  const { stdout } = await offbeat(['replay', join(folder, 'r.ndjson'), '--data', dataDir, '--json', ...options]);
  const embedded = await openEmbedded({ dataDir, settings: defaultSettings, terminal: () => {} });
  try {
    const letters = embedded.store.broker.read(topics.deadLetters, 0, 0, { recordsMax: 100, bytesMax: 1e6 });
    const ofDetect = letters.filter(({ headers }) => headers[letterHeader.stage] === 'detect');
    return { totals: JSON.parse(stdout), details: ofDetect.map(({ headers }) => headers[letterHeader.detail] ?? '') };
  } finally {
    await embedded.close();
  }
}

it.each([
  ['the same moment', 0],
  ['moments 700 ms apart', 700],
])(
  'documents of several things at %s are told apart by the setting that their dead letter names',
  async (_name, apartMs) => {
    writeRecording(apartMs);
    const before = await replay('before');
    expect(before.totals.series).toBe(1);
    expect(before.details).toEqual([expect.stringContaining('they differ in acme.probe.target;')]);
    const [, setting] = /add to the settings: (.*)$/.exec(before.details[0]!)!;
    writeFileSync(join(folder, 'offbeat.yaml'), `${setting}\n`);
    const after = await replay('after', '--settings', join(folder, 'offbeat.yaml'));
    expect(after.totals).toMatchObject({ samples: 36, series: 3, deadLetters: 0 });
    expect(after.details).toEqual([]);
  },
);
