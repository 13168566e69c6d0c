import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inventoryLines } from '../../bin/inventory-lines.ts';
import type { InventoryItem } from '../../functions/shared/domain/inventory.ts';
import { chunkserver } from '../contract/warehouse-writes.ts';
import { designDocuments, designReport } from '../support/design-chunkservers.ts';
import { answeringApi } from './answering-api.ts';
import { ReplayedStore } from './replayed-store.ts';
import { offbeat } from './run-cli.ts';

const startMs = Date.parse('2026-11-23T15:00:00Z');
const store = new ReplayedStore();

/** Returns the rows of a printed table, with one space between cells. */
const rowsOf = (stdout: string): string[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).join(' '));

describe('the ten chunkservers of the design', () => {
  it('go through the whole flow, and are printed as the design writes them', async () => {
    const file = join(mkdtempSync(join(store.directory, 'recording-')), 'beats.ndjson');
    // The servers of each collection come in another order, so that the order that is printed is not that of arrival.
    const collections = Array.from({ length: 12 }, (_, nth) => designDocuments(startMs + nth * 10_000));
    const lines = collections.flatMap((documents, nth) => (nth % 2 === 0 ? documents : documents.toReversed()));
    writeFileSync(file, lines.map((document) => JSON.stringify(document)).join('\n'));
    const { deadLetters, samples } = await store.replayJson(file);
    expect([deadLetters, samples]).toEqual([0, 132]);

    const { status, stdout } = await offbeat(['inventory', '--kind', 'chunkserver', '--data', store.data]);
    expect(status).toBe(0);
    expect(rowsOf(stdout)).toEqual(['server version errors chunks total_space used_space', ...designReport]);
  });
});

describe('offbeat inventory', () => {
  const api = answeringApi();
  const inventory = (items: readonly InventoryItem[], ...args: readonly string[]) => {
    api.answers.set('/api/inventory', { inventory: items });
    return offbeat(['inventory', '--url', api.url, ...args]);
  };

  it('prints what is not known as a dash, and under the table what is not ok, since when and why', async () => {
    const gone = chunkserver('prod', {
      status: 'down',
      reason: 'disconnected from its master',
      measurements: {},
      facts: {},
    });
    const { stdout } = await inventory([chunkserver('prod'), gone], '--kind', 'chunkserver');
    expect(rowsOf(stdout)).toEqual([
      'server version errors chunks total_space used_space',
      '10.77.0.11:9422 3.0.117 - 28 - -',
      '10.77.0.11:9422 - - - - -',
      ' 10.77.0.11:9422 down: disconnected from its master (since 2026-11-23 15:00:00 UTC)',
    ]);
  });

  it('prints a table for each cluster and kind, with its name', () => {
    const disk = chunkserver('prod', { kind: 'disk', dimensions: { device: '/mnt/a' } });
    const lines = inventoryLines([chunkserver('prod'), disk, chunkserver('test')]).map(([first]) => first);
    expect(lines).toEqual([
      'prod  chunkserver',
      expect.stringMatching(/^server /),
      expect.stringMatching(/^10\.77/),
      '',
      'prod  disk',
      expect.stringMatching(/^server +disk/),
      expect.stringMatching(/^10\.77.*\/mnt\/a/),
      '',
      'test  chunkserver',
      expect.stringMatching(/^server /),
      expect.stringMatching(/^10\.77/),
    ]);
  });

  it('asks for a cluster, a kind and a limit, and prints the answer as JSON', async () => {
    const { stdout } = await inventory(
      [chunkserver('prod')],
      '--cluster',
      'prod',
      '--kind',
      'disk',
      '--limit',
      '5',
      '--json',
    );
    expect(api.asked).toEqual(['GET /api/inventory?cluster=prod&kind=disk&limit=5']);
    expect(JSON.parse(stdout)).toEqual({ inventory: [chunkserver('prod')] });
  });

  it('says that there is nothing, and repeats the note of the API', async () => {
    expect((await inventory([])).stdout).toBe('no components\n');
    api.answers.set('/api/inventory', { inventory: [], note: 'only the 5 newest were read' });
    expect((await offbeat(['inventory', '--url', api.url])).stderr).toBe('note: only the 5 newest were read\n');
  });
});
