import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Sample } from '../../functions/shared/domain/sample.ts';
import { dimensionsText } from '../../functions/shared/domain/series-text.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { sampleDocument } from '../../functions/shared/warehouse/sample-document.ts';
import { openEmbedded } from '../../local/embedded.ts';
import { offbeat } from '../bin/run-cli.ts';

const inputs = join(import.meta.dirname, 'inputs');

/** The totals that `replay --json` prints. */
export interface Replayed {
  readonly documents: number;
  readonly samples: number;
  readonly series: number;
  readonly anomalies: number;
  readonly alerts: number;
  readonly deadLetters: number;
}

/** Runs work with a folder for a store, which is removed afterwards. */
async function withStore<T>(work: (data: string) => Promise<T>): Promise<T> {
  const data = mkdtempSync(join(tmpdir(), 'offbeat-field-case-'));
  try {
    return await work(data);
  } finally {
    rmSync(data, { recursive: true });
  }
}

/** Replays an input by the command line. @returns its totals and its samples as the warehouse has them, the oldest first */
export function replayCase(
  name: string,
  ...options: readonly string[]
): Promise<{ readonly totals: Replayed; readonly samples: readonly Sample[] }> {
  return withStore(async (data) => {
    const { status, stdout } = await offbeat([
      'replay',
      join(inputs, `${name}.ndjson.gz`),
      '--data',
      data,
      '--json',
      ...options,
    ]);
    expect(status).toBe(0);
    return { totals: JSON.parse(stdout), samples: await storedSamples(data) };
  });
}

async function storedSamples(dataDir: string): Promise<Sample[]> {
  const embedded = await openEmbedded({ dataDir, settings: defaultSettings, terminal: () => {} });
  try {
    const query = { family: 'offbeat-samples', order: 'oldest first', limit: 10_000 } as const;
    return (await embedded.ports.warehouse.search(query)).map((document) => sampleDocument.read(document));
  } finally {
    await embedded.close();
  }
}

/** Invokes `normalise` with an input by the command line. @returns the number of records sent to each topic */
export async function invokeCase(name: string): Promise<Readonly<Record<string, number>>> {
  const { status, stdout } = await offbeat(['invoke', 'normalise', join(inputs, `${name}.json`)]);
  expect(status).toBe(0);
  return JSON.parse(stdout).sent;
}

/** Returns the entity and the dimensions of each group of series once: `host/node-a{device=sda}`. */
export function groupsOf(samples: readonly Sample[]): string[] {
  const texts = samples.map(({ entity, dimensions }) => `${entity.kind}/${entity.name}${dimensionsText(dimensions)}`);
  return [...new Set(texts)].sort();
}
